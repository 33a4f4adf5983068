/**
 * Notes of what cleaning found, worded the same way for every dataset.
 *
 * @module
 */
import type { DataFrame, Expr } from "nodejs-polars";
import type { CleaningNote } from "@/core/dataset.ts";
import { countOutliers } from "@/datasets/outliers.ts";

/** Notes how often each of the columns has no value; columns without a gap get no note. */
export function missingNotes(
  table: string,
  frame: DataFrame,
  columns: readonly string[],
  done = "left empty: unknown is not zero",
): readonly CleaningNote[] {
  return columns.flatMap((column) => {
    const rows = frame.getColumn(column).nullCount();
    return rows === 0
      ? []
      : [{ table, issue: "missing", column, rows, found: `${rows} of ${frame.height} values are missing`, done }];
  });
}

/** Notes that no key occurs twice: a table with a duplicate would have been refused when it was read. */
export function duplicateNote(table: string, key: readonly string[]): CleaningNote {
  return {
    table,
    issue: "duplicate",
    rows: 0,
    found: `each ${key.join(" and ")} occurs once`,
    done: "nothing: a duplicate is refused, as nobody knows which row counts",
  };
}

/** Notes the steps that were added between a series' first and last, and who shares a pause. */
export function gapNotes(table: string, added: number, pauses: readonly string[]): readonly CleaningNote[] {
  if (added === 0) return [];
  const shown = pauses.slice(0, 3).join("; ");
  const more = pauses.length > 3 ? `; ${pauses.length - 3} other pauses` : "";
  return [{
    table,
    issue: "gap",
    rows: added,
    found: `steps without a row: ${shown}${more}`,
    done: "added as steps without a target: neither trained on nor scored",
  }];
}

/** Notes targets far above what their series is used to. */
export function outlierNotes(table: string, frame: DataFrame, by: readonly string[]): readonly CleaningNote[] {
  const rows = countOutliers(frame, { by });
  return rows === 0 ? [] : [{
    table,
    issue: "outlier",
    column: "y",
    rows,
    found: `${rows} targets are more than 5 times the median of their series' positive targets`,
    done: "kept: cleaning never invents or drops a target",
  }];
}

/** How many rows the expression is true for. */
export function countWhere(frame: DataFrame, where: Expr): number {
  return Number(frame.select(where.sum().alias("rows")).getColumn("rows").get(0) ?? 0);
}
