/**
 * Group encodings: the mean sales of every store on a Monday with a promotion, as known at the forecast's origin.
 *
 * @module
 */
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { frozen } from "@/features/frozen.ts";

/** Columns that come round only a few times a year: a short window would hardly ever see them. */
const SLOW = ["month", "day_of_month", "week_of_year", "day_of_year"];
/** A little over a year, so that every season is in it. */
const YEAR = 1.04;

/**
 * Counts the blocks that cover a share of a year.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { blocksOf } from "@/features/encodings.ts";
 *
 * expect(blocksOf(1.04, { yearLength: 364 }, 42)).toBe(9);
 * ```
 */
export function blocksOf(years: number, { yearLength }: Pick<DatasetProfile, "yearLength">, horizon: number): number {
  return Math.max(1, Math.round(years * yearLength / horizon));
}

/**
 * Finds the encoding that tells most apart: the first with the most columns. It decides the base and its windows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { finestEncoding } from "@/features/encodings.ts";
 *
 * expect(finestEncoding({ encodings: [["store"], ["store", "promo"]] })).toEqual(["store", "promo"]);
 * ```
 */
export function finestEncoding({ encodings }: Pick<DatasetProfile, "encodings">): readonly string[] {
  return encodings.reduce<readonly string[]>((most, by) => by.length > most.length ? by : most, []);
}

/** Lists the encodings of a dataset: means of the transformed target over windows that suit each group's size. */
export function encodingFeatures(profile: DatasetProfile, horizon: number): Feature[] {
  const finest = finestEncoding(profile);
  const blocks = (years: number) => blocksOf(years, profile, horizon);
  const year = blocks(YEAR), half = blocks(YEAR * 4 / 9), quarter = blocks(YEAR * 2 / 9);
  return profile.encodings.flatMap((by) => {
    const spans = by === finest
      ? [quarter, half, year, Infinity]
      : by.some((name) => SLOW.includes(name))
      ? [Infinity]
      : by.every((name) => profile.keys.includes(name))
      ? [1, quarter, half, year]
      : by.some((name) => profile.events.includes(name))
      ? by.length > 2 ? [year] : [1, half, Infinity]
      : [quarter, year];
    return [...new Set(spans)].map((span) => frozen(by, { blocks: span }));
  });
}
