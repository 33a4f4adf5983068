/**
 * What a model cannot do, said on its card.
 *
 * @module
 */
import type { CardSlice } from "@/charts/mod.ts";
import { modelName } from "@/charts/mod.ts";
import type { MetricName } from "@/core/metric.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { compareSlices, type WindowLosses } from "@/evaluation/mod.ts";

/** Fewer rows tell nothing about a group. */
const ENOUGH_ROWS = 30;

/** The errors of a model beside the baseline's, group by group, over all windows; groups with few rows are left out. */
export function cardSlices(
  losses: readonly WindowLosses[],
  { champion, baseline, metric }: { readonly champion: string; readonly baseline: string; readonly metric: string },
): CardSlice[] {
  const rival = (model: string) => ({ model, windows: losses });
  return compareSlices(rival(champion), rival(baseline), { metric: metric as MetricName })
    .filter(({ rows }) => rows >= ENOUGH_ROWS)
    .map(({ slice, group, rows, first, other }) => ({
      slice: `${slice} = ${group}`,
      rows,
      champion: first,
      baseline: other,
    }));
}

/** What is known of a model that limits its use. */
export interface LimitFacts {
  readonly horizon: number;
  readonly series: number;
  /** First and last date that it has learnt from. */
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly baseline: string;
  readonly slices: readonly CardSlice[];
}

/**
 * Says in sentences what a model cannot do, and what it has to be told.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datasets } from "@/datasets/mod.ts";
 * import { cardLimits } from "@/pipeline/card_limits.ts";
 *
 * const slices = [{ slice: "store = 7", rows: 90, champion: 14, baseline: 12 }];
 * const limits = cardLimits(datasets["store-item"]!.profile, {
 *   horizon: 90, series: 500, from: "2013-01-01", to: "2017-12-31", source: "store-item.zip", baseline: "seasonal_naive", slices,
 * });
 * expect(limits[0]).toBe("Forecasts 90 days ahead and no further");
 * expect(limits.at(-1)).toBe("Was worse than seasonal naive where store = 7 (90 rows)");
 * ```
 */
export function cardLimits(profile: DatasetProfile, facts: LimitFacts): string[] {
  const { horizon, series, from, to, source, baseline, slices } = facts;
  const steps = profile.frequency === "1w" ? "weeks" : "days";
  const plan = Object.entries(profile.roles).filter(([, role]) => role === "known").map(([name]) => name);
  return [
    `Forecasts ${horizon} ${steps} ahead and no further`,
    `Has learnt from ${series} series: the server refuses any other, and a batch forecasts it without a history of its own`,
    `Has seen ${from} to ${to}: what did not happen in that time it cannot foresee`,
    ...(plan.length === 0 ? [] : [
      `Has to be told in advance: ${plan.join(", ")}. Where the plan is wrong, so is the forecast`,
    ]),
    ...(source.startsWith("synthetic")
      ? ["Is made from synthetic data: it shows how the project works, not how well"]
      : []),
    ...slices.filter(({ champion, baseline }) => champion > baseline)
      .map(({ slice, rows }) => `Was worse than ${modelName(baseline)} where ${slice} (${rows} rows)`),
  ];
}
