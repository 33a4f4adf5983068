/**
 * What docs/monitoring_policies.md rests on: simulations that are kept, and the tables made of them.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { policyRows, type Simulation } from "@/pipeline/simulate/simulate.ts";
import { formattedMarkdown } from "./formatted_markdown.ts";
import { keep, type MadeOf, madeOf, readKept, writePart } from "./made_part.ts";
import { markdownTable as table } from "./markdown_table.ts";

const FOLDER = "docs/policies/";
const PART = { page: "docs/monitoring_policies.md", name: "policies", of: "docs/policies" };

/** Code that a simulation is made of, beside that of forecasts. */
const CODE = ["src/checks/drift/", "src/pipeline/monitor/", "src/pipeline/simulate/"];

/** A simulation as it is kept: without its weeks, and where it came from on this machine. */
export interface KeptSimulation extends Omit<Simulation, "policies">, MadeOf {
  readonly policies: readonly Omit<Simulation["policies"][number], "weeks">[];
}

/** By which code a simulation is made, and when. */
export const simulationMadeOf = (project: Store, now: Temporal.Instant): Promise<MadeOf> => madeOf(project, now, CODE);

/** Keeps a simulation under a name such as `rossmann`. */
export async function keepSimulation(
  project: Store,
  name: string,
  simulation: Simulation & MadeOf,
): Promise<void> {
  const kept: KeptSimulation = {
    ...simulation,
    source: simulation.source.startsWith("synthetic") ? "embedded data" : "competition data",
    policies: simulation.policies.map(({ weeks: _weeks, ...rest }) => rest),
  };
  await keep(project, FOLDER, name, kept);
}

/** Writes the tables of the kept simulations between their markers; returns how many there are. */
export async function tellPolicies(project: Store): Promise<number> {
  const records = Object.values(await readKept<KeptSimulation>(project, FOLDER));
  await writePart(project, PART, (await formattedMarkdown(policyTables(records))).trim());
  return records.length;
}

/** The tables of kept simulations: what each policy cost, then what age costs. */
function policyTables(records: readonly KeptSimulation[]): string {
  return records.map((record) => {
    const { dataset, source, from, to, weeks, series, model, drift, staleness, cpuPerTraining, day, code } = record;
    const world = drift === null
      ? "as it was"
      : `with a made-up change: ${drift.kind} ${drift.size > 0 ? "+" : ""}${
        Math.round(100 * drift.size)
      } % from ${drift.from}`;
    const { columns, rows } = policyRows(record);
    const ages = staleness.filter(({ age }) => age % 4 === 0);
    return [
      `### ${dataset} (${source}), ${from} to ${to}, ${world}`,
      `${series} series, ${weeks} weeks, ${model} trained each week (${
        cpuPerTraining.toFixed(1)
      } CPU seconds a time).` +
      ` Measured on ${day} by code \`${code}\`.`,
      table(columns, rows),
      table(
        ["weeks since training", "missed share", "of fresh models", "more", "€ a week", "weeks compared"],
        ages.map(({ age, wape, fresh, cost, pairs }) => [
          String(age),
          `${(100 * wape).toFixed(2)} %`,
          `${(100 * fresh).toFixed(2)} %`,
          `${(100 * (wape / fresh - 1)).toFixed(1)} %`,
          Math.round(cost).toLocaleString("en"),
          String(pairs),
        ]),
      ),
    ].join("\n\n");
  }).join("\n\n");
}
