/**
 * The time machine: months of weekly operation on history, under several ways of retraining, with what each costs.
 *
 * @module
 */
import {
  figureHtml,
  formatCount,
  formatPercent,
  formatSales,
  pageOfFigures,
  policyChart,
  stalenessChart,
} from "@/charts/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { layOut, take } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { plotlyText } from "@/pipeline/plotly_text.ts";
import type { DriftSpec } from "@/pipeline/simulate/drift_spec.ts";
import { type History, replayHistory, sampleSeries } from "@/pipeline/simulate/history.ts";
import { injectDrift } from "@/pipeline/simulate/inject_drift.ts";
import {
  errorCost,
  POLICIES,
  type Policy,
  type PolicyRun,
  type Prices,
  replayPolicy,
  type Staleness,
  staleness,
} from "@/pipeline/simulate/policies.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps } from "@/pipeline/time.ts";

/** What is simulated. */
export interface SimulateOptions {
  readonly policies?: readonly Policy[];
  /** First and last date; by default the last half year (26 weeks) of the source. */
  readonly from?: string;
  readonly to?: string;
  /** The model that is trained each week. */
  readonly model?: string;
  /** At most so many series, evenly chosen. */
  readonly sample?: number;
  readonly drift?: DriftSpec;
}

/** What a simulation came to; the same document is in `reports/<dataset>/simulation.json`. */
export interface Simulation {
  readonly dataset: string;
  readonly source: string;
  readonly model: string;
  readonly from: string;
  readonly to: string;
  readonly weeks: number;
  readonly series: number;
  readonly drift: DriftSpec | null;
  readonly prices: Prices;
  /** Mean CPU seconds of one training. */
  readonly cpuPerTraining: number;
  readonly policies: readonly PolicyRun[];
  readonly staleness: readonly Staleness[];
  /** Share of sales that the naive forecast missed by in the same weeks. */
  readonly naive: number;
  readonly seconds: number;
}

/** Weeks that must be compared before an age is shown. */
const TELLING = 4;

/** The keys of what a simulation writes. */
export const simulationKeys = (dataset: string) => ({
  json: `reports/${dataset}/simulation.json`,
  page: `reports/${dataset}/simulation.html`,
});

/**
 * Replays a stretch of history under each policy, and writes the document and a page with charts.
 *
 * @throws {DatasetError} If the history is too short for the weeks.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { policyRows, simulate, simulationFigures } from "@/pipeline/simulate/simulate.ts";
 *
 * const overrides = { series: 3, steps: 320, horizon: 7 };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const simulation = await simulate(context, { from: "2013-09-01", model: "group_median", policies: ["never", "monthly"] });
 * expect(policyRows(simulation).rows.map(([policy]) => policy)).toEqual(["never", "monthly", "seasonal naive"]);
 * expect(simulationFigures(simulation).policies.data.length).toBeGreaterThan(0);
 * ```
 */
export async function simulate(context: Context, options: SimulateOptions = {}): Promise<Simulation> {
  const { profile, store, dataset, params, progress } = context, started = performance.now();
  const { policies = POLICIES, model = "lightgbm", sample, drift } = options;
  const taken = await take(context);
  const tables = drift === undefined ? taken.tables : injectDrift(dataset, taken.tables, drift, params.seed);
  const whole = drift === undefined ? taken.panel : layOut(context, tables).panel;
  const panel = sample === undefined ? whole : sampleSeries(whole, sample);
  const half = profile.frequency === "1w" ? 26 : 182;
  const { to = panel.asOf, from = addSteps(to, -half, profile.frequency) } = options;
  const bar = progress("weeks");
  const history = await replayHistory(context, panel, { from, to, model, onWeek: (done, of) => bar.update(done, of) })
    .finally(() => bar.end());
  const prices: Prices = params.simulate;
  const simulation: Simulation = {
    dataset: profile.name,
    source: taken.source,
    model,
    from,
    to,
    weeks: history.weeks.length,
    series: seriesOf(panel).length,
    drift: drift ?? null,
    prices,
    cpuPerTraining: history.cpuSeconds.reduce((sum, own) => sum + own, 0) / history.cpuSeconds.length,
    policies: policies.map((policy) => replayPolicy(history, policy, prices)),
    staleness: staleness(history, prices).filter(({ pairs }) => pairs >= TELLING),
    naive: naiveShare(history),
    seconds: Math.round(performance.now() - started) / 1000,
  };
  const keys = simulationKeys(profile.name);
  await writeJson(store, keys.json, simulation);
  await store.put(keys.page, await simulationPage(simulation, profile.unit));
  return simulation;
}

function naiveShare({ naive, lead }: History): number {
  const own = naive.slice(lead);
  return own.reduce((sum, { under, over }) => sum + under + over, 0) / own.reduce((sum, { sales }) => sum + sales, 0);
}

/** The charts of a simulation: what each policy saved, and what age costs. */
export function simulationFigures({ policies, staleness, prices }: Simulation) {
  const lines = policies.map(({ policy, weeks, cost, retrained }) => ({
    policy,
    hypothetical: policy === "oracle",
    weeks: weeks.map(({ week, error, events }) => ({
      week,
      cost: errorCost(error, prices) +
        (events.some((event) => event.startsWith("deployed")) ? prices.approval : 0) +
        (events.some((event) => event.startsWith("retrained")) ? cost.compute / retrained : 0),
    })),
    deployed: weeks.filter(({ events }) => events.some((event) => event.startsWith("deployed"))).map(({ week }) =>
      week
    ),
  }));
  return { policies: policyChart(lines, "€"), staleness: stalenessChart(staleness) };
}

/** The table of a simulation, for people. */
export function policyRows(
  { policies, naive }: Pick<Simulation, "naive"> & { readonly policies: readonly Omit<PolicyRun, "weeks">[] },
): { columns: string[]; rows: string[][] } {
  return {
    columns: [
      "policy",
      "trained",
      "deployed",
      "rolled back",
      "missed share",
      "errors €",
      "computing €",
      "people €",
      "together €",
    ],
    rows: [
      ...policies.map(({ policy, retrained, deployed, rolledBack, wape, cost }) => [
        policy,
        String(retrained),
        String(deployed),
        String(rolledBack),
        formatPercent(wape, 2),
        formatCount(Math.round(cost.error)),
        cost.compute.toFixed(2),
        formatCount(Math.round(cost.people)),
        formatCount(Math.round(cost.total)),
      ]),
      ["seasonal naive", "–", "–", "–", formatPercent(naive, 2), "–", "–", "–", "–"],
    ],
  };
}

/** The sentence that a page begins with. */
export function simulationAnswer({ policies, weeks, model }: Simulation): string {
  const never = policies.find(({ policy }) => policy === "never");
  const [best] = policies.filter(({ policy }) => policy !== "oracle").toSorted((a, b) => a.cost.total - b.cost.total);
  if (best === undefined) return `${weeks} weeks of ${model} were replayed`;
  if (never === undefined || best.policy === "never") {
    return `Over ${weeks} weeks the policy ${best.policy} costs least`;
  }
  return `Over ${weeks} weeks the policy ${best.policy} costs least: ${
    formatSales(never.cost.total - best.cost.total)
  } € less than never training again`;
}

async function simulationPage(simulation: Simulation, unit: string): Promise<string> {
  const { policies, staleness } = simulationFigures(simulation), { columns, rows } = policyRows(simulation);
  const text = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const { dataset, from, to, series, prices } = simulation;
  const body = `<main><p class="eyebrow">${text(dataset)}, ${from} to ${to}, ${series} series</p>
<h1>${text(simulationAnswer(simulation))}</h1>
${simulation.policies.length > 1 ? figureHtml(policies) : ""}
<h2>What each policy did, and what it cost</h2>
<div class="scroll"><table><thead><tr>${
    columns.map((name) => `<th scope="col">${text(name)}</th>`).join("")
  }</tr></thead>
<tbody>${
    rows.map((row) =>
      `<tr>${
        row.map((cell, k) => k === 0 ? `<th scope="row">${text(cell)}</th>` : `<td class="number">${text(cell)}</td>`)
          .join("")
      }</tr>`
    ).join("")
  }</tbody></table></div>
<p class="note">Sales in ${
    text(unit)
  }. Prices: ${prices.under} for a unit that was missed, ${prices.over} for one too many, ${prices.cpuHour} for an hour of a core, ${prices.approval} for an approval (simulate in tasks/params.yaml).</p>
<h2>How stale may a model get?</h2>
${figureHtml(staleness)}</main>`;
  return pageOfFigures({ title: `${dataset}: when to retrain`, body, plotly: await plotlyText("basic") });
}
