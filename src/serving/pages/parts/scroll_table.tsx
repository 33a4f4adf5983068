/**
 * A table of a page: a head, and rows in a box that scrolls by mouse and by key.
 *
 * @module
 */
import type { Child } from "hono/jsx";

/** A column: its name, and whether it holds numbers, which stand at the right. */
export type Column = string | { readonly number: string };

/** What `ScrollTable` is given. */
interface ScrollTableProps {
  /** What the table is, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** Whether so many rows are likely that the box shall not grow with them. */
  readonly tall?: boolean;
  /** The rows. */
  readonly children: Child;
}

/** The table. */
export function ScrollTable({ label, columns, tall = false, children }: ScrollTableProps) {
  return (
    <div class={tall ? "scroll tall" : "scroll"} tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) =>
              typeof column === "string"
                ? <th scope="col">{column}</th>
                : <th scope="col" class="number">{column.number}</th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
