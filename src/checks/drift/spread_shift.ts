/**
 * How much wider sales swing than they did, series by series.
 *
 * @module
 */
import { medianOf, type SampleRows } from "@/checks/drift/sample_rows.ts";

/** From this many series on, a day's median says what all of them had in common. */
const FEW = 8;

/**
 * The logarithm of how much wider series swing than in other rows: 0.35 is a variance twice as large.
 *
 * Each series counts by its own level, so that growth says nothing, and around what a day had for all of them: a payday
 * that fell into the window moves everybody. The middle half of the series decides: one of returns, whose sales are many
 * times as wide as any other's, would be most of a sum.
 */
export function spreadShift(rows: SampleRows, now: readonly number[], then: readonly number[]): number {
  const [found, wanted] = [swings(rows, now), swings(rows, then)], ratios: number[] = [];
  for (const [series, much] of found) {
    const usual = wanted.get(series) ?? 0;
    if (much > 0 && usual > 0) ratios.push(Math.log(much / usual));
  }
  return midmean(ratios);
}

/** Series → the standard deviation of its sales around what the days had for all, as a share of its mean. */
function swings({ series, days, y }: SampleRows, part: readonly number[]): Map<number, number> {
  const levels = new Map(
    [...grouped(part, (row) => series[row]!, (row) => y[row]!)].map(([id, sales]) => [id, meanOf(sales)]),
  );
  // What took back more than it sold has no share of anything.
  const own = part.filter((row) => levels.get(series[row]!)! > 0);
  const share = (row: number) => y[row]! / levels.get(series[row]!)!;
  const middles = new Map(
    [...grouped(own, (row) => days[row]!, share)].map(([day, all]) => [day, all.length < FEW ? 1 : medianOf(all)]),
  );
  const left = grouped(own, (row) => series[row]!, (row) => share(row) - middles.get(days[row]!)!);
  return new Map([...left].filter(([, values]) => values.length >= 3).map(([id, values]) => [id, deviationOf(values)]));
}

function grouped(
  part: readonly number[],
  keyOf: (row: number) => number,
  valueOf: (row: number) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of part) {
    const values = groups.get(keyOf(row));
    values === undefined ? groups.set(keyOf(row), [valueOf(row)]) : values.push(valueOf(row));
  }
  return groups;
}

function midmean(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), cut = Math.floor(sorted.length / 4);
  return sorted.length === 0 ? 0 : meanOf(sorted.slice(cut, sorted.length - cut));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: readonly number[]): number {
  const middle = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
