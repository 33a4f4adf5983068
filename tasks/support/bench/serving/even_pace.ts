/**
 * What wrk tells of a load, and what its requests really took.
 *
 * wrk adds to its histogram what a client that asks at an even pace would have waited while an answer was late ("coordinated
 * omission"). Its correction depends on nothing but the histogram and the pace, so that it can be taken back.
 *
 * @module
 */

/** Times in whole microseconds → how many there were. */
export type Times = ReadonlyMap<number, number>;

/** Adds, to each time, what an even pace of one request in `pace` microseconds would have seen meanwhile: wrk's own rule. */
export function atEvenPace(times: Times, pace: number): Times {
  const all = new Map(times);
  for (const [time, count] of times) {
    for (let rest = time - pace; time >= 2 * pace && rest > pace; rest -= pace) {
      all.set(rest, (all.get(rest) ?? 0) + count);
    }
  }
  return all;
}

/**
 * Takes that back.
 *
 * @throws {RangeError} If these are not times that were corrected for that pace.
 * @example
 * ```ts
 * import { asTheyWere, atEvenPace } from "@/../tasks/support/bench/serving/even_pace.ts";
 * import { expect } from "@std/expect";
 *
 * const times = new Map([[100, 97], [1_050, 3]]);
 * expect(asTheyWere(atEvenPace(times, 110), 110)).toEqual(times);
 * ```
 */
export function asTheyWere(corrected: Times, pace: number): Times {
  const rest = new Map(corrected);
  for (const time of [...corrected.keys()].sort((a, b) => b - a)) {
    const count = rest.get(time)!;
    for (let less = time - pace; count > 0 && time >= 2 * pace && less > pace; less -= pace) {
      rest.set(less, (rest.get(less) ?? 0) - count);
    }
  }
  for (const [time, count] of rest) {
    if (count < 0) throw new RangeError(`Cannot take a correction back: fewer than no request took ${time} µs`);
  }
  return new Map([...rest].filter(([, count]) => count !== 0));
}

/** The time that a share of the requests did not exceed, in the same unit. */
export function quantileOf(times: Times, share: number): number {
  const sorted = [...times].sort(([a], [b]) => a - b), wanted = share * countOf(times);
  let seen = 0;
  for (const [time, count] of sorted) if ((seen += count) >= wanted) return time;
  throw new RangeError("Cannot take a quantile of no requests");
}

/** How many requests there were. */
export function countOf(times: Times): number {
  return times.values().reduce((sum, count) => sum + count, 0);
}
