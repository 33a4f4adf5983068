import type { MetricName } from "@/core/metric.ts";

/** What a metric adds up: the loss of one row, and how much the row counts. */
export interface RowLoss {
  /** What the row adds to the sum: its squared percentage error for rmspe. */
  readonly loss: number;
  /** 0 for a row that the metric leaves out. */
  readonly weight: number;
}

/** A row, as metrics see it. */
export interface LossRow {
  /** What was sold. */
  readonly y: number;
  /** What was forecast, in units of y. */
  readonly yHat: number;
  /** How much the row counts (wmae). */
  readonly weight: number;
  /** The seasonal naive error of its series, in units of y (mase); the row is left out where it is not above zero. */
  readonly scale: number;
}

const NOTHING: RowLoss = { loss: 0, weight: 0 };

const LOSSES: Readonly<Record<Exclude<MetricName, "bias">, (row: LossRow) => RowLoss>> = {
  rmspe: ({ y, yHat }) => y > 0 ? { loss: ((yHat - y) / y) ** 2, weight: 1 } : NOTHING,
  mape: ({ y, yHat }) => y > 0 ? { loss: Math.abs(yHat - y) / y, weight: 1 } : NOTHING,
  wmae: ({ y, yHat, weight }) => ({ loss: weight * Math.abs(yHat - y), weight }),
  mae: ({ y, yHat }) => ({ loss: Math.abs(yHat - y), weight: 1 }),
  rmse: ({ y, yHat }) => ({ loss: (yHat - y) ** 2, weight: 1 }),
  smape: ({ y, yHat }) => {
    const size = Math.abs(y) + Math.abs(yHat);
    return { loss: size > 0 ? 200 * Math.abs(yHat - y) / size : 0, weight: 1 };
  },
  mase: ({ y, yHat, scale }) => scale > 0 ? { loss: Math.abs(yHat - y) / scale, weight: 1 } : NOTHING,
};

/**
 * The loss that a metric sums over rows.
 *
 * @throws {RangeError} For bias, whose errors cancel out: it has no loss per row.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rowLoss } from "@/evaluation/mod.ts";
 *
 * expect(rowLoss("rmspe")({ y: 10, yHat: 11, weight: 1, scale: 1 }).loss).toBeCloseTo(0.01);
 * expect(rowLoss("rmspe")({ y: 0, yHat: 11, weight: 1, scale: 1 }).weight).toBe(0);
 * ```
 */
export function rowLoss(metric: MetricName): (row: LossRow) => RowLoss {
  if (metric === "bias") throw new RangeError("Cannot decide by bias as over- and underestimates cancel out");
  return LOSSES[metric];
}

/**
 * Turns summed losses back into the metric.
 *
 * @returns Null where no row counted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scoreOfLoss } from "@/evaluation/mod.ts";
 *
 * expect(scoreOfLoss("rmspe", { loss: 0.04, weight: 4 })).toBe(0.1);
 * expect(scoreOfLoss("mae", { loss: 0, weight: 0 })).toBeNull();
 * ```
 */
export function scoreOfLoss(metric: MetricName, { loss, weight }: RowLoss): number | null {
  if (!(weight > 0)) return null;
  return metric === "rmspe" || metric === "rmse" ? Math.sqrt(loss / weight) : loss / weight;
}
