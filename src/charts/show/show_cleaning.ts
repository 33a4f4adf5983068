/**
 * What cleaning found, in notebooks.
 *
 * @module
 */
import type { CleaningNote } from "@/core/dataset.ts";
import type { Displayable } from "@/charts/display.ts";
import { formatCount, formatNumberOf } from "@/charts/format.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows what cleaning found in the raw data, class of rows by class of rows, and what was done about it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showCleaning } from "@/charts/show/show_cleaning.ts";
 *
 * const note = { table: "train", issue: "closed", rows: 172_817, found: "closed days", done: "kept as zero" } as const;
 * expect(showCleaning([note])[Symbol.for("Jupyter.display")]!()["text/plain"]).toContain("172,817");
 * ```
 */
export function showCleaning(notes: readonly CleaningNote[]): Displayable {
  const rows = notes.map(({ table, column, issue, rows, found, done }) => [
    issue,
    column === undefined ? table : `${table}.${column}`,
    formatCount(rows),
    found,
    done,
  ]);
  return showTable({ columns: ["issue", "where", "rows", "found", "done"], rows }, {
    caption: `What cleaning found: ${formatNumberOf(notes.length, "class of rows", "classes of rows")}`,
    wide: [3, 4],
  });
}
