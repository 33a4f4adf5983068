import { scoreOfLoss } from "@/evaluation/row_loss.ts";
import type { RowLoss } from "@/evaluation/row_loss.ts";
import type { MetricName } from "@/core/metric.ts";

/** The few rows that carry most of a score. */
export interface HeavyRows {
  /** Their positions, the heaviest first. */
  readonly rows: readonly number[];
  /** Their share of all losses: 0.4 means that the other rows make up 60 %. */
  readonly carried: number;
  /** The metric over all rows that count; null where there is none. */
  readonly score: number | null;
  /** The metric over those that count without the heavy ones; null where none is left. */
  readonly without: number | null;
}

/**
 * Finds the given share of rows that carry most of a score, and what the score would be without them: not to leave them
 * out, but to say what the number is mostly about.
 *
 * @param losses What each row adds to the metric (`rowLoss`); rows of weight 0 do not count.
 * @param options.share Of the rows that count, between 0 and 1; at least one row.
 *
 * @throws {RangeError} If the share is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { heavyRows } from "@/evaluation/mod.ts";
 *
 * const losses = [1, 1, 6, 1, 1].map((loss) => ({ loss, weight: 1 }));
 * const { rows, carried, score, without } = heavyRows(losses, "mae", { share: 0.2 });
 * expect([rows, carried, score, without]).toEqual([[2], 0.6, 2, 1]);
 * ```
 */
export function heavyRows(
  losses: readonly RowLoss[],
  metric: MetricName,
  { share = 0.005 }: { readonly share?: number } = {},
): HeavyRows {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`Cannot find heavy rows as their share must be between 0 and 1: current value is ${share}`);
  }
  const counted = Array.from(losses.keys()).filter((row) => losses[row]!.weight > 0);
  const rows = counted.toSorted((a, b) => losses[b]!.loss - losses[a]!.loss || a - b)
    .slice(0, Math.max(1, Math.round(share * counted.length)));
  const sum = (of: readonly number[]): RowLoss => ({
    loss: of.reduce((total, row) => total + losses[row]!.loss, 0),
    weight: of.reduce((total, row) => total + losses[row]!.weight, 0),
  });
  const all = sum(counted), heavy = sum(rows);
  return {
    rows,
    carried: all.loss > 0 ? heavy.loss / all.loss : 0,
    score: scoreOfLoss(metric, all),
    without: scoreOfLoss(metric, { loss: all.loss - heavy.loss, weight: all.weight - heavy.weight }),
  };
}
