/**
 * Echoes: what the same days did a year ago, and around earlier Easters, compared with what was to be expected then.
 *
 * A single shop's day is noise; what all shops of a state did on Carnival Monday comes back with Easter's next date.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { easterDistance } from "@/features/calendar.ts";
import { expression } from "@/features/expression.ts";
import { frozen } from "@/features/frozen.ts";
import { lagPlan } from "@/features/lags.ts";
import { pooled } from "@/features/pooled.ts";

/** Carnival Monday lies 48 days before Easter Sunday, Corpus Christi 60 days after it. */
const EASTER_REACH = 60;

/**
 * Lists the echoes of a daily dataset: the mean departure from the base, on the transformed scale,
 *
 * - of all series, and of those of the same kind, on the same weekday a year ago (`departure_mean_overall_lag364`);
 * - of all series, those of the same kind, and the series itself, as many days from Easter in earlier years
 *   (`departure_mean_by_state_easter_offset`), up to 60 days from it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { echoFeatures } from "@/features/echoes.ts";
 *
 * const profile = {
 *   frequency: "1d", keys: ["store"], roles: { state: "static" }, levels: { state: ["BE", "BY"] },
 *   seasonLength: 7, yearLength: 364,
 * } as const;
 * const names = echoFeatures(profile, 42).filter(({ helper }) => !helper).map(({ name }) => name);
 * expect(names).toContain("departure_mean_by_state_lag364");
 * expect(names).toContain("departure_mean_by_easter_offset");
 * ```
 */
export function echoFeatures(
  profile: Pick<DatasetProfile, "frequency" | "keys" | "roles" | "levels" | "seasonLength" | "yearLength">,
  horizon: number,
): Feature[] {
  if (profile.frequency !== "1d") return [];
  const year = lagPlan(profile, horizon).year[1]!;
  const kinds = kindsOf(profile).map((name) => [name]);
  const distance = easterDistance(pl.col("ds"));
  const near = pl.when(distance.abs().ltEq(EASTER_REACH)).then(distance).otherwise(pl.lit(null));
  return [
    expression("departure", pl.col("target").sub(pl.col("base")), {
      reads: ["target", "base"],
      reach: 0,
      helper: true,
    }),
    expression("easter_offset", near, { reads: ["ds"], helper: true }),
    ...[[], ...kinds].map((by) => pooled(by, { of: "departure", statistic: "mean", lag: year, min: 1 })),
    ...[[], ...kinds, [...profile.keys]].map((by) => frozen([...by, "easter_offset"], { of: "departure" })),
  ];
}

/** The static text columns with the most kinds to tell apart: a state rather than one of three sizes. */
function kindsOf({ roles, levels }: Pick<DatasetProfile, "roles" | "levels">): string[] {
  return Object.keys(levels).filter((name) => roles[name] === "static")
    .sort((a, b) => levels[b]!.length - levels[a]!.length).slice(0, 1);
}
