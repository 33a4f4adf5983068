/**
 * What cleaning found in the parts of a dataset, as one.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { CleaningNote } from "@/core/dataset.ts";
import { gapNotes, outlierNotes } from "@/datasets/cleaning.ts";
import { addedSteps } from "@/datasets/lay_out.ts";

/** Notes that the panel itself tells. */
const TOLD_BY_PANEL = ["gap", "outlier"];

/**
 * Joins the notes of several parts of a panel: what was found in the raw tables, which every part has read whole, once;
 * steps of series added up; gaps and outliers as the joined panel shows them.
 *
 * @param frame The joined panel, without future steps.
 * @param options.step Days from one step to the next.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { joinNotes } from "@/datasets/join_notes.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "2"], ds: [0, 0], y: [5, 6], store: [1, 2] })
 *   .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * const note = { table: "train", issue: "closed", rows: 3, found: "no sales", done: "kept", ofSeries: true } as const;
 * const [joined] = joinNotes([[note], [note]], frame, { keys: ["store"], step: 1 });
 * expect(joined!.rows).toBe(6);
 * ```
 */
export function joinNotes(
  parts: readonly (readonly CleaningNote[])[],
  frame: DataFrame,
  { keys, step }: { readonly keys: readonly string[]; readonly step: number },
): readonly CleaningNote[] {
  const joined: CleaningNote[] = [];
  for (const [part, notes] of parts.entries()) {
    for (const note of notes) {
      if (TOLD_BY_PANEL.includes(note.issue)) continue;
      const at = joined.findIndex((other) => identityOf(other) === identityOf(note));
      if (at < 0) joined.push(note);
      else if (note.ofSeries && part > 0) joined[at] = sum(joined[at]!, note);
    }
  }
  // Parts tell of their series what was not found of them, too.
  return [
    ...joined.filter(({ rows, ofSeries }) => rows > 0 || !ofSeries),
    ...gapNotesOf(frame, step),
    ...outlierNotes("train", frame, keys),
  ];
}

function gapNotesOf(frame: DataFrame, step: number): readonly CleaningNote[] {
  const { added, pauses } = addedSteps(frame, step);
  return gapNotes("train", added, pauses);
}

const identityOf = ({ table, issue, column, done }: CleaningNote) => [table, issue, column, done].join("|");

function sum(a: CleaningNote, b: CleaningNote): CleaningNote {
  const rows = a.rows + b.rows;
  return { ...a, rows, found: a.found.replace(String(a.rows), String(rows)) };
}
