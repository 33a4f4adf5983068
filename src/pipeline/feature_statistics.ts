/**
 * What each feature looked like in a week, logged week by week, and compared with the week before and the year before.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import { DatasetError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Context } from "@/pipeline/context.ts";
import { readFeatures } from "@/pipeline/featurize.ts";
import { addSteps } from "@/pipeline/time.ts";
import { appendLocked } from "@/stores/mod.ts";

/** Where statistics are logged: one JSON document per week. */
export const STATISTICS_LOG = "logs/feature_statistics.log";

/** One feature in one week; null where no value was there. */
export interface FeatureStatistics {
  readonly rows: number;
  /** Share of rows without a value. */
  readonly missing: number;
  readonly mean: number | null;
  readonly std: number | null;
  readonly min: number | null;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
}

/** One week of all features, as a line of the log. */
export interface WeekStatistics {
  readonly time: string;
  readonly dataset: string;
  /** The first date, and the day after the last. */
  readonly week: string;
  readonly until: string;
  readonly features: Readonly<Record<string, FeatureStatistics>>;
}

/** When two weeks are told apart: means by standard deviations, missing values by their share. */
export interface ComparisonRule {
  readonly shift: number;
  readonly missing: number;
}
const RULE: ComparisonRule = { shift: 1, missing: 0.05 };

/**
 * Describes the features (and the target) of a week.
 *
 * @param week The first of its dates.
 * @throws {DatasetError} If the table has no row of that week.
 */
export function weekStatistics(table: FeatureTable, week: string, time: string): WeekStatistics {
  const { profile, frame } = table, until = addSteps(week, profile.frequency === "1w" ? 1 : 7, profile.frequency);
  const day = pl.col("ds").cast(pl.Utf8);
  const rows = frame.filter(day.gtEq(pl.lit(week)).and(day.lt(pl.lit(until))));
  if (rows.height === 0) {
    throw new DatasetError(`Cannot describe the week of ${week} as there are no features of it`, {
      dataset: profile.name,
    });
  }
  const names = ["y", ...table.features.map(({ name }) => name)];
  const features = names.map((name) => [name, describe(rows.getColumn(name).toArray() as (number | null)[])] as const);
  return { time, dataset: profile.name, week, until, features: Object.fromEntries(features) };
}

/** Describes numbers; null, NaN and infinities count as missing. */
function describe(values: readonly (number | null)[]): FeatureStatistics {
  const there = values.filter((value): value is number => value !== null && Number.isFinite(value)).sort((a, b) =>
    a - b
  );
  const count = there.length, missing = values.length === 0 ? 0 : 1 - count / values.length;
  const nothing = { mean: null, std: null, min: null, p10: null, p50: null, p90: null, max: null };
  if (count === 0) return { rows: values.length, missing, ...nothing };
  const mean = there.reduce((sum, value) => sum + value, 0) / count;
  const at = (share: number) => there[Math.min(count - 1, Math.floor(share * count))]!;
  return {
    rows: values.length,
    missing,
    mean,
    std: Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count),
    min: there[0]!,
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
    max: there[count - 1]!,
  };
}

/**
 * Compares a week with an earlier one, feature by feature.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { compareWeeks } from "@/pipeline/feature_statistics.ts";
 *
 * const own = { rows: 9, missing: 0, mean: 5, std: 1, min: 4, p10: 4, p50: 5, p90: 6, max: 6 };
 * const week = { time: "", dataset: "shop", week: "2015-07-25", until: "2015-08-01", features: { y: own } };
 * const later = { ...week, week: "2015-08-01", features: { y: { ...own, mean: 8 } } };
 * expect(compareWeeks(later, week).filter(({ passed }) => !passed)[0]?.observed).toBe("mean 8, 3.0 standard deviations up");
 * ```
 */
export function compareWeeks(now: WeekStatistics, before: WeekStatistics, rule: ComparisonRule = RULE): Finding[] {
  const slice = `against the week of ${before.week}`;
  return Object.entries(now.features).flatMap(([column, own]): Finding[] => {
    const other = before.features[column];
    const finding = (check: string, passed: boolean, observed: string, wanted: string): Finding => ({
      check,
      column,
      slice,
      passed,
      severity: "warning",
      observed,
      wanted,
    });
    if (other === undefined) return [finding("feature is known", false, "it was not there", "the same features")];
    const more = own.missing - other.missing;
    const missing = finding(
      "missing values",
      Math.abs(more) <= rule.missing,
      `${(100 * own.missing).toFixed(1)} % missing, ${(100 * other.missing).toFixed(1)} % before`,
      `within ${100 * rule.missing} points of before`,
    );
    if (own.mean === null || other.mean === null) return [missing];
    // A column that never varied has nothing to be measured by but itself.
    const scale = other.std! || Math.abs(other.mean) || 1;
    const shift = (own.mean - other.mean) / scale;
    const text = `mean ${Number(own.mean.toPrecision(4))}, ${Math.abs(shift).toFixed(1)} standard deviations ${
      shift < 0 ? "down" : "up"
    }`;
    return [
      missing,
      finding(
        "mean",
        Math.abs(shift) <= rule.shift,
        text,
        `within ${rule.shift} of ${Number(other.mean.toPrecision(4))}`,
      ),
    ];
  });
}

/** What the log says about the newest week. */
export interface LoggedWeek {
  readonly statistics: WeekStatistics;
  /** Compared with the week before and with the same week a year before, where the log has them. */
  readonly findings: readonly Finding[];
  readonly compared: readonly string[];
}

/** Describes the newest whole week of the features that `featurize` wrote (or another week), logs it, and compares it. */
export async function logFeatureStatistics(context: Context, week?: string): Promise<LoggedWeek> {
  const { store, profile, now } = context, table = await readFeatures(context);
  const perWeek = profile.frequency === "1w" ? 1 : 7;
  const [last] = table.frame.filter(pl.col("y").isNotNull()).select(pl.col("ds").max().cast(pl.Utf8)).row(0) as [
    string,
  ];
  const from = week ?? addSteps(last, 1 - perWeek, profile.frequency);
  const logged = await readStatistics(context);
  const statistics = weekStatistics(table, from, now().toString());
  await appendLocked(store.path(STATISTICS_LOG), () => JSON.stringify(statistics));
  const earlier = [addSteps(from, -perWeek, profile.frequency), addSteps(from, -52 * perWeek, profile.frequency)]
    .flatMap((date) => logged.findLast((one) => one.week === date) ?? []);
  return {
    statistics,
    findings: earlier.flatMap((before) => compareWeeks(statistics, before)),
    compared: earlier.map((before) => before.week),
  };
}

/** Reads the log: the dataset's weeks, in the order in which they were logged. A line cut off by a crash is left out. */
export async function readStatistics(
  { store, profile }: Pick<Context, "store" | "profile">,
): Promise<WeekStatistics[]> {
  const text = new TextDecoder().decode(await store.get(STATISTICS_LOG) ?? new Uint8Array());
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as WeekStatistics];
    } catch {
      return [];
    }
  }).filter(({ dataset }) => dataset === profile.name);
}
