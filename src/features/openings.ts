/**
 * When a shop is open, and what the days around a closure do: the queue before a holiday, the reopening after a refit.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { daysInWeek, neighbours } from "@/features/events.ts";
import { expression } from "@/features/expression.ts";
import { shifted, stepsSince, stepsUntil } from "@/features/within_series.ts";

/** Steps after which a closure no longer echoes; a refurbishment echoes longer. */
const CLOSURE_CAP = 14, REFURBISHMENT_CAP = 90;

/**
 * Lists the features of planned openings; none for a dataset that never closes.
 *
 * - the open flag one and two steps ago and ahead, and the open days of the week;
 * - steps since and until a closure on a weekday that is usually open (so not a common Sunday);
 * - steps since and until a closure of three steps or more: a refurbishment, or holidays in a row.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openingFeatures } from "@/features/openings.ts";
 *
 * expect(openingFeatures({ openColumn: "open" }).map(({ name }) => name)).toContain("refurbishment_since");
 * expect(openingFeatures({})).toEqual([]);
 * ```
 */
export function openingFeatures({ openColumn: open }: Pick<DatasetProfile, "openColumn">): Feature[] {
  if (open === undefined) return [];
  // An unknown flag (a step that the source left out) is neither open nor closed.
  const closed = pl.col(open).eq(0).fillNull(pl.lit(false));
  const usual = pl.col("usually_open").gt(0.5);
  const before = (k: number) => shifted(closed, k).fillNull(pl.lit(false));
  const thirdDay = closed.and(before(1)).and(before(2));
  const thirdLast = closed.and(before(-1)).and(before(-2));
  return [
    expression("usually_open", pl.col(open).cast(pl.Float64).mean().over("day_of_week"), {
      reads: [open, "day_of_week"],
      helper: true,
    }),
    ...neighbours(open, 1),
    ...neighbours(open, 2),
    daysInWeek(open),
    expression("closure_since", stepsSince(closed.and(usual), CLOSURE_CAP), { reads: [open, "usually_open"] }),
    expression("closure_until", stepsUntil(closed.and(usual), CLOSURE_CAP), { reads: [open, "usually_open"] }),
    expression("refurbishment_since", stepsSince(thirdDay, REFURBISHMENT_CAP), { reads: [open] }),
    expression("refurbishment_until", stepsUntil(thirdLast, REFURBISHMENT_CAP), { reads: [open] }),
  ];
}
