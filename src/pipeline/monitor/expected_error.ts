/**
 * How large the errors of forecasts will be whose days are still to come.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { LeadSummary } from "@/core/performance_report.ts";
import {
  BAND_STEPS as BAND,
  estimateLoss,
  type JoinedRow,
  type KnownLoss,
  leadSummary,
  type LoggedForecast,
  lossEstimate,
  lossLeads,
  newestForecasts,
  recentExcess,
} from "@/evaluation/mod.ts";
import { applyBlend } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { levelName } from "@/pipeline/level_name.ts";
import { ENSEMBLE } from "@/pipeline/models.ts";
import { calendarColumns, type GroupOf } from "@/pipeline/monitor/day_kinds.ts";
import { daysOf } from "@/pipeline/time.ts";
import { readFrame } from "@/stores/mod.ts";

/** Expected and found errors of a week of the horizon. */
export interface ExpectedBand {
  /** Steps ahead: `1–7`. */
  readonly band: string;
  readonly expected: number;
  /** What it turned out to be; null where that is not known yet. */
  readonly found: number | null;
}

/** What errors are to be expected, as MAPE. */
export interface ExpectedError {
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly expected: number;
  /** The mean of the rolling origins that it was learnt on. */
  readonly usual: number;
  /** How much larger than usual: 1.2 is 20 %. */
  readonly ratio: number;
  readonly bands: readonly ExpectedBand[];
  /** The same estimate for the last rolling origin, made without it, beside what was found. */
  readonly calibration: readonly ExpectedBand[];
  /** How early such estimates would have warned, at rolling origins replayed; empty with fewer than four of them. */
  readonly lead: readonly LeadSummary[];
}

/** Series that are enough to tell how early an estimate warns. */
const ENOUGH = 120;

/**
 * Estimates the error of the newest logged forecasts without a known sale; null where no rolling origins are at hand or no
 * forecast waits.
 *
 * @param known Forecasts whose sales are known, for what has been unusual lately.
 */
export async function expectedError(
  context: Pick<Context, "store" | "profile">,
  panel: Panel,
  forecasts: readonly LoggedForecast[],
  known: { readonly rows: readonly JoinedRow[]; readonly groups: Readonly<Record<string, GroupOf>> },
): Promise<ExpectedError | null> {
  const open = newestForecasts(forecasts.filter(({ ds }) => ds >= panel.asOf));
  const past = open.length === 0 ? undefined : await pastLosses(context);
  if (past === undefined || past.length === 0) return null;
  const estimate = lossEstimate(past), stepDays = daysOf(panel.profile.frequency);
  const newest = newestForecasts(known.rows).filter(({ y }) => y > 0);
  const last = newest.reduce((most, { ds }) => ds > most ? ds : most, "");
  const since = last === "" ? "" : shifted(last, -(BAND - 1) * stepDays);
  const recent = recentExcess(
    estimate,
    newest.filter(({ ds }) => ds >= since).map(({ uniqueId, ds, step, y, yHat }) => ({
      uniqueId,
      step,
      loss: Math.abs(yHat - y) / y,
      groups: levelsAt(known.groups, { uniqueId, ds }),
    })),
  );
  const kinds = kindsAhead(panel, open);
  const rows = open.filter(({ yHat }) => yHat > 0).map(({ uniqueId, ds, origin }) => {
    const row = { uniqueId, step: daysBetween(origin, ds) / stepDays + 1, groups: kinds(uniqueId, ds) };
    return origin > last ? row : { ...row, after: Math.max(1, daysBetween(last, ds) / stepDays) };
  });
  if (rows.length === 0) return null;
  const losses = estimateLoss(estimate, rows, recent), expected = meanOf(losses);
  const dates = open.map(({ ds }) => ds).toSorted();
  return {
    rows: rows.length,
    from: dates[0]!,
    to: dates.at(-1)!,
    expected,
    usual: estimate.mean,
    ratio: expected / estimate.mean,
    bands: bandsOf(rows, losses),
    calibration: calibrationOf(past),
    lead: leadsOf(past, panel.profile),
  };
}

/**
 * Replays the rolling origins day by day, as they were and with errors 30 and 60 % larger from the first step on and from the
 * third week on, and counts how early the estimate of the steps to come is a fifth above the usual.
 */
export function leadsOf(past: readonly KnownLoss[], { frequency }: Pick<DatasetProfile, "frequency">): LeadSummary[] {
  const ids = [...new Set(past.map(({ uniqueId }) => uniqueId))].toSorted(), every = Math.ceil(ids.length / ENOUGH);
  const kept = new Set(ids.filter((_, at) => at % every === 0)),
    own = past.filter(({ uniqueId }) => kept.has(uniqueId));
  const weekly = frequency === "1w", [width, third, stepDays] = weekly ? [4, 3, 7] : [14, 15, 1];
  return [0, 0.3, 0.6].flatMap((excess) => {
    const leads = lossLeads(own, { margin: 0.2, width, stepDays, excess, from: excess === 0 ? [1] : [1, third] });
    return leads.length === 0 ? [] : [leadSummary(excess, leads)];
  });
}

/** The estimate of the last origin made from the earlier ones, beside what was found. */
function calibrationOf(past: readonly KnownLoss[]): ExpectedBand[] {
  const origins = [...new Set(past.map(({ origin }) => origin))].toSorted(), last = origins.at(-1)!;
  if (origins.length < 2) return [];
  const before = past.filter(({ origin }) => origin !== last), rows = past.filter(({ origin }) => origin === last);
  const estimate = lossEstimate(before);
  const previous = before.filter(({ origin }) => origin === origins.at(-2));
  const end = previous.reduce((most, { step }) => Math.max(most, step), 0);
  const recent = recentExcess(estimate, previous.filter(({ step }) => step > end - BAND));
  return bandsOf(rows, estimateLoss(estimate, rows, recent), rows.map(({ loss }) => loss));
}

/** Losses of the champion in the windows of the last evaluation. */
async function pastLosses({ store, profile }: Pick<Context, "store" | "profile">): Promise<KnownLoss[] | undefined> {
  const keys = keysOf(profile.name), bytes = await store.get(keys.evaluation), frame = readFrame(store, keys.windows);
  if (bytes === undefined || frame === undefined) return undefined;
  const { champion, blend } = JSON.parse(new TextDecoder().decode(bytes)) as Evaluation;
  const yHat = champion === ENSEMBLE && blend !== null
    ? applyBlend(frame, blend)
    : frame.columns.includes(champion)
    ? frame.getColumn(champion).toArray() as number[]
    : undefined;
  return yHat && lossesOf(frame, yHat, profile);
}

/** The errors of the forecasts of a window, as shares of what was sold; rows without sales have none. */
export function lossesOf(frame: DataFrame, yHat: ArrayLike<number>, profile: DatasetProfile): KnownLoss[] {
  const column = (name: string) => frame.getColumn(name).toArray() as unknown[];
  const [ids, origins, steps, sold] = ["unique_id", "origin", "step", "y"].map(column);
  const names = profile.slices.filter((name) => frame.columns.includes(name));
  const levels = names.map((name) =>
    column(name).map((code) => typeof code === "number" ? levelName(name, code, profile) : String(code ?? ""))
  );
  return ids!.flatMap((id, row) => {
    const y = Number(sold![row]);
    if (!(y > 0)) return [];
    return [{
      uniqueId: String(id),
      origin: String(origins![row]),
      step: Number(steps![row]),
      loss: Math.abs(yHat[row]! - y) / y,
      groups: Object.fromEntries(names.map((name, k) => [name, levels[k]![row]!])),
    }];
  });
}

/** What is known of a series and a day to come: properties of the series, and the calendar. */
function kindsAhead({ frame, profile }: Panel, open: readonly LoggedForecast[]) {
  const fixed = profile.slices.filter((name) => profile.roles[name] === "static" && frame.columns.includes(name));
  const series = frame.select("unique_id", ...fixed).unique({ subset: ["unique_id"] });
  const ofSeries = new Map(series.rows().map(([id, ...values]) => [String(id), values]));
  const calendar = calendarColumns(profile).filter(({ name }) => profile.slices.includes(name));
  const days = pl.DataFrame({ day: [...new Set(open.map(({ ds }) => ds))] })
    .withColumn(pl.col("day").str.strptime(pl.Date, "%Y-%m-%d").alias("ds"))
    .select(pl.col("day"), ...calendar.map(({ name, expr }) => expr.alias(name)));
  const ofDay = new Map(days.rows().map(([day, ...values]) => [String(day), values]));
  const word = (name: string, value: unknown) =>
    typeof value === "number" ? levelName(name, value, profile) : value === "0" ? "none" : String(value ?? "");
  return (uniqueId: string, ds: string): Record<string, string> => ({
    ...Object.fromEntries(fixed.map((name, k) => [name, word(name, ofSeries.get(uniqueId)?.[k])])),
    ...Object.fromEntries(calendar.map(({ name }, k) => [name, word(name, ofDay.get(ds)?.[k])])),
  });
}

function levelsAt(groups: Readonly<Record<string, GroupOf>>, at: { uniqueId: string; ds: string }) {
  return Object.fromEntries(Object.entries(groups).map(([name, groupOf]) => [name, groupOf(at) ?? ""]));
}

function bandsOf(
  rows: readonly { readonly step: number }[],
  expected: ArrayLike<number>,
  found?: readonly number[],
): ExpectedBand[] {
  const bands = Map.groupBy(rows.map((_, i) => i), (i) => Math.floor((rows[i]!.step - 1) / BAND));
  return [...bands].toSorted(([a], [b]) => a - b).map(([band, own]) => ({
    band: `${band * BAND + 1}–${band * BAND + BAND}`,
    expected: meanOf(own.map((i) => expected[i]!)),
    found: found === undefined ? null : meanOf(own.map((i) => found[i]!)),
  }));
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

const shifted = (iso: string, days: number): string => Temporal.PlainDate.from(iso).add({ days }).toString();
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
