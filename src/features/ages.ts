/**
 * How long something has been there: a competitor's shop, a loyalty promotion and its rhythm.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";

/** Ages are cut off where nothing changes any more; negative ones are still to come. */
const MONTHS = { min: -24, max: 120 }, WEEKS = { min: -20, max: 200 };
const MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const QUARTER = 3;

/**
 * Lists ages by rule: static columns `x_since_year` with `x_since_month` or `x_since_week` become `x_age_months` or
 * `x_age_weeks`; a static text column `x_interval` that lists months becomes `x_interval_phase`, the months since its
 * last start, once the thing with that prefix has begun.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ageFeatures } from "@/features/ages.ts";
 *
 * const roles = { competition_open_since_year: "static", competition_open_since_month: "static" } as const;
 * expect(ageFeatures({ roles, levels: {} }).map(({ name }) => name)).toEqual(["competition_open_age_months"]);
 * ```
 */
export function ageFeatures({ roles, levels }: Pick<DatasetProfile, "roles" | "levels">): Feature[] {
  const things = Object.keys(roles).filter((name) => name.endsWith("_since_year") && roles[name] === "static")
    .map((name) => name.slice(0, -"_since_year".length));
  const ages = things.flatMap((thing) => {
    const monthly = `${thing}_since_month` in roles, weekly = `${thing}_since_week` in roles;
    return [...monthly ? [ageInMonths(thing)] : [], ...weekly ? [ageInWeeks(thing)] : []];
  });
  const phases = Object.keys(roles).filter((name) => name.endsWith("_interval") && levels[name] !== undefined)
    .map((name) => {
      const prefix = name.slice(0, -"_interval".length);
      const thing = things.find((other) => other.startsWith(prefix) && `${other}_since_week` in roles);
      return phase(name, levels[name]!, thing);
    });
  return [...ages, ...phases];
}

/** The static columns that ages are made of; on their own they say little. */
export function isAgePart(name: string): boolean {
  return /_since_(year|month|week)$|_interval$/.test(name);
}

function ageInMonths(thing: string): Feature {
  const year = `${thing}_since_year`, month = `${thing}_since_month`;
  const age = pl.col("year").sub(pl.col(year)).mul(12).add(pl.col("month")).sub(pl.col(month));
  return expression(`${thing}_age_months`, age.clip(MONTHS.min, MONTHS.max), {
    reads: ["year", "month", year, month],
  });
}

function weeksSince(thing: string) {
  return pl.col("year").sub(pl.col(`${thing}_since_year`)).mul(52).add(pl.col("week_of_year"))
    .sub(pl.col(`${thing}_since_week`));
}

function ageInWeeks(thing: string): Feature {
  return expression(`${thing}_age_weeks`, weeksSince(thing).clip(WEEKS.min, WEEKS.max), {
    reads: ["year", "week_of_year", `${thing}_since_year`, `${thing}_since_week`],
  });
}

function phase(interval: string, levels: readonly string[], thing: string | undefined): Feature {
  const first = pl.col(interval).replaceStrict(
    levels.map((_, code) => code),
    levels.map((level) => MONTH_NAMES.indexOf(level.slice(0, 3).toLowerCase()) + 1),
    pl.lit(null),
    pl.Int32,
  );
  const months = pl.col("month").cast(pl.Int32).sub(first).add(12).rem(QUARTER);
  const begun = thing === undefined ? pl.lit(true) : weeksSince(thing).gtEq(0);
  return expression(`${interval}_phase`, pl.when(begun).then(months).otherwise(pl.lit(null)), {
    reads: [
      "month",
      interval,
      ...thing === undefined ? [] : ["year", "week_of_year", `${thing}_since_year`, `${thing}_since_week`],
    ],
  });
}
