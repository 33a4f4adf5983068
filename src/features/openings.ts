/**
 * When a shop is open, and what the days around a closure do: the queue before a holiday, the reopening after a refit.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { distance } from "@/features/distance.ts";
import { daysInWeek, neighbours } from "@/features/events.ts";
import { expression } from "@/features/expression.ts";
import { shifted } from "@/features/within_series.ts";

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
  const near = (k: number) => shifted(closed, k).fillNull(pl.lit(false));
  const flag = (name: string, expr: Expr, reads: readonly string[] = [open]) =>
    expression(name, expr, { reads, helper: true });
  return [
    // Sundays, where they are closed: their closure says nothing.
    expression("usually_open", pl.col(open).cast(pl.Float64).mean().over("day_of_week"), {
      reads: [open, "day_of_week"],
      helper: true,
      acrossSeries: true,
      mean: { of: open, by: "day_of_week" },
    }),
    flag("closure", closed.and(pl.col("usually_open").gt(0.5)), [open, "usually_open"]),
    flag("third_closed_day", closed.and(near(1)).and(near(2))),
    flag("third_last_closed_day", closed.and(near(-1)).and(near(-2))),
    ...neighbours(open, 1),
    ...neighbours(open, 2),
    daysInWeek(open),
    distance("closure", "since", { cap: CLOSURE_CAP }),
    distance("closure", "until", { cap: CLOSURE_CAP }),
    distance("third_closed_day", "since", { cap: REFURBISHMENT_CAP, name: "refurbishment" }),
    distance("third_last_closed_day", "until", { cap: REFURBISHMENT_CAP, name: "refurbishment" }),
  ];
}
