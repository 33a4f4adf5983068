/**
 * From forecasts to decisions: what errors cost, what steps of the process are worth, and forecasts that add up.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import type { Hierarchy } from "@/evaluation/mod.ts";
import { runProtocol } from "@/pipeline/backtest/backtest.ts";
import type { Context } from "@/pipeline/context.ts";
import { type CostStudy, costStudy } from "@/pipeline/decisions/cost_study.ts";
import {
  hierarchyOfPanel,
  type HierarchyStudy,
  hierarchyStudy,
  type WindowForecasts,
} from "@/pipeline/decisions/hierarchy_study.ts";
import { blendedFrames, readEvaluation } from "@/pipeline/evaluate.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { readTrained } from "@/pipeline/train.ts";

/** What decisions rest on; `reports/<dataset>/decisions.json`, which the dashboard reads. */
export interface DecisionRecord {
  readonly format: 1;
  readonly dataset: string;
  /** Where the data came from: `synthetic`, a folder. */
  readonly source: string;
  /** The first date whose sales are not known. */
  readonly asOf: string;
  readonly horizon: number;
  readonly unit: string;
  readonly currency: string;
  readonly model: string;
  readonly baseline: string;
  readonly cost: CostStudy;
  /** Null where the hierarchy has nothing between the total and the series, or no window came before another. */
  readonly hierarchy: HierarchyStudy | null;
  /** The tracker's run that made the forecasts; null for the protocol's. */
  readonly run: string | null;
  /** What identifies the code and the data that the protocol's forecasts were made of; null for a run's. */
  readonly madeOf: { readonly code: string; readonly fingerprint: string; readonly seeds: readonly number[] } | null;
  readonly madeAt: string;
}

/** What a study may be told. */
export interface DecideOptions {
  /** Another hierarchy than that of the params' columns. */
  readonly hierarchy?: Hierarchy;
}

/**
 * Studies the forecasts of the run that was evaluated last, and writes `reports/<dataset>/decisions.json`.
 *
 * @throws {MissingInputError} If nothing was evaluated yet.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { decide } from "@/pipeline/decisions/decide.ts";
 * import { readEvaluation } from "@/pipeline/evaluate.ts";
 * import { toldIntervals } from "@/pipeline/intervals.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 *
 * const overrides = { series: 4, steps: 320, windows: 2, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * await pipeline(context);
 * const { own, on } = toldIntervals((await readEvaluation(context)).intervals!);
 * expect([on, own.map(({ level }) => level)]).toEqual(["1 backtest window", [50, 80, 95]]);
 *
 * const { currency, cost } = await decide(context);
 * const of = (name: string) => cost.ways.find(({ way }) => way === name)!;
 * expect([currency, of("interval").mean < of("naive interval").mean]).toEqual(["EUR", true]);
 * ```
 */
export async function decide(context: Context, options: DecideOptions = {}): Promise<DecisionRecord> {
  const evaluation = await readEvaluation(context), trained = await readTrained(context);
  const { panel, card } = await readIngested(context);
  const { frames } = blendedFrames(context, trained);
  const windows = [...trained.card.plan.backtest, trained.card.plan.holdout];
  return await study(context, panel, {
    ...options,
    source: card.source,
    windows: windows.map((window, at) => [window, frames[at]!] as const),
    model: evaluation.champion,
    baseline: evaluation.baseline,
    run: evaluation.run.id,
    madeOf: null,
  });
}

/** The same on the forecasts of the whole protocol, which are made where they are not kept yet. */
export async function decideProtocol(
  context: Context,
  { origins, seeds = 1, ...options }: DecideOptions & {
    readonly origins?: number | readonly string[];
    readonly seeds?: number;
  } = {},
): Promise<DecisionRecord> {
  const { record, panel, windows } = await runProtocol(context, { ...origins !== undefined && { origins }, seeds });
  const judged = new Set([...record.origins, ...record.holdout === null ? [] : [record.holdout.origin]]);
  return await study(context, panel, {
    ...options,
    source: record.source,
    windows,
    model: record.champion,
    baseline: record.baseline,
    run: null,
    madeOf: { code: record.code, fingerprint: record.fingerprint, seeds: record.seeds },
    judged: (origin) => judged.has(origin),
  });
}

async function study(
  context: Context,
  panel: Panel,
  { windows, model, baseline, run, madeOf, source, hierarchy: given, judged }: DecideOptions & {
    readonly windows: readonly WindowForecasts[];
    readonly model: string;
    readonly baseline: string;
    readonly run: string | null;
    readonly madeOf: DecisionRecord["madeOf"];
    readonly source: string;
    readonly judged?: (origin: string) => boolean;
  },
): Promise<DecisionRecord> {
  const { choices, profile, store, log, now } = context;
  const { hierarchy, columns } = given === undefined
    ? hierarchyOfPanel(panel, choices.hierarchy)
    : { hierarchy: requireSeries(given, panel), columns: [] };
  const shared = { windows, model, ...judged !== undefined && { judged } };
  const reconciled = await hierarchyStudy(context, panel, { ...shared, hierarchy, columns });
  const cost = costStudy(windows, {
    ...shared,
    baseline,
    profile: panel.profile,
    costs: choices.costs,
    ...reconciled !== null && { reconciled: reconciled.columns },
  });
  if (cost === null) {
    throw new DatasetError(
      `Cannot tell what errors of ${profile.name} cost as intervals are learnt from a window that ended before: ` +
        `the run has ${windows.length} that none came before (more with --windows, or a longer history)`,
      { dataset: profile.name },
    );
  }
  const record: DecisionRecord = {
    format: 1,
    dataset: profile.name,
    source,
    asOf: panel.asOf,
    horizon: profile.horizon,
    unit: profile.unit,
    currency: choices.costs.currency,
    model,
    baseline,
    cost,
    hierarchy: reconciled?.study ?? null,
    run,
    madeOf,
    madeAt: now().toString({ smallestUnit: "second" }),
  };
  await writeJson(store, keysOf(profile.name).decisions, record);
  const { ways } = cost;
  log.info("decided", {
    model,
    ways: Object.fromEntries(ways.map(({ way, mean }) => [way, mean])),
    best: record.hierarchy?.best,
  });
  return record;
}

/** A hierarchy that was given must have the panel's series at its bottom: all of them, and no others. */
function requireSeries(hierarchy: Hierarchy, { frame, profile }: Panel): Hierarchy {
  const known = new Set(frame.getColumn("unique_id").unique().toArray() as string[]);
  const bottom = hierarchy.nodes.slice(hierarchy.aggregates), own = new Set(bottom);
  const unknown = bottom.filter((id) => !known.has(id)), orphans = [...known].filter((id) => !own.has(id));
  if (unknown.length === 0 && orphans.length === 0) return hierarchy;
  const some = (ids: readonly string[]) => ids.slice(0, 5).map((id) => `"${id}"`).join(", ");
  throw new DatasetError(
    `Cannot use the hierarchy as its bottom must be the series of ${profile.name}: ` + [
      ...orphans.length > 0 ? [`${orphans.length} series are in no node (orphans): ${some(orphans)}`] : [],
      ...unknown.length > 0 ? [`${unknown.length} nodes without parts are no series: ${some(unknown)}`] : [],
    ].join("; "),
    { dataset: profile.name, column: "node" },
  );
}
