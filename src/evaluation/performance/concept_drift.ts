/**
 * Concept drift: have errors grown although nothing else may have changed? A sequential test on the error of each step.
 *
 * @module
 */
import { type Random, random } from "@/core/random.ts";

/** What errors were like when the model was judged. */
export interface ErrorBaseline {
  /** The mean error of a step. */
  readonly mean: number;
  /** Errors of single steps, as shares of that mean, in the order of time: how much they vary, and for how long. */
  readonly ratios: readonly number[];
}

/** How the test is set. */
export interface ConceptOptions {
  /** How much above the baseline the error may be: 0.2 is 20 %. */
  readonly margin?: number;
  /** The share of years without any change in which an alarm may be raised all the same. */
  readonly falseAlarms?: number;
  /** Steps in a year. */
  readonly yearLength: number;
  /** Seeds the simulated years; 1 when left out. */
  readonly seed?: number;
}

/** A calibrated test. */
export interface ConceptTest {
  /** The mean error of a step when the model was judged, in its own units. */
  readonly baseline: number;
  /** How much above the baseline the error may be: 0.2 is 20 %. */
  readonly margin: number;
  /** The sum of excess errors, in baselines, from which it is no chance. */
  readonly limit: number;
  /** The share of years without any change in which it raises an alarm all the same. */
  readonly falseAlarms: number;
}

/** What the test says of a stream of errors. */
export interface ConceptVerdict extends ConceptTest {
  /** Which test it is: Page's cumulative sum. */
  readonly test: "cusum";
  /** The sum at the end of the stream. */
  readonly value: number;
  /** The mean error since the sum last was zero, as a multiple of the baseline; null where it is zero. */
  readonly ratio: number | null;
  /** Whether the error is above the baseline by the margin, beyond chance. */
  readonly drifted: boolean;
  /** The date of the first step of the excess; null where there is none. */
  readonly since: string | null;
  /** The date of the step at which the alarm was raised; null where none is on. */
  readonly alarmAt: string | null;
  /** How many alarms the stream has raised, those that are over included. */
  readonly alarms: number;
}

const YEARS = 500, WEEK = 7;

/**
 * Calibrates a CUSUM (Page 1954): excess over the baseline beyond half of the margin adds up, and an alarm is raised when
 * the sum is larger than in all but `falseAlarms` of years in which nothing has changed.
 *
 * Those years are simulated: logarithms of errors as an autoregression, since a bad day seldom comes alone. Each has a
 * baseline of its own, as long as the real one, so that what a short baseline leaves unknown widens the limit.
 *
 * @throws {RangeError} If the baseline has fewer than four steps or is not above zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { conceptDrift, conceptTest } from "@/evaluation/mod.ts";
 *
 * const ratios = Array.from({ length: 24 }, (_, week) => 1 + 0.05 * Math.sin(7 * week));
 * const test = conceptTest({ mean: 0.1, ratios }, { yearLength: 52 });
 * const weeks = (error: number) => ratios.slice(0, 8).map((ratio, at) => ({ ds: `week ${at}`, error: error * ratio }));
 * expect(conceptDrift(test, weeks(0.1)).drifted).toBe(false);
 * expect(conceptDrift(test, weeks(0.13)).drifted).toBe(true);
 * ```
 */
export function conceptTest(
  { mean, ratios }: ErrorBaseline,
  { margin = 0.2, falseAlarms = 0.05, yearLength, seed = 1 }: ConceptOptions,
): ConceptTest {
  if (!(mean > 0) || ratios.length < 4) {
    throw new RangeError(
      `Cannot calibrate the test for concept drift as it needs a mean error above 0 and four steps: found ${mean} and ` +
        `${ratios.length}`,
    );
  }
  const stream = random(seed), noise = noiseOf(ratios), k = margin / 2;
  const highest = Array.from({ length: YEARS }, () => {
    const known = simulated(stream, noise, ratios.length), year = simulated(stream, noise, yearLength);
    const level = meanOf(known);
    let sum = 0, top = 0;
    for (const error of year) top = Math.max(top, sum = Math.max(0, sum + error / level - 1 - k));
    // In units of what its own baseline would have said of the noise.
    return top / lastingOf(noiseOf(known));
  }).sort((a, b) => a - b);
  const limit = highest[Math.min(YEARS - 1, Math.ceil((1 - falseAlarms) * YEARS))]! * lastingOf(noise);
  return { baseline: mean, margin, limit: Math.max(limit, k), falseAlarms };
}

/** How much the logarithms of errors vary, and how much of that lasts to the next step. */
interface Noise {
  readonly sd: number;
  readonly carry: number;
}

/** The standard deviation of sums of many steps, per root of their number. */
const lastingOf = ({ sd, carry }: Noise): number => Math.max(1e-6, sd * Math.sqrt((1 + carry) / (1 - carry)));

/**
 * Fits an autoregression. What lasts is the larger of what neighbours and what means of seven steps show: slow moods hide
 * behind the luck of single days.
 */
function noiseOf(ratios: readonly number[]): Noise {
  const logs = ratios.map((ratio) => Math.log(Math.max(ratio, 1e-6))), middle = meanOf(logs), n = logs.length;
  const variance = varianceOf(logs);
  if (variance === 0) return { sd: 0, carry: 0 };
  let product = 0;
  for (let i = 1; i < n; i++) product += (logs[i]! - middle) * (logs[i - 1]! - middle);
  const neighbours = product / (n - 1) / variance;
  const weeks = Array.from({ length: Math.floor(n / WEEK) }, (_, w) => meanOf(logs.slice(w * WEEK, (w + 1) * WEEK)));
  const spread = weeks.length < 4 ? 0 : WEEK * varianceOf(weeks) / variance;
  let [low, high] = [0, 0.95];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    weekSpread(middle) < spread ? low = middle : high = middle;
  }
  // A short series makes what lasts look shorter than it is (Kendall 1954).
  const carry = Math.min(0.9, Math.max(0, neighbours + (1 + 3 * neighbours) / n, low));
  return { sd: Math.sqrt(variance), carry };
}

/** Seven times the variance of a week's mean, relative to that of a step. */
function weekSpread(carry: number): number {
  let sum = 1;
  for (let lag = 1; lag < WEEK; lag++) sum += 2 * (1 - lag / WEEK) * carry ** lag;
  return sum;
}

function simulated(stream: Random, { sd, carry }: Noise, steps: number): number[] {
  const fresh = sd * Math.sqrt(1 - carry ** 2);
  let mood = sd * stream.normal();
  return Array.from({ length: steps }, () => Math.exp(mood = carry * mood + fresh * stream.normal()));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  const middle = meanOf(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
}

/** So many of the newest steps may speak for themselves. */
const NEWEST = 4;

/**
 * Follows a stream of errors, oldest first; steps without an error are skipped. An alarm needs both: an excess that is no
 * chance, and a mean error since it began, or over the newest four steps, that is above the margin: a slow excess before
 * must not dilute a sudden one. It lasts until the excess is used up.
 */
export function conceptDrift(
  test: ConceptTest,
  steps: readonly { readonly ds: string; readonly error: number | null }[],
): ConceptVerdict {
  let sum = 0, alarmAt: string | null = null, alarms = 0, run: { readonly ds: string; readonly ratio: number }[] = [];
  const above = (part: typeof run) => meanOf(part.map(({ ratio }) => ratio)) >= 1 + test.margin;
  for (const { ds, error } of steps) {
    if (error === null) continue;
    const ratio = error / test.baseline;
    sum = Math.max(0, sum + ratio - 1 - test.margin / 2);
    if (sum === 0) [alarmAt, run] = [null, []];
    else {
      run.push({ ds, ratio });
      const newest = run.slice(-NEWEST), isHigh = above(run);
      if (alarmAt === null && sum > test.limit && (isHigh || newest.length === NEWEST && above(newest))) {
        if (!isHigh) run = newest;
        alarmAt = ds;
        alarms++;
      }
    }
  }
  const ratio = run.length === 0 ? null : meanOf(run.map(({ ratio }) => ratio));
  return {
    ...test,
    test: "cusum",
    value: sum,
    ratio,
    drifted: alarmAt !== null,
    since: run[0]?.ds ?? null,
    alarmAt,
    alarms,
  };
}
