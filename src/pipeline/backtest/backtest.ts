/**
 * The whole protocol: every model at every origin with every seed, kept as it comes, summed up at the end.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { metrics, noiseFloor, type Window } from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { codeDigest, forecastCache } from "@/pipeline/backtest/cache.ts";
import { heaviestRows } from "@/pipeline/backtest/heaviest.ts";
import { planProtocol, type ProtocolPlan, teachersOf } from "@/pipeline/backtest/plan.ts";
import { protocolIntervals } from "@/pipeline/backtest/protocol_intervals.ts";
import { type ProtocolRecord, protocolRecord } from "@/pipeline/backtest/record.ts";
import { applyBlend, learnBlend, numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { keep, take } from "@/pipeline/ingest.ts";
import { QUANTILE } from "@/pipeline/intervals.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { BASELINE, type Contestant, contestant, ENSEMBLE, isLearner } from "@/pipeline/models.ts";
import { forecastRecursively, oneStepTable } from "@/pipeline/recursion.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { asSample, rowsBefore, rowsOfBlock, type Slice } from "@/pipeline/samples.ts";
import { type TrainingRows, trainingRows } from "@/pipeline/training_rows.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { type Aligned, alignTo, windowFrame } from "@/pipeline/windows.ts";

/** What a backtest may be told. */
export interface BacktestOptions {
  /** How many rolling origins before the holdout, or the dates of the origins. */
  readonly origins?: number | readonly string[];
  /** How many seeds models with chance in them are fitted with. */
  readonly seeds?: number;
}

/** One fit that the protocol asks for. */
interface Fit {
  readonly window: Window;
  readonly rival: Contestant;
  readonly seed: number;
  /** What it learns from. */
  readonly known: Slice;
}

/**
 * Runs the protocol on the run's source, and writes its record to `reports/<dataset>/backtest.json`.
 *
 * Every forecast is stored as soon as it is made, under what it was made from (data, code, parameters, origin, seed): a
 * run that was stopped goes on where it was, and a change makes only what depends on it anew. At each origin the ensemble
 * is learnt from windows that had ended by then.
 *
 * @throws {GateError} If a data contract is broken.
 * @throws {ParamsError} If an origin is impossible.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { backtest } from "@/pipeline/backtest/backtest.ts";
 * import { openContext } from "@/pipeline/context.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { origins, champion } = await backtest(context, { origins: 2, seeds: 1 });
 * expect([origins.length, champion]).toEqual([2, "group_median"]);
 * ```
 */
export async function backtest(context: Context, options: BacktestOptions = {}): Promise<ProtocolRecord> {
  return (await runProtocol(context, options)).record;
}

/** What a run of the protocol leaves for others to look into. */
export interface ProtocolRun {
  readonly record: ProtocolRecord;
  readonly panel: Panel;
  /** Every window in the order of time, teachers included, with the champion's and the baseline's forecasts. */
  readonly windows: readonly (readonly [window: Window, frame: DataFrame])[];
}

/** Runs the protocol (see `backtest`), and hands out the forecasts that it was made of: those of the first seed. */
export async function runProtocol(
  context: Context,
  { origins = 6, seeds = 3 }: BacktestOptions = {},
): Promise<ProtocolRun> {
  const { params, choices, profile, store, project, log } = context;
  const taken = await take(context);
  await validateStage(context, "raw", taken.tables);
  await validateStage(context, "panel", { panel: taken.panel.frame });
  const { panel, card } = await keep(context, taken);
  const plan = planProtocol(panel, origins, params.windows);
  const code = await codeDigest(project);
  const { horizon, metric } = profile;
  const cache = forecastCache(store, profile.name, { fingerprint: card.fingerprint, code, asOf: card.asOf, horizon });
  const seedsOf = Array.from({ length: seeds }, (_, k) => params.seed + k);
  const rivals = choices.models.filter((name) => name !== ENSEMBLE)
    .map((name) => contestant(name, profile, choices, params, { offsets: true, recursive: true }));
  const scored = [...plan.rolling, ...plan.withHoldout ? [plan.holdout] : []];
  const forecasts = new Map<string, DataFrame>();
  const table = lazily(() =>
    buildFeatures(panel, recipe(panel.profile), { origin: holdoutOrigin(panel), horizon: profile.horizon })
  );
  const learnt = trainingRows(panel, { horizon, warmup: choices.warmup });
  const seedsAt = (window: Window, { regressor }: Contestant): readonly number[] =>
    isLearner(regressor.kind) && scored.includes(window) ? seedsOf : [params.seed];
  const windows = [...plan.teachers, ...scored], forecast = [...plan.forerunners, ...windows];
  const total = forecast.flatMap((window) => rivals.flatMap((rival) => seedsAt(window, rival))).length;
  const bar = context.progress("backtest");
  let done = 0;
  try {
    for (const window of forecast) {
      const aligned = lazily(() => alignTo(window.origin, panel, table()));
      const frame = await cache.rows({ window, of: "rows" }, () => rowsOf(aligned(), window));
      const columns: Record<string, Float64Array<ArrayBuffer>> = {};
      for (const rival of rivals) {
        const { model: name, ...facts } = { model: rival.name, kind: rival.regressor.kind, params: rival.params };
        const rows = { warmup: choices.warmup, offsets: rival.offsets, strategy: rival.strategy };
        // All seeds learn from the same rows; with the rival they go: those of all rivals would fill the memory.
        const known = lazily(() => knownTo(context, panel, { window, rival, learnt }, aligned()));
        for (const seed of seedsAt(window, rival)) {
          context.signal.throwIfAborted();
          const key = { ...facts, ...rows, origin: window.origin, seed };
          let values = await cache.get(key);
          const kept = values !== undefined;
          if (values === undefined) {
            values = await forecastOnce(context, panel, { window, rival, seed, known: known() }, aligned());
            await cache.put(key, values);
          }
          columns[columnOf(name, seed)] = values;
          bar.update(++done, total, `${name} ${window.origin} seed ${seed}`);
          log.info("backtested", { model: name, origin: window.origin, seed, kept });
        }
      }
      forecasts.set(
        window.origin,
        frame.withColumns(...Object.entries(columns).map(([name, values]) => pl.Series(name, values))),
      );
      releaseMemory();
    }
  } finally {
    bar.end();
  }
  // What quantile models forecast are ends of intervals, and no rivals.
  const points = rivals.filter(({ name }) => !name.startsWith(`${QUANTILE}-`));
  const record = protocolRecord(
    measure(context, { forecasts, scored, windows, rivals: points, seeds: seedsOf }),
    {
      dataset: profile.name,
      source: card.source,
      fingerprint: card.fingerprint,
      code,
      asOf: card.asOf,
      horizon,
      metric,
      seeds: seedsOf,
      holdout: plan.withHoldout ? plan.holdout : null,
      origins: plan.rolling.map(({ origin }) => origin),
      baseline: BASELINE,
      simple: points.filter(({ regressor }) => !isLearner(regressor.kind)).map(({ name }) => name),
      noiseFloor: floors(context, forecasts, plan),
      notes: plan.notes,
    },
  );
  const told = championFrames(context, record.champion, { forecasts, windows, forerunners: plan.forerunners, rivals });
  const rolling = told.filter(([{ origin }]) => record.origins.includes(origin));
  const whole = {
    ...record,
    intervals: intervalsOf(context, record.champion, told, plan),
    heaviest: heaviestRows(rolling, { model: record.champion, profile }),
  };
  await writeJson(store, keysOf(profile.name).backtest, whole);
  return { record: whole, panel, windows: told };
}

/** Stands between a model and a seed in the name of a column; no model has it in its name. */
const SEED = "#";
const columnOf = (model: string, seed: number) => `${model}${SEED}${seed}`;

/** Rows with a known target, and what scores need of them. */
function rowsOf(aligned: Aligned, window: Window): DataFrame {
  return windowFrame(aligned, window, rowsOfBlock(aligned.table, aligned.block), {});
}

/** What a rival learns from at a window's origin. */
function knownTo(
  { choices }: Context,
  panel: Panel,
  { window, rival, learnt }: Pick<Fit, "window" | "rival"> & { readonly learnt: TrainingRows },
  aligned: Aligned,
): Slice {
  return rival.strategy === "recursive"
    ? rowsBefore(oneStepTable(panel, window.origin), 0, choices)
    : learnt.before(aligned, rival);
}

/** Fits a model on what was known at the window's origin; forecasts the rows whose target became known. */
async function forecastOnce(
  { profile, signal }: Context,
  panel: Panel,
  { window: { origin }, rival, seed, known }: Fit,
  { table, block }: Aligned,
): Promise<Float64Array<ArrayBuffer>> {
  const { horizon } = table, ahead = rowsOfBlock(table, block);
  using model = await rival.regressor.fit(asSample(known), rival.params, { seed, signal });
  const forecasts = rival.strategy === "recursive"
    ? forecastRecursively(model, panel, { origin, horizon })
    : forecastSlice(model, ahead, profile);
  return forecasts.filter((_, row) => Number.isFinite(ahead.y[row]!));
}

/** The windows with the champion's forecasts of the first seed; a blend is learnt from windows before. */
function championFrames({ choices, profile, params }: Context, champion: string, {
  forecasts,
  windows,
  forerunners,
  rivals,
}: {
  readonly forecasts: ReadonlyMap<string, DataFrame>;
  readonly windows: readonly Window[];
  readonly forerunners: readonly Window[];
  readonly rivals: readonly Contestant[];
}): ProtocolRun["windows"] {
  const names = rivals.map(({ name }) => name);
  const frameOf = ({ origin }: Window) => seedFrame(forecasts.get(origin)!, names, params.seed, params.seed);
  const members = membersOf(choices, names);
  return [...forerunners, ...windows].sort((a, b) => a.origin < b.origin ? -1 : 1).map((window) => {
    const frame = frameOf(window);
    if (champion !== ENSEMBLE) return [window, frame] as const;
    const teachers = teachersOf(window.origin, windows, params.windows).map(frameOf);
    const blend = learnBlend(teachers, { ...choices.ensemble!, members, metric: profile.metric });
    return [window, frame.withColumn(pl.Series(ENSEMBLE, applyBlend(frame, blend)))] as const;
  });
}

/** How the champion's intervals fared with the first seed, learnt from every window before. */
function intervalsOf({ profile }: Context, champion: string, frames: ProtocolRun["windows"], plan: ProtocolPlan) {
  return protocolIntervals(frames, {
    model: champion,
    baseline: BASELINE,
    profile,
    holdout: plan.holdout.origin,
    judged: plan.rolling.map(({ origin }) => origin),
  });
}

/** The members of the ensemble that take part. */
function membersOf({ ensemble }: Context["choices"], names: readonly string[]): string[] {
  return (ensemble?.members ?? []).filter((name) => names.includes(name));
}

/** A window's frame in which a model's column holds the forecasts of one seed, or of the first where it has no other. */
function seedFrame(frame: DataFrame, names: readonly string[], seed: number, first: number): DataFrame {
  return frame.select(
    ...frame.columns.filter((name) => !name.includes(SEED)),
    ...names.map((name) => {
      const own = columnOf(name, seed);
      return pl.col(frame.columns.includes(own) ? own : columnOf(name, first)).alias(name);
    }),
  );
}

/** Every model's score at every scored origin, the ensemble's included. */
function measure(context: Context, { forecasts, scored, windows, rivals, seeds }: {
  readonly forecasts: ReadonlyMap<string, DataFrame>;
  readonly scored: readonly Window[];
  readonly windows: readonly Window[];
  readonly rivals: readonly Contestant[];
  readonly seeds: readonly number[];
}) {
  const { choices, profile, params } = context;
  const { metric } = profile;
  const measured: Record<string, Record<string, (number | null)[]>> = {};
  const names = rivals.map(({ name }) => name), members = membersOf(choices, names);
  const frameOf = ({ origin }: Window, seed: number) => seedFrame(forecasts.get(origin)!, names, seed, params.seed);
  for (const window of scored) {
    const teachers = teachersOf(window.origin, windows, params.windows);
    for (const seed of seeds) {
      const frame = frameOf(window, seed);
      const y = numbers(frame, "y"), weight = numbers(frame, "weight"), scale = numbers(frame, "scale");
      const note = (model: string, yHat: Float64Array) => {
        ((measured[model] ??= {})[window.origin] ??= []).push(metrics[metric](y, yHat, { weight, scale }));
      };
      for (const { name, regressor } of rivals) {
        if (seed === seeds[0] || isLearner(regressor.kind)) note(name, numbers(frame, name));
      }
      if (!choices.models.includes(ENSEMBLE) || members.length === 0) continue;
      const options = { ...choices.ensemble!, members, metric };
      note(ENSEMBLE, applyBlend(frame, learnBlend(teachers.map((own) => frameOf(own, seed)), options)));
    }
  }
  return measured;
}

/** The noise floor of each scored window, around the factor model's means, where sales are counts. */
function floors(
  { profile, params }: Context,
  forecasts: ReadonlyMap<string, DataFrame>,
  { rolling, holdout, withHoldout }: ProtocolPlan,
): Record<string, number> | null {
  const column = columnOf("factor_model", params.seed);
  const counts = profile.unit.startsWith("units") &&
    [...forecasts.values()].every((frame) => frame.columns.includes(column));
  if (!counts) return null;
  return Object.fromEntries([...rolling, ...withHoldout ? [holdout] : []].map(({ origin }) => [
    origin,
    noiseFloor(numbers(forecasts.get(origin)!, column), { metric: profile.metric, seed: params.seed }),
  ]));
}

/** Makes something when it is first asked for. */
function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
