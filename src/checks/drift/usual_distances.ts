/**
 * How far a column usually is from what the calendar lets expect: the windows before tell, each judged like the newest.
 *
 * Weather is never as last year, and a shop's sales nearly are; one threshold for both would cry wolf over the first or
 * sleep through the second.
 *
 * @module
 */
import type { Distance } from "@/checks/drift/expected_distance.ts";
import type { DateWindow } from "@/checks/drift/date_window.ts";
import {
  dayNumber,
  farOf,
  growthIn,
  rowsOf,
  type SampleRows,
  TREND_DAYS,
  windowAt,
} from "@/checks/drift/sample_rows.ts";
import { numberSample } from "@/checks/drift/sample.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";

/** Windows that are looked back at, and how many of them say something. */
const MOST = 26, LEAST = 6;
/** No distance below this is drift, whatever the windows before: see steady.ts. */
const FLOOR = 0.1;

/**
 * The threshold beyond which a distance is unusual, column by column, of sales and of what is observed; a column is left
 * out where fewer than six windows of the history have a year before them.
 *
 * @param yearDays How many days before a window its like of last year is.
 */
export function usualDistances(
  rows: SampleRows,
  window: DateWindow,
  yearDays: (window: DateWindow) => number,
): Readonly<Record<string, number>> {
  const found: Record<string, number[]> = {};
  const end = dayNumber(window.to), start = dayNumber(window.from), length = end - start;
  for (let back = 1; back <= MOST; back++) {
    const from = start - back * length, shift = yearDays(windowAt(from, length));
    // Growth needs some weeks before last year's window.
    if (from - shift - TREND_DAYS / 2 < rows.first) break;
    const matched = matchedIn(rows, { from, length, shift });
    for (const [name, values] of rows.columns) {
      const value = distanceIn(rows, matched, { name, values, from, shift });
      if (value !== undefined) (found[name] ??= []).push(value);
    }
  }
  const far = Object.fromEntries(
    Object.entries(found).filter(([, values]) => values.length >= LEAST).map(([name, values]) => [name, farOf(values)]),
  );
  const together = togetherOf(found, far);
  return Object.fromEntries(Object.entries(far).map(([name, own]) => [name, name === "y" ? own : own * together]));
}

/**
 * How much farther all columns must be so that none of them stood out in any window of the past: of twenty columns one is
 * always the oddest, and thresholds that suit each alone cry wolf over that one.
 */
function togetherOf(
  found: Readonly<Record<string, readonly number[]>>,
  far: Readonly<Record<string, number>>,
): number {
  const oddest: number[] = [];
  for (const [name, threshold] of Object.entries(far)) {
    if (name === "y") continue;
    // The newest window comes first, and windows before a column began have no distance: counted from the newest.
    found[name]!.forEach((value, back) =>
      oddest[back] = Math.max(oddest[back] ?? 0, value / Math.max(FLOOR, threshold))
    );
  }
  const logs = oddest.filter((ratio) => ratio > 0).map(Math.log);
  if (logs.length < LEAST) return 1;
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1));
  // The largest of few says little: two standard deviations stand in for what they have not shown yet.
  const unseen = mean + 2 * deviation * Math.sqrt(1 + 1 / logs.length);
  return Math.max(1, ...oddest, Math.exp(unseen));
}

/** A distance whose threshold is at least the usual one. */
export function beyondUsual(found: Distance, usual = 0): Distance {
  const threshold = Math.max(found.threshold, usual);
  return { ...found, threshold, drifted: found.drifted && (found.value === null || found.value >= threshold) };
}

interface Matched {
  readonly current: readonly number[];
  readonly reference: readonly number[];
}

/** As `matchedRows` does it. */
function matchedIn(
  rows: SampleRows,
  { from, length, shift }: { readonly from: number; readonly length: number; readonly shift: number },
): Matched {
  const sold = (days: number, count: number) => rowsOf(rows, days, count).filter((row) => !Number.isNaN(rows.y[row]!));
  const now = sold(from, length), season = sold(from - shift - 7, length + 14);
  const [here, there] = [now, season].map((part) => new Set(part.map((row) => rows.series[row]!)));
  const inside = new Set(rowsOf(rows, from - shift, length));
  const [ofWindow, beside] = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (const row of season) {
    if (!here!.has(rows.series[row]!)) continue;
    const group = inside.has(row) ? ofWindow : beside, own = group.get(rows.kinds[row]!);
    own === undefined ? group.set(rows.kinds[row]!, [row]) : own.push(row);
  }
  const ofKind = new Map([...beside, ...ofWindow]);
  const current = now.filter((row) => there!.has(rows.series[row]!) && ofKind.has(rows.kinds[row]!));
  const wanted = new Map<number, number>();
  for (const row of current) wanted.set(rows.kinds[row]!, (wanted.get(rows.kinds[row]!) ?? 0) + 1);
  const reference = [...wanted].flatMap(([kind, count]) => {
    const own = ofKind.get(kind)!;
    return Array.from({ length: count }, (_, i) => own[Math.floor(i * own.length / count)]!);
  });
  return { current, reference };
}

function distanceIn(
  rows: SampleRows,
  { current, reference }: Matched,
  { name, values, from, shift }: {
    readonly name: string;
    readonly values: Float64Array;
    readonly from: number;
    readonly shift: number;
  },
): number | undefined {
  const at = (part: readonly number[], factor = 1) =>
    numberSample(Float64Array.from(part, (row) => values[row]! * factor).filter(Number.isFinite));
  const [now, then] = [at(current), at(reference, growthIn(rows, values, from, shift))];
  if (now.size === 0) return undefined;
  const recent = name === "y" ? at([]) : at(rowsOf(rows, from - TREND_DAYS, TREND_DAYS));
  const distances = [then, recent].filter(({ size }) => size > 0).map((sample) => wasserstein.measure(sample, now));
  return distances.length === 0 ? undefined : Math.min(...distances);
}
