/**
 * The panel with its future: what is planned for every series, as far as anybody said, and what is assumed where nobody did.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { addSteps, daysOf } from "@/pipeline/time.ts";

/** A panel that reaches to the end of the horizon. */
export interface FuturePanel {
  /** Its frame has `horizon` steps from `asOf` on for every series; y is null there. */
  readonly panel: Panel;
  /** One value per row: 1 where a planned column was assumed, 0 where it was told or is past. */
  readonly assumed: Uint8Array;
}

/**
 * Extends every series to the end of the horizon.
 *
 * Planned columns come from `plan` where it has the series and date. Elsewhere they are assumed to be as they were one
 * year (of whole weeks) before, or else as they usually are. Columns that are only observed end with the history.
 *
 * @param plan unique_id, ds and the known columns of future steps; steps beyond the horizon are left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { futurePanel } from "@/pipeline/future_panel.ts";
 * import { take } from "@/pipeline/ingest.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides: { series: 3, steps: 250 } });
 * const { panel } = await take(context);
 * const { panel: whole, assumed } = futurePanel(panel, undefined, 7);
 * expect(whole.frame.height - panel.frame.height).toBe(3 * 7);
 * // Nobody has told a plan: all of it is assumed.
 * expect(assumed.reduce((sum, one) => sum + one, 0)).toBe(3 * 7);
 * ```
 */
export function futurePanel(
  panel: Panel,
  plan: DataFrame | undefined,
  horizon: number,
  usual: Usual = (past, name) => mostFrequent(past, name),
): FuturePanel {
  const { frame, profile, asOf } = panel;
  const known = Object.keys(profile.roles).filter((name) => profile.roles[name] === "known");
  const stride = daysOf(profile.frequency);
  const end = dayOf(addSteps(asOf, horizon - 1, profile.frequency));
  const past = frame.filter(pl.col("ds").lt(dateLiteral(dayOf(asOf))));
  const last = past.filter(pl.col("unique_id").neq(pl.col("unique_id").shift(-1)).fillNull(pl.lit(true)));
  const lastDay = last.select(pl.col("ds").cast(pl.Int32)).getColumn("ds").toArray() as number[];
  const origin: number[] = [], days: number[] = [];
  lastDay.forEach((day, series) => {
    for (let next = day + stride; next <= end; next += stride) {
      origin.push(series);
      days.push(next);
    }
  });
  const constant = ["unique_id", ...Object.keys(profile.roles).filter((name) => profile.roles[name] === "static")];
  const steps = pl.DataFrame([pl.Series("which", origin, pl.Int32), pl.Series("ds", days, pl.Int32)])
    .withColumns(pl.col("ds").cast(pl.Date))
    .join(
      last.select(...constant).withColumns(pl.Series("which", lastDay.map((_, at) => at), pl.Int32)),
      { on: "which", how: "left", maintainOrder: "left" },
    );
  const filled = planned(steps, past, plan, known, profile.yearLength * stride, usual);
  const future = filled.select(
    ...frame.columns.map((name) => {
      const { dtype } = frame.getColumn(name);
      return filled.columns.includes(name) ? pl.col(name).cast(dtype) : pl.lit(null).cast(dtype).alias(name);
    }),
    pl.col("assumed"),
  );
  const whole = pl.concat([past.withColumn(pl.lit(0).cast(pl.Int32).alias("assumed")), future])
    .sort([...profile.keys, "ds"]);
  const assumed = Uint8Array.from(whole.getColumn("assumed").toTypedArray() as Int32Array);
  return { panel: { frame: whole.drop("assumed"), profile: { ...profile, horizon }, asOf }, assumed };
}

/** Adds the known columns to steps: as planned, as a year before, or as usual. */
function planned(
  steps: DataFrame,
  past: DataFrame,
  plan: DataFrame | undefined,
  known: readonly string[],
  yearDays: number,
  usual: Usual,
): DataFrame {
  if (known.length === 0) return steps.withColumn(pl.lit(0).cast(pl.Int32).alias("assumed"));
  const left = { on: ["unique_id", "ds"], how: "left" as const, maintainOrder: "left" as const };
  const named = (from: DataFrame, suffix: string) =>
    from.select("unique_id", "ds", ...known.map((name) => pl.col(name).alias(`${name}${suffix}`)));
  const yearAgo = past.withColumn(pl.col("ds").cast(pl.Int32).add(yearDays).cast(pl.Int32).cast(pl.Date).alias("ds"));
  let joined: DataFrame = steps.join(named(yearAgo, "__year"), left);
  joined = plan === undefined
    ? joined.withColumns(...known.map((name) => pl.lit(null).cast(past.getColumn(name).dtype).alias(`${name}__plan`)))
    : joined.join(named(plan.unique({ subset: ["unique_id", "ds"], maintainOrder: true }), "__plan"), left);
  const told = known.map((name) => pl.col(`${name}__plan`).isNotNull()).reduce((all, one) => all.and(one));
  return joined.withColumns(
    ...known.map((name) =>
      pl.col(`${name}__plan`).fillNull(pl.col(`${name}__year`)).fillNull(pl.lit(usual(past, name))).alias(name)
    ),
    pl.when(told).then(pl.lit(0)).otherwise(pl.lit(1)).cast(pl.Int32).alias("assumed"),
  );
}

/** Says what value a known column has where neither a plan nor the year before tells. */
export type Usual = (past: DataFrame, name: string) => number | string;

/** The value that a column has most often. */
function mostFrequent(past: DataFrame, name: string): number | string {
  const counted = past.filter(pl.col(name).isNotNull()).groupBy(name).agg(pl.col("ds").count().alias("rows"))
    .sort(["rows", name], [true, false]);
  const value = counted.height === 0 ? 0 : counted.row(0)[0] as number | string | bigint;
  return typeof value === "bigint" ? Number(value) : value;
}

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const dateLiteral = (day: number) => pl.lit(day).cast(pl.Int32).cast(pl.Date);
