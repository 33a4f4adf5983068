/**
 * Searches that were announced before the first of them ran, so that none can be left out afterwards.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { choiceText } from "@/pipeline/tune/choose.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { writePart } from "./made_part.ts";
import { markdownTable } from "./markdown_table.ts";

const PLAN = "docs/tuning_plan.json";
const PART = { page: "docs/tuning.md", name: "announced searches", of: PLAN };

/** What was announced of a search. */
interface Announced {
  /** Its record is `docs/tuning/<name>.json` once it has run. */
  readonly name: string;
  readonly data: string;
  /** What `deno task tune` is called with. */
  readonly how: string;
}

/** How a search ended, judged where nothing was decided. */
type Ending = "won" | "lost" | "kept";

/** Writes the table of the announced searches, and their count, between its markers in docs/tuning.md. */
export async function tellPlan(project: Store, records: Readonly<Record<string, TuningRecord>>): Promise<void> {
  const plan = await readJsonIfThere<{ readonly searches: readonly Announced[] }>(project, PLAN);
  if (plan !== undefined) await writePart(project, PART, planText(plan.searches, records));
}

/** One row per announced search, and two lines that count them; a search without a record has not run. */
export function planText(announced: readonly Announced[], records: Readonly<Record<string, TuningRecord>>): string {
  const change = (share: number) => `${share < 0 ? "−" : share > 0 ? "+" : ""}${(100 * Math.abs(share)).toFixed(2)} %`;
  const changes: number[] = [], bests: number[] = [], endings: Ending[] = [];
  const rows = announced.map(({ name, data, how }) => {
    const record = records[name], choice = record?.choice;
    if (record === undefined || choice === undefined) return [`\`${name}\``, data, how, "not run", "", "", ""];
    const of = (which: string) => record.checked.find((own) => own.name === which)!.mean;
    const tuned = of("tuned") / of(choice.against) - 1, best = of("best") / of(choice.against) - 1;
    const ending = !choice.taken ? "kept" : tuned < 0 ? "won" : "lost";
    changes.push(tuned);
    bests.push(best);
    endings.push(ending);
    return [`\`${name}\``, data, how, choiceText(choice), ending, change(tuned), change(best)];
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const count = (ending: Ending) => endings.filter((own) => own === ending).length;
  const lines = endings.length === 0 ? ["- None of them has run."] : [
    `- ${endings.length} of ${announced.length} have run: ${count("won")} won, ${count("kept")} kept the defaults, ${
      count("lost")
    } lost; on the mean ${change(mean(changes))} error.`,
    `- Had each taken its best trial: ${bests.filter((own) => own < 0).length} won, ${
      bests.filter((own) => own > 0).length
    } lost; on the mean ${change(mean(bests))} error.`,
  ];
  return `${
    markdownTable([
      "search",
      "data",
      "`deno task tune`",
      "its answer",
      "ending",
      "what it chose v. defaults",
      "best trial v. defaults",
    ], rows)
  }\n\n${lines.join("\n")}`;
}
