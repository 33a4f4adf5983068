/**
 * Monitoring put to the proof: a panel replayed week by week, as it is and with the world changed on purpose.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import { type LoggedForecast, performanceOf } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import type { DriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { type JudgedErrors, measureOf } from "@/pipeline/monitor/error_baseline.ts";
import { type Injection, injections, type Sold } from "@/pipeline/monitor/injections.ts";
import { judge } from "@/pipeline/monitor/monitor.ts";
import { type ResampleAlarms, resampleAlarms } from "@/pipeline/monitor/resamples.ts";
import { addSteps, daysOf, stepsBetween } from "@/pipeline/time.ts";

/** How one change of the world was found. */
export interface InjectionResult {
  readonly name: string;
  readonly magnitude: string;
  /** On how many dates it was begun, and how often it was found in time. */
  readonly begun: number;
  readonly found: number;
  /** Steps until it was found: the median of those that were, in the steps between checks. */
  readonly steps: number | null;
}

/** What the replay says of one panel. */
export interface Proof {
  readonly dataset: string;
  readonly series: number;
  /** Series that fell silent by themselves in the stretch replayed. That is a change, so they are not in it. */
  readonly leftOut: number;
  /** Steps within which a change has to be found. */
  readonly within: number;
  /** Checks of the panel as it is. */
  readonly checks: number;
  /** Those at which sales, events or the error raised an alarm: what leads to another training. */
  readonly due: number;
  /** Those at which anything was found at all. */
  readonly any: number;
  /** Column or check → how often it was found in the panel as it is. */
  readonly alarms: Readonly<Record<string, number>>;
  /** Columns flagged per check by the plain comparison with the history, and by the calendar-aware one. */
  readonly plain: number;
  readonly aware: number;
  readonly columns: number;
  readonly injections: readonly InjectionResult[];
  /** What the presets flag where both tables are drawn from the same rows. */
  readonly resamples: readonly ResampleAlarms[];
}

/** How a panel is replayed. */
export interface ProofOptions {
  /** Checks of the panel as it is, one every `every` steps up to the end. */
  readonly checks: number;
  readonly every: number;
  /** Dates at which each change is begun. */
  readonly begins: number;
  readonly within: number;
  readonly onCheck?: (done: number, total: number) => void;
}

type Judging = Pick<Context, "store" | "profile" | "params" | "now">;

/** Replays a panel. */
export async function prove(
  context: Judging,
  all: Panel,
  { checks, every, begins, within, onCheck = () => {} }: ProofOptions,
): Promise<Proof> {
  const { frequency } = all.profile, at = (back: number) => addSteps(all.asOf, -back, frequency);
  const { panel, leftOut } = heardThroughout(all, { every, checks });
  const { forecasts, baseline, sold } = simulatedForecasts(panel, at(checks * every + within), context.params.seed);
  const own = injections.filter((injection) => injection.fits(panel.profile));
  const total = checks + own.length * begins;
  let done = 0, due = 0, any = 0, plain = 0, aware = 0, columns = 0;
  const alarms: Record<string, number> = {};
  const judged = (own: Panel, asOf: string, log: readonly LoggedForecast[], steps = within) =>
    judge(context, cut(own, asOf), {
      steps,
      baseline,
      log: {
        forecasts: log.filter(({ origin, ds }) => origin < asOf && ds < addSteps(asOf, within, frequency)),
        actuals: [],
      },
    });
  for (let check = checks - 1; check >= 0; check--) {
    const summary = await judged(panel, at(check * every), forecasts);
    const flagged = [...summary.unexplained, ...namesOf(summary)];
    for (const name of flagged) alarms[name] = (alarms[name] ?? 0) + 1;
    if (summary.due) due++;
    if (flagged.length > 0) any++;
    const judgedColumns = Object.values(summary.columns);
    plain += judgedColumns.filter((column) => column.plain.drifted).length;
    aware += summary.unexplained.length;
    columns = judgedColumns.length;
    onCheck(++done, total);
  }
  const results: InjectionResult[] = [];
  for (const injection of own) {
    const taken: number[] = [];
    for (let begin = 0; begin < begins; begin++) {
      const from = at(within + Math.floor(begin * checks * every / begins)), end = addSteps(from, within, frequency);
      const world = injection.panel?.(panel, from) ?? panel;
      const log = injection.forecasts?.(forecasts, from, sold) ?? forecasts;
      const steps = await firstFound(
        injection,
        [Math.ceil(within / 2), within],
        (steps) => judged(world, steps === within ? end : addSteps(from, steps, frequency), log),
      );
      if (steps !== undefined) taken.push(steps);
      onCheck(++done, total);
    }
    const sorted = taken.toSorted((a, b) => a - b);
    const { name, magnitude } = injection;
    results.push({ name, magnitude, begun: begins, found: taken.length, steps: sorted[sorted.length >> 1] ?? null });
  }
  const series = panel.frame.select("unique_id").unique().height;
  return {
    dataset: panel.profile.name,
    series,
    leftOut,
    within,
    checks,
    due,
    any,
    alarms,
    plain: plain / checks,
    aware: aware / checks,
    columns,
    injections: results,
    resamples: resampleAlarms(panel, { sizes: [50, 200, 1000, 5000], tables: 40, seed: context.params.seed }),
  };
}

async function firstFound(
  { found }: Injection,
  after: readonly number[],
  summaryAfter: (steps: number) => Promise<DriftSummary>,
): Promise<number | undefined> {
  for (const steps of after) if (found(await summaryAfter(steps))) return steps;
  return undefined;
}

/** Checks other than those of columns that failed. */
function namesOf({ findings }: DriftSummary): string[] {
  return [
    ...new Set(findings.filter(({ passed, check }) => !passed && check !== "drift_column").map(({ check }) => check)),
  ];
}

/** The series whose sales were reported in every window, once they had begun. */
function heardThroughout(
  panel: Panel,
  { every, checks }: Pick<ProofOptions, "every" | "checks">,
): { readonly panel: Panel; readonly leftOut: number } {
  const { frame, asOf, profile } = panel, days = every * daysOf(profile.frequency);
  const heard = frame.filter(pl.col("y").isNotNull()).select(
    pl.col("unique_id"),
    pl.lit(Date.parse(asOf) / 86_400_000 - 1).sub(pl.col("ds").cast(pl.Int32)).div(days).floor().cast(pl.Int32).alias(
      "window",
    ),
  ).unique();
  const [ids, windows] = ["unique_id", "window"].map((name) => heard.getColumn(name).toArray()) as [string[], number[]];
  const bySeries = Map.groupBy(ids.map((id, row) => ({ id, window: windows[row]! })), ({ id }) => id);
  const kept = [...bySeries].filter(([, rows]) => {
    const own = new Set(rows.map(({ window }) => window)), first = Math.max(...own);
    return Array.from({ length: Math.min(checks, first) }, (_, back) => back).every((back) => own.has(back));
  }).map(([id]) => id);
  const own = frame.join(pl.DataFrame({ unique_id: kept }), { on: "unique_id", how: "semi" });
  return { panel: { ...panel, frame: own }, leftOut: frame.getColumn("unique_id").nUnique() - kept.length };
}

/** The panel as it was known at a date. */
function cut(panel: Panel, asOf: string): Panel {
  return { ...panel, asOf, frame: panel.frame.filter(pl.col("ds").lt(pl.lit(asOf).str.strptime(pl.Date, "%Y-%m-%d"))) };
}

/** Steps of forecasts whose errors are the baseline: four horizons of six weeks, or as many weeks. */
const BASELINE_STEPS = { "1d": 168, "1w": 40 } as const;
/** The simulated model: errors of single forecasts, of whole days for all series alike, and how those last. */
const ERROR = { row: 0.12, day: 0.02, carry: 0.5 } as const;

/**
 * A simulated model whose log is judged: what was sold, times errors of a known size. What it forecasts wrong is the same
 * before and after; two weeks at a time (four, for weekly data).
 */
function simulatedForecasts({ profile, frame, asOf }: Panel, from: string, seed: number): {
  readonly forecasts: readonly LoggedForecast[];
  readonly baseline: JudgedErrors | undefined;
  readonly sold: Sold;
} {
  const weekly = profile.frequency === "1w", length = weekly ? 4 : 14, stream = random(seed);
  const start = addSteps(from, -BASELINE_STEPS[profile.frequency], profile.frequency);
  const rows = frame.filter(
    pl.col("y").isNotNull().and(pl.col("ds").gtEq(pl.lit(start).str.strptime(pl.Date, "%Y-%m-%d"))),
  ).select(pl.col("unique_id"), pl.col("ds").cast(pl.Utf8), pl.col("y")).sort(["ds", "unique_id"]);
  const [ids, dates, y] = rows.columns.map((name) => rows.getColumn(name).toArray()) as [string[], string[], number[]];
  let mood = 0, day = "";
  const forecasts = ids.map((uniqueId, row): LoggedForecast => {
    const ds = dates[row]!;
    if (ds !== day) [day, mood] = [ds, ERROR.carry * mood + ERROR.day * stream.normal()];
    const origin = addSteps(
      start,
      Math.floor(stepsBetween(start, ds, profile.frequency) / length) * length,
      profile.frequency,
    );
    const yHat = y[row]! * Math.exp(mood + ERROR.row * stream.normal());
    return { uniqueId, ds, model: "simulated/1", origin, yHat, intervals: {} };
  }).filter(({ ds }) => ds < asOf);
  const truth = new Map(ids.map((id, row) => [`${id}\n${dates[row]}`, y[row]!]));
  const sold: Sold = (id, ds) => truth.get(`${id}\n${ds}`), known = forecasts.filter(({ ds }) => ds < from);
  return { forecasts: forecasts.filter(({ ds }) => ds >= from), baseline: baselineOf(profile, known, sold), sold };
}

function baselineOf(
  profile: DatasetProfile,
  forecasts: readonly LoggedForecast[],
  sold: Sold,
): JudgedErrors | undefined {
  const measure = measureOf(profile);
  const rows = forecasts.flatMap((forecast) => {
    const y = sold(forecast.uniqueId, forecast.ds);
    return y === undefined ? [] : [{ ...forecast, step: 1, y }];
  });
  const errors = (performanceOf(rows, { width: 1 })?.steps ?? []).map((step) => step[measure])
    .filter((error) => error !== null);
  if (errors.length === 0) return undefined;
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { measure, mean, of: "the weeks before", ratios: errors.map((error) => error / mean) };
}
