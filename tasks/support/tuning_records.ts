/**
 * Searches that are kept: what was found on competition data.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { keep, keptSource, readKept, writePart } from "./made_part.ts";
import { markdownTable } from "./markdown_table.ts";

const FOLDER = "docs/tuning/";
const PART = { page: "docs/tuning.md", name: "searches", of: "docs/tuning" };

/** Keeps a search under a name such as `walmart_lightgbm`; where its data was on this machine is left out. */
export async function keepTuning(project: Store, name: string, record: TuningRecord): Promise<void> {
  const kept = {
    ...record,
    source: keptSource(record.source),
    trials: record.trials.map(({ run: _, ...trial }) => trial),
    run: undefined,
  };
  await keep(project, FOLDER, name, kept);
}

/** Writes the table of the kept searches between its markers in docs/tuning.md; returns how many there are. */
export async function tellTuning(project: Store): Promise<number> {
  const records = Object.entries(await readKept<TuningRecord>(project, FOLDER));
  await writePart(project, PART, tuningTable(records));
  return records.length;
}

/** One row per search: what it tried, and how its winner fared on windows that it never saw. */
function tuningTable(records: readonly (readonly [name: string, record: TuningRecord])[]): string {
  const score = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 5 });
  return markdownTable(
    [
      "search",
      "parameters",
      "trials, given up, failed",
      "metric",
      "unseen origins",
      "defaults",
      "params file",
      "tuned",
    ],
    records.map(([name, { space, trials, metric, unseen, checked }]) => {
      const of = (which: string) => checked.find((own) => own.name === which)!.mean;
      const count = (status: string) => trials.filter((trial) => trial.status === status).length;
      return [
        `\`${name}\``,
        space.map((dimension) => dimension.name).join(", "),
        `${trials.length}, ${count("pruned")}, ${count("failed")}`,
        metric,
        unseen.join(", "),
        score(of("defaults")),
        score(of("file")),
        score(of("tuned")),
      ];
    }),
  );
}
