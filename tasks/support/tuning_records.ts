/**
 * Searches that are kept: what was found on competition data.
 *
 * @module
 */
import { MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { markdownTable } from "./markdown_table.ts";

const FOLDER = "docs/tuning/", PAGE = "docs/tuning.md";
const BEGIN = "<!-- searches: made of docs/tuning by `deno task claims` -->", END = "<!-- end of searches -->";

/** Keeps a search under a name such as `walmart_lightgbm`; where its data was on this machine is left out. */
export async function keepTuning(project: Store, name: string, record: TuningRecord): Promise<void> {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new ParamsError(`Cannot keep the record as "${name}": expected small letters, digits and _`);
  }
  const kept = {
    ...record,
    source: record.source === "synthetic" ? "synthetic" : "competition data",
    trials: record.trials.map(({ run: _, ...trial }) => trial),
    run: undefined,
  };
  await project.put(`${FOLDER}${name}.json`, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Writes the table of the kept searches between its markers in docs/tuning.md; returns how many there are. */
export async function tellTuning(project: Store): Promise<number> {
  const records: (readonly [name: string, record: TuningRecord])[] = [];
  for await (const key of project.list(FOLDER)) {
    if (!key.endsWith(".json")) continue;
    const name = key.slice(FOLDER.length, -".json".length);
    records.push([name, JSON.parse(new TextDecoder().decode(await project.get(key)))]);
  }
  const bytes = await project.get(PAGE), page = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  const from = page.indexOf(BEGIN), to = page.indexOf(END);
  if (from < 0 || to < from) throw new MissingInputError(`the markers of the table in ${PAGE}`, "claims");
  const written = `${page.slice(0, from)}${BEGIN}\n\n${tuningTable(records)}\n\n${page.slice(to)}`;
  if (written !== page) await project.put(PAGE, written);
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
