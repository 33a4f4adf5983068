/**
 * Tables of a page: numbers to the right, a caption, and a box of their own to scroll in.
 *
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { FigureTable } from "@/charts/figure.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { Coded } from "@/charts/report/coded.tsx";

/** Whether a column's texts are numbers, dates aside: they are then aligned to the right. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const texts = rows.map((row) => row[column] ?? "").filter((text) => text !== "" && text !== "–");
  return texts.length > 0 && texts.every((text) => /^[+−-]?[\d.,]+[kM]?(\s?(%|ms|s|min.*|h.*))?$/.test(text));
}

/** A column's name as its heading; `v. naive` stays as it is. */
const heading = (name: string) => name.startsWith("v. ") ? name : sentenceCase(name);

/**
 * A table of texts; the first column names the row. `tall` tables get a box that scrolls.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { DataTable } from "@/charts/mod.ts";
 *
 * const table = { columns: ["day", "sales"], rows: [["Monday", "7,100"]] };
 * expect(String(DataTable({ table, caption: "Sales by weekday" }))).toContain("<caption>");
 * ```
 */
export function DataTable(
  { table, caption, wide = [], verbatim = false }: {
    readonly table: FigureTable;
    readonly caption: string;
    /** Columns with sentences, which get room and may have code between backticks. */
    readonly wide?: readonly number[];
    /** Column names stay as they are written. */
    readonly verbatim?: boolean;
  },
): JSX.Element {
  const numeric = table.columns.map((_, k) => k > 0 && isNumeric(table.rows, k));
  const tall = table.rows.length > 12;
  return (
    <div class={tall ? "scroll tall" : "scroll"} tabindex={0} role="region" aria-label={caption}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {table.columns.map((name, k) => (
              <th scope="col" class={numeric[k] ? "number" : undefined}>{verbatim ? name : heading(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr>
              {row.map((text, k) =>
                k === 0
                  ? <th scope="row">{text}</th>
                  : (
                    <td class={numeric[k] ? "number" : wide.includes(k) ? "wide" : undefined}>
                      {wide.includes(k) ? <Coded text={text} /> : text}
                    </td>
                  )
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
