/**
 * The step `tune`: search for better parameters of one model on windows of the past, and take what it puts forward only if
 * later windows confirm it.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import {
  halve,
  metrics,
  type Point,
  searchSpace,
  shouldGiveUp,
  type Space,
  suggest,
  type Tried,
  type Window,
} from "@/evaluation/mod.ts";
import { codeDigest, digest } from "@/pipeline/backtest/cache.ts";
import { type Context, experimentName } from "@/pipeline/context.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import { readJsonIfThere, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { type Contestant, contestant } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { revision } from "@/pipeline/revision.ts";
import { asSample, rowsOfBlock, type Slice } from "@/pipeline/samples.ts";
import { trainingRows } from "@/pipeline/training_rows.ts";
import { choiceText, choose } from "@/pipeline/tune/choose.ts";
import { settingsOf, type TuneOptions } from "@/pipeline/tune/tune_options.ts";
import { tuneWindows } from "@/pipeline/tune/tune_windows.ts";
import type { Budget, CheckedPoint, Trial, TrialStatus, TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { alignTo } from "@/pipeline/windows.ts";

/** A search that has begun: what a later process needs to go on with it. */
interface State {
  readonly parent: string;
  readonly trials: readonly Trial[];
  /** The trial that was begun: if it is still here, its process was killed. */
  readonly open: { readonly number: number; readonly run: string } | null;
}

/** A window with what is learnt from before it and forecast in it: cut once, used by every trial. */
interface Fold {
  readonly window: Window;
  readonly known: Slice;
  readonly ahead: Slice;
}

/**
 * Searches for better parameters of one model.
 *
 * Features are built once; a trial costs its fits and no more. Every trial is a run nested below the search's own, and is
 * kept as soon as it ends, so that a search which was killed goes on with the same sequence. Trials that fail are
 * recorded and the search goes on; trials that fall behind half of the others are given up. What is in use stays unless a
 * finalist is better by more than chance in windows after those of the search.
 *
 * @throws {ParamsError} If the space contradicts itself, a number makes no sense, or every trial failed.
 * @throws {DatasetError} If the history is too short for the windows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { featurize } from "@/pipeline/featurize.ts";
 * import { ingest } from "@/pipeline/ingest.ts";
 * import { tune } from "@/pipeline/tune/tune.ts";
 *
 * const overrides = { series: 3, steps: 320, models: ["seasonal_naive", "damped_trend"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { panel, card } = await ingest(context), table = await featurize(context, panel);
 * const options = { model: "damped_trend", trials: 2, folds: 1, check: 1 };
 * const { trials } = await tune(context, { panel, card, table }, options);
 * expect(trials.length).toBe(2);
 * ```
 */
export async function tune(
  context: Context,
  { panel, card, table }: { readonly panel: Panel; readonly card: PanelCard; readonly table: FeatureTable },
  options: TuneOptions,
): Promise<TuningRecord> {
  const { params, profile, store, project, choices, tracker, log } = context;
  const settings = settingsOf(context, options);
  const { model, trials: most, minutes, search, startup, blind, alpha } = settings;
  const base = contestant(model, panel.profile, choices, params, { offsets: true });
  const space = searchSpace(base.regressor.schema, params.tune.spaces?.[model] ?? {}, model);
  const windows = tuneWindows(panel, settings);
  const code = await codeDigest(project);
  const facts = {
    ...{ fingerprint: card.fingerprint, asOf: card.asOf, code, horizon: profile.horizon, warmup: choices.warmup },
    ...{
      model,
      kind: base.regressor.kind,
      params: base.params,
      offsets: base.offsets,
      space,
      search,
      startup,
      seed: params.seed,
    },
    ...{ windows: windows.folds.map(({ origin }) => origin) },
    ...blind && { blind },
    // Who gets how much depends on how many there will be.
    ...search === "halving" && { trials: most },
  };
  const key = `data/tuning/${profile.name}/${digest(facts)}.json`;
  if (options.fresh) await store.delete(key);
  const experiment = experimentName(context);
  const file = pointOf(space, base.params), defaults = pointOf(space, base.regressor.defaults as Point);
  const given = blind ? [defaults] : [file, defaults];
  const budget: Budget = "rounds" in base.params && !space.some(({ name }) => name === "rounds") ? "rounds" : "folds";
  const units = budget === "rounds" ? Number(base.params["rounds"]) : windows.folds.length;
  const rungs = Math.min(MOST_RUNGS, 1 + Math.floor(Math.log2(units)));
  let state = await readJsonIfThere<State>(store, key) ?? await begun();
  await using parent = await tracker.resume(state.parent);
  try {
    if (state.open !== null) await markKilled(state.open.run);
    const cut = folder(panel, table, context, base);
    const folds = windows.folds.map(cut);
    const clock = options.clock ?? (() => performance.now()), started = clock();
    const bar = context.progress(`tune ${model}`);
    try {
      for (let number = state.trials.length; number < most; number++) {
        context.signal.throwIfAborted();
        if (number >= given.length && (clock() - started) / 60_000 >= minutes) break;
        const next = nextOf(number);
        if (next === undefined) break;
        const trial = await tryOut(number, next, folds);
        state = { parent: parent.id, trials: [...state.trials, trial], open: null };
        await writeJson(store, key, state);
        bar.update(number + 1, most, `best ${(bestOf(state.trials)?.loss ?? NaN).toPrecision(4)}`);
      }
    } finally {
      bar.end();
    }
    const best = bestOf(state.trials);
    if (best === undefined) {
      const [first] = state.trials;
      throw new ParamsError(
        `Cannot tune ${model} as each of ${state.trials.length} trials failed; the first said: ${
          first?.error ?? "nothing"
        }`,
      );
    }
    const confirming = windows.confirm.map(cut);
    const choice = await choose({
      ...{ space, trials: state.trials, alpha },
      against: blind ? "defaults" : "file",
      windows: windows.confirm.map(({ origin }) => origin),
      lossesOf: (point) => lossesOf(point, confirming),
    });
    const chosen = choice.taken ? state.trials[choice.finalist]!.point : given[0]!;
    const points = [["file", file], ["defaults", defaults], ["best", best.point], ["tuned", chosen]] as const;
    const unseen = windows.unseen.map(cut);
    const checked: CheckedPoint[] = [];
    for (const [name, point] of points) checked.push(await checkPoint(name, point, unseen, checked));
    const record: TuningRecord = {
      format: 1,
      dataset: profile.name,
      source: card.source,
      model,
      metric: profile.metric,
      search,
      seed: params.seed,
      ...search === "halving" && { budget },
      ...blind && { blind },
      space,
      folds: windows.folds.map(({ origin }) => origin),
      unseen: windows.unseen.map(({ origin }) => origin),
      trials: state.trials,
      best: best.number,
      choice,
      checked,
      run: { experiment, id: parent.id },
    };
    await parent.metrics({
      [`tune.${profile.metric}`]: best.loss!,
      ...choice.change !== undefined && { "confirm.change": choice.change },
      ...typeof choice.pValue === "number" && { "confirm.p_value": choice.pValue },
      ...Object.fromEntries(checked.map(({ name, mean }) => [`unseen.${name}.${profile.metric}`, mean])),
    });
    // Tags, as params never change: a search that goes on may find something better.
    await parent.tags({
      "shelfcast.choice": choiceText(choice),
      ...Object.fromEntries(Object.entries(best.point).map(([name, value]) => [`best.${name}`, String(value)])),
    });
    await parent.artifact("tuning.json", JSON.stringify(record, null, 2));
    await writeJson(store, keysOf(profile.name).tuning(model), record);
    return record;
  } catch (error) {
    await parent.fail(error);
    throw error;
  }

  /** What the trial of a number tries, and on which share of the budget. */
  function nextOf(number: number): { readonly point: Point; readonly share: number } | undefined {
    if (number < given.length) return { point: given[number]!, share: 1 };
    if (search === "halving") {
      const history = state.trials.slice(given.length).map(({ point, losses, status }): Tried => ({
        point,
        loss: status === "failed" ? Infinity : meanOf(losses),
      }));
      return halve(space, history, { seed: params.seed, trials: most - given.length, rungs });
    }
    const history = state.trials.map(({ point, loss }): Tried => ({ point, loss: loss ?? Infinity }));
    return { point: suggest(space, history, { seed: params.seed, search, startup: startup + given.length }), share: 1 };
  }

  async function begun(): Promise<State> {
    const run = await tracker.start(experiment, `${profile.name} tune ${model}`);
    await run.params({
      dataset: profile.name,
      model,
      search,
      seed: params.seed,
      folds: windows.folds.map(({ origin }) => origin).join(" "),
      space: JSON.stringify(space),
    });
    await run.tags({
      ...await revision(project),
      "shelfcast.dataset": profile.name,
      "shelfcast.phase": "tune",
      "shelfcast.fingerprint": card.fingerprint,
    });
    await run[Symbol.asyncDispose]();
    const first: State = { parent: run.id, trials: [], open: null };
    await writeJson(store, key, first);
    return first;
  }

  async function markKilled(id: string): Promise<void> {
    await using run = await tracker.resume(id);
    await run.tags({ "shelfcast.trial": "killed" });
    await run.fail(new Error("The search was killed in this trial; it was tried again"));
  }

  /** Fits and judges one point, fold by fold. */
  async function tryOut(
    number: number,
    { point, share }: { readonly point: Point; readonly share: number },
    all: readonly Fold[],
  ): Promise<Trial> {
    const run = await tracker.start(experiment, `${profile.name} tune ${model} trial ${number}`, { parent: parent.id });
    await writeJson(store, key, { ...state, open: { number, run: run.id } } satisfies State);
    await run.params({ model, trial: number, ...point, ...search === "halving" && { budget_share: share } });
    await run.tags({ "shelfcast.dataset": profile.name, "shelfcast.phase": "tune" });
    const finished = state.trials.filter(({ status }) => status === "finished").map(({ losses }) => losses);
    const { folds, known, rival } = shared(point, share, all);
    const losses: number[] = [], from = performance.now();
    let status: TrialStatus = "finished", message: string | undefined;
    try {
      for (const [at, fold] of folds.entries()) {
        const own = known.get(fold.window.origin) ?? await lossOf(rival, point, fold);
        losses.push(own);
        await run.metrics({ [profile.metric]: own }, at + 1);
        // The file's own choice and the defaults are what others are compared with.
        if (
          search !== "halving" && at + 1 < folds.length && number >= given.length &&
          shouldGiveUp(losses, finished, { startup })
        ) {
          status = "pruned";
          break;
        }
      }
    } catch (error) {
      if (context.signal.aborted) {
        await run.fail(error);
        throw error;
      }
      status = "failed";
      message = (error as Error).message;
      await run.fail(error);
    }
    if (status === "finished" && share < 1) status = "partial";
    const loss = status === "finished" ? meanOf(losses) : null;
    const seconds = (performance.now() - from) / 1000;
    if (status !== "failed") {
      await run.tags({ "shelfcast.trial": status });
      if (loss !== null) await run.metrics({ [`mean.${profile.metric}`]: loss, seconds });
      await run[Symbol.asyncDispose]();
    }
    log.info("tried", { number, status, loss, point, ...message !== undefined && { message } });
    return {
      number,
      point,
      status,
      ...search === "halving" && { share },
      losses,
      loss,
      ...message !== undefined && { error: message },
      seconds,
      run: run.id,
    };
  }

  /** What a share of the budget buys: the newest windows, or fewer rounds; what an earlier share has told is known. */
  function shared(point: Point, share: number, all: readonly Fold[]) {
    if (budget === "rounds") {
      const rounds = Math.max(1, Math.round(share * units));
      const rival = share === 1 ? base : { ...base, params: { ...base.params, rounds } };
      return { folds: all, known: new Map<string, number>(), rival };
    }
    const folds = all.slice(-Math.max(1, Math.round(share * all.length))), same = JSON.stringify(point);
    const earlier = state.trials.findLast((trial) =>
      trial.status === "partial" && JSON.stringify(trial.point) === same
    );
    const known = new Map(
      earlier?.losses.map((loss, k) => [all.at(k - earlier.losses.length)!.window.origin, loss] as const),
    );
    return { folds, known, rival: base };
  }

  async function lossOf({ regressor, params: own }: Contestant, point: Point, { window, known, ahead }: Fold) {
    using fitted = await regressor.fit(asSample(known), { ...own, ...point }, {
      seed: params.seed,
      signal: context.signal,
    });
    const yHat = forecastSlice(fitted, ahead, panel.profile);
    releaseMemory();
    const rows = [...ahead.y.keys()].filter((row) => Number.isFinite(ahead.y[row]!));
    const loss = metrics[profile.metric](
      rows.map((row) => ahead.y[row]!),
      rows.map((row) => yHat[row]!),
      { weight: rows.map((row) => ahead.weight[row]!), scale: rows.map(() => 1) },
    );
    if (loss === null || !Number.isFinite(loss)) {
      throw new RangeError(`Cannot judge the window from ${window.origin}: its ${profile.metric} is ${loss}`);
    }
    return Math.abs(loss);
  }

  async function lossesOf(point: Point, folds: readonly Fold[]): Promise<Record<string, number>> {
    const losses: Record<string, number> = {};
    for (const fold of folds) {
      context.signal.throwIfAborted();
      losses[fold.window.origin] = await lossOf(base, point, fold);
    }
    return losses;
  }

  /** How a point fares on windows; one that was checked under another name is not fitted again. */
  async function checkPoint(
    name: CheckedPoint["name"],
    point: Point,
    folds: readonly Fold[],
    before: readonly CheckedPoint[],
  ): Promise<CheckedPoint> {
    const same = before.find((own) => JSON.stringify(own.point) === JSON.stringify(point));
    const losses = same?.losses ?? await lossesOf(point, folds);
    return { name, point, losses, mean: meanOf(Object.values(losses)) };
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rungs of successive halving at most: a quarter of the budget, half of it, all of it. */
const MOST_RUNGS = 3;

/** Cuts windows out of the features; every trial uses the same cuts. */
function folder(
  panel: Panel,
  table: FeatureTable,
  { choices }: Context,
  model: Contestant,
): (window: Window) => Fold {
  const learnt = trainingRows(panel, { horizon: table.horizon, warmup: choices.warmup });
  return (window) => {
    const aligned = alignTo(window.origin, panel, table);
    return {
      window,
      known: learnt.before(aligned, model),
      ahead: rowsOfBlock(aligned.table, aligned.block),
    };
  };
}

/** Of parameters those that are searched. */
function pointOf(space: Space, params: Readonly<Record<string, unknown>>): Point {
  return Object.fromEntries(space.flatMap(({ name }) => {
    const value = params[name];
    return typeof value === "number" || typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [];
  }));
}

function bestOf(trials: readonly Trial[]): Trial | undefined {
  return trials.filter(({ loss }) => loss !== null).sort((a, b) => a.loss! - b.loss! || a.number - b.number)[0];
}
