/**
 * Searches that are kept: what was found on competition data.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { keep, keptSource, readKept, writePart } from "./made_part.ts";
import { markdownTable } from "./markdown_table.ts";
import { tellPlan } from "./tuning_plan.ts";

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

/** Writes the tables of the kept and of the announced searches into docs/tuning.md; returns how many are kept. */
export async function tellTuning(project: Store): Promise<number> {
  const kept = await readKept<TuningRecord>(project, FOLDER), records = Object.entries(kept);
  await writePart(project, PART, tuningTable(records));
  await tellPlan(project, kept);
  return records.length;
}

/** One row per search: what it tried, and how its best trial and its choice fared on windows that it never saw. */
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
      "best trial",
      "chosen",
    ],
    records.map(([name, { space, trials, metric, unseen, checked, choice }]) => {
      const of = (which: string) => checked.find((own) => own.name === which)!.mean;
      // Before there was a test, the best trial was what a search ended with.
      const [best, chosen] = choice === undefined ? ["tuned", "tuned"] as const : ["best", "tuned"] as const;
      const count = (status: string) => trials.filter((trial) => trial.status === status).length;
      return [
        `\`${name}\``,
        space.map((dimension) => dimension.name).join(", "),
        `${trials.length}, ${count("pruned")}, ${count("failed")}`,
        metric,
        unseen.join(", "),
        score(of("defaults")),
        score(of("file")),
        score(of(best)),
        score(of(chosen)),
      ];
    }),
  );
}
