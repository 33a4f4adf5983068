import type { MetricName } from "@/core/metric.ts";
import { random } from "@/core/random.ts";
import { loss } from "@/evaluation/metrics/loss.ts";
import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { metrics } from "@/evaluation/metrics/registry.ts";

/** Draws of a large mean are sums of draws of smaller ones: e^-30 is still far from underflow. */
const LARGEST_MEAN = 30;

/**
 * Tells what error would remain if forecasts were perfect: each sale is drawn from a Poisson distribution around its
 * forecast, and the forecast is scored against those draws. Customers come by chance, and nobody forecasts chance.
 *
 * For counts only; a model that comes within a percent of it has nothing left to learn about the mean.
 *
 * @param yHat Forecasts in units of y; one below zero counts as zero.
 * @param options.draws How many times all sales are drawn; the result is the mean error.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { noiseFloor } from "@/evaluation/mod.ts";
 *
 * const forecasts = Float64Array.from({ length: 5000 }, () => 25);
 * // The standard deviation of a count with mean 25 is 5.
 * expect(noiseFloor(forecasts, { metric: "rmse", seed: 1 })).toBeCloseTo(5, 0);
 * ```
 */
export function noiseFloor(
  yHat: Numbers,
  { metric, seed, draws = 20, ...options }:
    & { readonly metric: MetricName; readonly seed: number; readonly draws?: number }
    & MetricOptions,
): number {
  const chance = random(seed);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const y = Float64Array.from(yHat, (mean) => poisson(mean, chance.next));
    sum += loss(metric, metrics[metric](y, yHat, options));
  }
  return sum / draws;
}

/** Counts how many customers come when `mean` of them are usual. Source: Knuth, TAOCP 2, section 3.4.1. */
function poisson(mean: number, next: () => number): number {
  let count = 0;
  for (let rest = Math.max(0, mean); rest > 0; rest -= LARGEST_MEAN) {
    const limit = Math.exp(-Math.min(rest, LARGEST_MEAN));
    for (let product = next(); product > limit; product *= next()) count++;
  }
  return count;
}
