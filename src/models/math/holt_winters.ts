/** How fast a smoothed series forgets. */
export interface Smoothing {
  /** Share of the newest value in the level, of the newest step in the trend, of the newest departure in its season. */
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  /** What of the trend is left after each step: 1 goes on for ever, 0.9 is half gone after seven. */
  readonly phi: number;
}

/** What a smoothed series remembers. */
export interface SmoothState {
  readonly level: number;
  readonly trend: number;
  /** One departure per step of the season, of which the first is that of the next step; a single 0 without seasons. */
  readonly seasons: readonly number[];
}

/**
 * Smooths a series exponentially, with a trend that fades out and a season that repeats.
 *
 * A missing value (NaN) changes nothing but the time: the trend fades one step further. Additive; for ratios pass
 * logarithms. Source: Holt and Winters' method with Gardner and McKenzie's damped trend (1985), in the form of statsmodels.
 *
 * @param y One value per step.
 * @param start What is known before the first step.
 * @returns The state after the last step, and the sum of squared errors of the one-step forecasts on the way.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { holtWinters, stepsAhead } from "@/models/math/holt_winters.ts";
 *
 * const how = { alpha: 0.5, beta: 0, gamma: 0, phi: 0.5 };
 * const { state } = holtWinters([10, 12], how, { level: 10, trend: 0, seasons: [0] });
 * expect(state.level).toBe(11);
 * expect(stepsAhead({ level: 11, trend: 4, seasons: [0] }, how, 2)).toBe(11 + 2 + 1);
 * ```
 */
export function holtWinters(
  y: ArrayLike<number>,
  { alpha, beta, gamma, phi }: Smoothing,
  start: SmoothState,
): { readonly state: SmoothState; readonly squaredError: number } {
  const season = start.seasons.length;
  const seasons = Float64Array.from(start.seasons);
  let { level, trend } = start, squaredError = 0;
  // A plain loop: a thousand series times two dozen ways to smooth them pass through here.
  for (let t = 0; t < y.length; t++) {
    const at = t % season, expected = level + phi * trend, value = y[t]!;
    if (value !== value) {
      level = expected;
      trend *= phi;
      continue;
    }
    const error = value - expected - seasons[at]!;
    squaredError += error * error;
    const next = alpha * (value - seasons[at]!) + (1 - alpha) * expected;
    trend = beta * (next - level) + (1 - beta) * phi * trend;
    if (season > 1) seasons[at] = gamma * (value - expected) + (1 - gamma) * seasons[at]!;
    level = next;
  }
  const next = y.length % season;
  return { state: { level, trend, seasons: [...seasons.subarray(next), ...seasons.subarray(0, next)] }, squaredError };
}

/** What a state forecasts `steps` steps after its last one (1 for the next). */
export function stepsAhead({ level, trend, seasons }: SmoothState, { phi }: Pick<Smoothing, "phi">, steps: number) {
  const faded = phi === 1 ? steps : phi * (1 - phi ** steps) / (1 - phi);
  return level + faded * trend + seasons[(steps - 1) % seasons.length]!;
}

/** Where smoothing starts: the mean of the first two seasons, no trend, and each step's mean departure from it. */
export function startOf(y: ArrayLike<number>, season: number): SmoothState {
  const sum = new Float64Array(season), count = new Int32Array(season);
  let total = 0, known = 0;
  for (let t = 0, seen = 0; t < y.length && seen < 2 * season; t++) {
    if (Number.isNaN(y[t]!)) continue;
    sum[t % season]! += y[t]!;
    count[t % season]!++;
    total += y[t]!;
    known++;
    seen++;
  }
  const level = known > 0 ? total / known : 0;
  const departures = Array.from(sum, (value, k) => season > 1 && count[k]! > 0 ? value / count[k]! - level : 0);
  return { level, trend: 0, seasons: departures };
}
