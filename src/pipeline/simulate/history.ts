/**
 * What every model would have done in every week: trained each week of a stretch of history, asked in each week after.
 *
 * @module
 */
import process from "node:process";
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import { selectRows } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import { BASELINE, contestant } from "@/pipeline/models.ts";
import { judge } from "@/pipeline/monitor/monitor.ts";
import { rowsBefore, rowsOfBlock, type Slice } from "@/pipeline/samples.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps, stepsBetween } from "@/pipeline/time.ts";
import { firstDateOf } from "@/pipeline/windows.ts";

/** How far forecasts of one week were off, in units of sales. */
export interface WeekError {
  /** Sales that were missed: what was sold above the forecast. */
  readonly under: number;
  /** Surplus: what was forecast above the sales. */
  readonly over: number;
  readonly sales: number;
  /** Sum of squared shares, and how many rows it is of: what RMSPE is made of. */
  readonly squares: number;
  readonly rows: number;
}

/** A stretch of history, replayed. */
export interface History {
  readonly model: string;
  /** The first date of each week that is replayed. */
  readonly weeks: readonly string[];
  /** How many weeks before the first one models were trained as well, so that the gate has something to look at. */
  readonly lead: number;
  /** Weeks that a gate looks back on: the horizon. */
  readonly look: number;
  /** `errors[i][j]`: the model trained before week i − lead, asked in week j − lead; undefined for j < i. */
  readonly errors: readonly (readonly (WeekError | undefined)[])[];
  readonly naive: readonly WeekError[];
  /** What a training took: features and fit. */
  readonly cpuSeconds: readonly number[];
  /** What monitoring said each week of the data that were known then; empty while nothing was due. */
  readonly due: readonly (readonly string[])[];
}

/** What is replayed. */
export interface HistoryOptions {
  /** The first and the last date. */
  readonly from: string;
  readonly to: string;
  readonly model: string;
  /** Weeks before, for the gate; the horizon by default. */
  readonly lead?: number;
  readonly onWeek?: (done: number, of: number) => void;
}

/**
 * Trains a model each week on what was known then, and asks every model so far for the week that begins. Any policy of
 * retraining is a path through what comes out, so that policies are compared on the same models and the same chance.
 *
 * @param panel The whole history; targets of a week are only used to score it.
 * @throws {DatasetError} If the stretch lies outside of the history.
 */
export async function replayHistory(context: Context, panel: Panel, options: HistoryOptions): Promise<History> {
  const { profile } = panel, { choices, params } = context;
  const perWeek = profile.frequency === "1w" ? 1 : 7, look = Math.ceil(profile.horizon / perWeek);
  const { from, to, model: name, lead = look, onWeek = () => {} } = options;
  const step = (date: string, weeks: number) => addSteps(date, weeks * perWeek, profile.frequency);
  const known = [...choices.models.filter((one) => one !== "ensemble")];
  if (!known.includes(name)) {
    throw new ParamsError(`Cannot replay ${name}: the models of this dataset are ${known.join(", ")}`);
  }
  const count = Math.floor(stepsBetween(from, to, profile.frequency) / perWeek);
  const begins = firstDateOf(panel);
  const first = step(from, -lead);
  if (count < 1 || to > panel.asOf || stepsBetween(begins, first, profile.frequency) < 3 * profile.horizon) {
    throw new DatasetError(
      `Cannot replay ${from} to ${to}: the history goes from ${begins} to ${panel.asOf}, and ${lead} weeks and three ` +
        `horizons of ${profile.horizon} steps come before the first week`,
      { dataset: profile.name },
    );
  }
  const rival = contestant(name, profile, choices, params), baseline = contestant(BASELINE, profile, choices, params);
  const features = recipe(profile), series = seriesOf(panel), day = pl.col("ds").cast(pl.Utf8);
  // One bar for all weeks is enough.
  const quiet: Context = { ...context, progress: () => ({ update: () => {}, end: () => {} }) };
  const models: Model[] = [], errors: (WeekError | undefined)[][] = [], naive: WeekError[] = [];
  const cpuSeconds: number[] = [], due: (readonly string[])[] = [], total = lead + count;
  try {
    for (let week = 0; week < total; week++) {
      context.signal.throwIfAborted();
      const origin = step(first, week), end = step(first, week + 1);
      const cpu = process.cpuUsage();
      const frame = panel.frame.filter(day.lt(pl.lit(end)));
      const table = buildFeatures({ ...panel, frame }, features, { origin, horizon: profile.horizon, series });
      const past = rowsBefore(table, 0, choices);
      if (past.y.length === 0) throw new DatasetError(`Cannot learn from before ${origin}`, { dataset: profile.name });
      const order = { origin, title: `week ${week + 1}/${total}` };
      models.push((await fitOnce(quiet, rival, past, order)).model);
      const { user, system } = process.cpuUsage(cpu);
      cpuSeconds.push((user + system) / 1e6);
      const ahead = scorable(rowsOfBlock(table, 0));
      errors.push(Array<undefined>(week).fill(undefined));
      models.forEach((model, i) => errors[i]!.push(errorOf(forecastSlice(model, ahead, profile), ahead)));
      using simple = (await fitOnce(quiet, baseline, past, order)).model;
      naive.push(errorOf(forecastSlice(simple, ahead, profile), ahead));
      due.push(
        await dueReasons(context, { ...panel, frame: panel.frame.filter(day.lt(pl.lit(origin))), asOf: origin }),
      );
      onWeek(week + 1, total);
    }
  } finally {
    for (const model of models) model[Symbol.dispose]();
  }
  const weeks = Array.from({ length: count }, (_, week) => step(from, week));
  return { model: name, weeks, lead, look, errors, naive, cpuSeconds, due };
}

/** Every k-th series, so that so many are left: a replay of some stores takes a part of the time. */
export function sampleSeries(panel: Panel, most: number): Panel {
  const all = seriesOf(panel);
  if (all.length <= most) return panel;
  const kept = Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)]!);
  return { ...panel, frame: panel.frame.filter(pl.col("unique_id").isIn(kept)) as DataFrame };
}

async function dueReasons(context: Context, panel: Panel): Promise<readonly string[]> {
  const { due, reasons } = await judge(context, panel);
  return due ? reasons : [];
}

function scorable(slice: Slice): Slice {
  const kept = Uint32Array.from(slice.y.keys()).filter((row) => Number.isFinite(slice.y[row]!));
  return {
    x: selectRows(slice.x, kept),
    y: Float64Array.from(kept, (row) => slice.y[row]!),
    weight: Float64Array.from(kept, (row) => slice.weight[row]!),
  };
}

function errorOf(forecast: Float64Array, { y }: Slice): WeekError {
  let under = 0, over = 0, sales = 0, squares = 0, rows = 0;
  forecast.forEach((value, row) => {
    const actual = y[row]!;
    sales += actual;
    if (actual > value) under += actual - value;
    else over += value - actual;
    if (actual > 0) {
      squares += ((actual - value) / actual) ** 2;
      rows++;
    }
  });
  return { under, over, sales, squares, rows };
}
