/**
 * Echoes: how far the same days of earlier years were from what was to be expected then.
 *
 * A single shop's day is noise; what all shops of a state did on Carnival Monday comes back with the next Easter. The
 * base holds the level, so that an echo is free of growth: averages over many years and series can be taken.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { followsEvents } from "@/features/base.ts";
import { easterDistance } from "@/features/calendar.ts";
import { blocksOf } from "@/features/encodings.ts";
import { expression } from "@/features/expression.ts";
import { frozen } from "@/features/frozen.ts";

/** Carnival Monday lies 48 days before Easter Sunday, Corpus Christi 60 days after it. */
const EASTER_REACH = 60;

/**
 * Lists the echoes of a daily dataset that is told by ratios: mean departures from the base, on the transformed scale.
 *
 * - around Easter, up to 60 days from it: of all series, of those of the same kind, and of the series itself, the same
 *   number of days away in earlier years (`departure_mean_by_state_easter_offset`);
 * - where the base knows no seasons: of every encoding, and of its part of the calendar over all series
 *   (`departure_mean_by_item_month`, `departure_mean_by_month`), and the newest level of every group of series.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { echoFeatures } from "@/features/echoes.ts";
 *
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 90, seasonLength: 7, yearLength: 364, keys: ["store", "item"],
 *   roles: { store: "static", item: "static" }, levels: {}, metric: "smape", allowsNegative: false, events: [],
 *   targetTransform: "log1p", encodings: [["item", "month"]], slices: [], unit: "units a day",
 * } as const;
 * const names = echoFeatures(profile, 90).filter(({ helper }) => !helper).map(({ name }) => name);
 * expect(names).toContain("departure_mean_by_item_month");
 * expect(names).toContain("departure_mean_by_easter_offset");
 * ```
 */
export function echoFeatures(profile: DatasetProfile, horizon: number): Feature[] {
  if (profile.frequency !== "1d" || profile.targetTransform !== "log1p") return [];
  return [
    expression("departure", pl.col("target").sub(pl.col("base")), {
      reads: ["target", "base"],
      reach: 0,
      helper: true,
    }),
    ...easterEchoes(profile),
    ...followsEvents(profile) ? [] : seasonEchoes(profile, horizon),
  ];
}

function easterEchoes(profile: DatasetProfile): Feature[] {
  const groups = [[], ...mostTelling(profile), [...profile.keys]];
  return [
    expression("easter_offset", nearEaster(pl.col("ds")), { reads: ["ds"], helper: true }),
    ...groups.map((by) => frozen([...by, "easter_offset"], { of: "departure" })),
  ];
}

function nearEaster(ds: Expr): Expr {
  const days = easterDistance(ds);
  return pl.when(days.abs().ltEq(EASTER_REACH)).then(days).otherwise(pl.lit(null));
}

function seasonEchoes(profile: DatasetProfile, horizon: number): Feature[] {
  const { encodings, keys } = profile;
  const calendars = encodings.map((by) => by.filter((name) => !keys.includes(name)));
  const seasons = [...encodings.filter((_, at) => calendars[at]!.length > 0), ...calendars]
    .filter((by, at, all) => by.length > 0 && all.findIndex((other) => other.join() === by.join()) === at);
  const year = blocksOf(1, profile, horizon);
  const levels = [[], ...keys.map((key) => [key]), [...keys]];
  return [
    ...seasons.map((by) => frozen(by, { of: "departure" })),
    ...levels.flatMap((by) => [...new Set([1, year])].map((blocks) => frozen(by, { of: "departure", blocks }))),
  ];
}

/** The static text column with the most kinds to tell apart: a state rather than one of three sizes. */
function mostTelling({ roles, levels }: Pick<DatasetProfile, "roles" | "levels">): string[][] {
  return Object.keys(levels).filter((name) => roles[name] === "static" && !name.endsWith("_interval"))
    .sort((a, b) => levels[b]!.length - levels[a]!.length).slice(0, 1).map((name) => [name]);
}
