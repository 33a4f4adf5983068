/**
 * Data frames in notebooks: their shape, their first rows and their last.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { Displayable } from "@/charts/display.ts";
import type { FigureTable } from "@/charts/figure.ts";
import { formatCount, formatNumberOf, MISSING } from "@/charts/format.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/** What is shown of a frame. */
export interface FrameOptions {
  /** What the rows are: `panel`. */
  readonly title: string;
  /** How many of the first rows are shown; 5 by default. */
  readonly head?: number;
  /** How many of the last rows are shown; 3 by default. */
  readonly tail?: number;
  /** The columns that are shown; all of them, up to twelve, by default. */
  readonly columns?: readonly string[];
  /** Column → what it is measured in, for its heading. */
  readonly units?: Readonly<Record<string, string>>;
}

/**
 * Shows the first and the last rows of a frame, with its shape and the units of its columns.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { showFrame } from "@/charts/show/show_frame.ts";
 *
 * const frame = pl.DataFrame({ y: [1, 2, 3, 4] });
 * const shown = showFrame(frame, { title: "sales", head: 1, tail: 1, units: { y: "EUR" } });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"])
 *   .toBe("sales: 4 rows × 1 column, the first 1 and the last 1\nrow  y (EUR)\n1    1\n…\n4    4");
 * ```
 */
export function showFrame(
  frame: DataFrame,
  { title, head = 5, tail = 3, columns = frame.columns.slice(0, 12), units = {} }: FrameOptions,
): Displayable {
  const { height } = frame;
  const whole = height <= head + tail;
  const numbered = (from: number, count: number) => rowsOf(frame.select(...columns).slice(from, count), columns, from);
  const rows = whole ? numbered(0, height) : [
    ...numbered(0, head),
    ["…", ...columns.map(() => "")],
    ...numbered(height - tail, tail),
  ];
  const shape = `${formatNumberOf(height, "row")} × ${formatNumberOf(frame.columns.length, "column")}`;
  const shown = whole ? "" : `, the first ${head} and the last ${tail}`;
  const unread = frame.columns.length - columns.length;
  const table: FigureTable = {
    columns: ["row", ...columns.map((name) => units[name] === undefined ? name : `${name} (${units[name]})`)],
    rows,
  };
  return showTable(table, {
    verbatim: true,
    caption: `${title}: ${shape}${shown}${unread > 0 ? `; ${formatNumberOf(unread, "column")} not shown` : ""}`,
  });
}

function rowsOf(frame: DataFrame, columns: readonly string[], from: number): string[][] {
  const records = frame.toRecords() as Record<string, unknown>[];
  return records.map((record, k) => [formatCount(from + k + 1), ...columns.map((name) => cellText(record[name]))]);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== "number") return String(value);
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 3 }).replace(/^-/, "−");
}
