/**
 * What a protocol's score is mostly about: the few rows of each window that carry most of the champion's error.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { heavyRows, type RowLoss, rowLoss, type Window } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";

/** Of a window's rows so many are called heavy. */
const SHARE = 0.005;
/** A group is told of that is met so many times as often among heavy rows, and makes up so much of them. */
const OFTEN = 2, MUCH = 0.05;
/** Rows and series that are named. */
const NAMED = 5;

/** The rows that weigh most; means over the rolling windows. */
export interface Heaviest {
  readonly model: string;
  /** The share of rows that are called heavy: 0.005. */
  readonly share: number;
  /** Their share of what the metric adds up. */
  readonly carried: number;
  readonly byOrigin: Readonly<Record<string, number>>;
  /** The metric with all rows, and without the heavy ones. */
  readonly score: number;
  readonly without: number;
  /** Groups that heavy rows are in more often than others: their share of heavy rows, and of all rows. */
  readonly groups: readonly {
    readonly slice: string;
    readonly group: string;
    readonly ofHeavy: number;
    readonly ofAll: number;
  }[];
  /** The series with most heavy rows, and how many of all. */
  readonly series: readonly { readonly id: string; readonly ofHeavy: number }[];
  /** The heaviest of all; `carried` is a row's share of its own window. */
  readonly rows: readonly {
    readonly origin: string;
    readonly id: string;
    readonly ds: string;
    readonly y: number;
    readonly forecast: number;
    readonly carried: number;
  }[];
}

/**
 * Sums up the heavy rows of windows.
 *
 * @param frames One per window (see `windowFrame`) with the champion's forecasts.
 * @returns Null without windows.
 */
export function heaviestRows(
  frames: readonly (readonly [Window, DataFrame])[],
  { model, profile }: { readonly model: string; readonly profile: DatasetProfile },
): Heaviest | null {
  if (frames.length === 0) return null;
  const lossOf = rowLoss(profile.metric), studies = frames.map(([{ origin }, frame]) => studyOf(origin, frame));
  const mean = (of: (study: (typeof studies)[number]) => number) =>
    studies.reduce((sum, study) => sum + of(study) / studies.length, 0);
  const heavy = studies.flatMap(({ heavy }) => heavy), all = studies.reduce((sum, { counted }) => sum + counted, 0);
  const ofAll = new Map<string, number>(), ofHeavy = new Map<string, number>(), bySeries = new Map<string, number>();
  for (const { groups } of studies) for (const [key, rows] of groups) ofAll.set(key, (ofAll.get(key) ?? 0) + rows);
  for (const { keys, id } of heavy) {
    for (const key of keys) ofHeavy.set(key, (ofHeavy.get(key) ?? 0) + 1);
    bySeries.set(id, (bySeries.get(id) ?? 0) + 1);
  }
  const most = <Key>(counts: Map<Key, number>) => [...counts].sort(([, a], [, b]) => b - a);
  return {
    model,
    share: SHARE,
    carried: mean(({ carried }) => carried),
    byOrigin: Object.fromEntries(studies.map(({ origin, carried }) => [origin, carried])),
    score: mean(({ score }) => score ?? NaN),
    without: mean(({ without }) => without ?? NaN),
    groups: most(ofHeavy).map(([key, rows]) => {
      const [slice, group] = JSON.parse(key) as [string, string];
      return { slice, group, ofHeavy: rows / heavy.length, ofAll: ofAll.get(key)! / all };
    }).filter((one) => one.ofHeavy >= OFTEN * one.ofAll && one.ofHeavy >= MUCH),
    series: most(bySeries).slice(0, NAMED).map(([id, rows]) => ({ id, ofHeavy: rows / heavy.length })),
    rows: heavy.toSorted((a, b) => b.carried - a.carried).slice(0, NAMED).map(({ keys: _keys, ...row }) => row),
  };

  function studyOf(origin: string, frame: DataFrame) {
    const [y, yHat, weight, scale] = ["y", model, "weight", "scale"].map((name) => numbers(frame, name));
    const losses = Array.from(
      y!,
      (own, row): RowLoss => lossOf({ y: own, yHat: yHat![row]!, weight: weight![row]!, scale: scale![row]! }),
    );
    const { rows, ...told } = heavyRows(losses, profile.metric, { share: SHARE });
    const total = losses.reduce((sum, { loss }) => sum + loss, 0);
    const ids = frame.getColumn("unique_id").toArray() as string[];
    const dates = frame.select(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[];
    const slices = profile.slices.filter((name) => frame.columns.includes(name))
      .map((name) => [name, numbers(frame, name)] as const);
    const keysOf = (row: number) => slices.map(([name, codes]) => JSON.stringify([name, String(codes[row])]));
    const groups = new Map<string, number>();
    losses.forEach(({ weight }, row) => {
      if (weight > 0) { for (const key of keysOf(row)) groups.set(key, (groups.get(key) ?? 0) + 1); }
    });
    return {
      ...told,
      origin,
      groups,
      counted: losses.filter(({ weight }) => weight > 0).length,
      heavy: rows.map((row) => ({
        origin,
        id: ids[row]!,
        ds: dates[row]!,
        y: y![row]!,
        forecast: yHat![row]!,
        carried: total > 0 ? losses[row]!.loss / total : 0,
        keys: keysOf(row),
      })),
    };
  }
}
