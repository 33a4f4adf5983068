/**
 * How early an estimate of errors to come warns: days between the warning and what known errors say by themselves.
 *
 * @module
 */
import type { LeadSummary } from "@/core/performance_report.ts";
import {
  BAND_STEPS,
  estimateLoss,
  type KnownLoss,
  lossEstimate,
  recentExcess,
} from "@/evaluation/performance/loss_estimate.ts";
import { taughtOrigins } from "@/evaluation/performance/taught_origins.ts";

/** How the rolling origins are replayed. */
export interface LeadOptions {
  /** How much above the usual an error is worth a warning: 0.2 is 20 %. */
  readonly margin: number;
  /** So many newest steps make up the error that is known. */
  readonly width: number;
  /** How much larger errors become in the replay: 0.3 is 30 %; 0 leaves history as it was. */
  readonly excess: number;
  /** Steps of the horizon at which they do. */
  readonly from: readonly number[];
  /** Days of a step: origins that overlap one that is replayed, or each other, do not teach. */
  readonly stepDays?: number;
}

/** One replay of an origin's horizon, day by day. */
export interface LossLead {
  /** The origin that was replayed, `YYYY-MM-DD`. */
  readonly origin: string;
  /** The step at which errors became larger. */
  readonly from: number;
  /** The last step that was known when the estimate of the steps to come first crossed the margin; null where it did not. */
  readonly estimated: number | null;
  /** The same of the error of the newest steps. */
  readonly found: number | null;
  /** The step at which the last of the steps that the estimate spoke of were known. */
  readonly end: number;
  /** What was expected of the steps to come then, as a multiple of the usual; null where nothing was estimated. */
  readonly expected: number | null;
  /** What came on those steps, as a multiple of the usual; null where nothing was estimated. */
  readonly came: number | null;
}

/**
 * Replays rolling origins as if they were live: after each step the error of those to come is estimated from what is known,
 * with what the origins before have taught. Origins without three before them are left out: those teach what lasts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lossLeads } from "@/evaluation/mod.ts";
 *
 * const origins = ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01", "2015-05-01"];
 * const rows = origins.flatMap((origin, at) => Array.from({ length: 28 * 6 }, (_, i) => {
 *   const loss = 0.1 * (at % 2 === 0 ? 1 : 1.4); // one origin is good, the next one bad, from its first to its last day
 *   return { uniqueId: String(i % 6), origin, step: Math.floor(i / 6) + 1, loss, groups: {} };
 * }));
 * const leads = lossLeads(rows, { margin: 0.2, width: 14, excess: 0, from: [1] });
 * expect(leads.map(({ origin }) => origin)).toEqual(["2015-04-01", "2015-05-01"]);
 * ```
 */
export function lossLeads(
  rows: readonly KnownLoss[],
  { margin, width, excess, from, stepDays = 1 }: LeadOptions,
): LossLead[] {
  return taughtOrigins(rows, stepDays).flatMap(({ origin, own, teachers }) => {
    const estimate = lossEstimate(teachers);
    // What is usual stays the same day by day, and is most of the work.
    const excessAlone = { ...estimate, mean: 1, factors: {} };
    const usual = estimateLoss(estimate, own), end = own.reduce((most, { step }) => Math.max(most, step), 0);
    return from.filter((start) => start <= end).map((start): LossLead => {
      const world = own.map((row) => row.step < start ? row : { ...row, loss: row.loss * (1 + excess) });
      const ratioOf = (values: ArrayLike<number>, isIn: (step: number) => boolean) => {
        let [sum, wanted] = [0, 0];
        world.forEach(({ step }, i) => isIn(step) && ([sum, wanted] = [sum + values[i]!, wanted + usual[i]!]));
        return wanted > 0 ? sum / wanted : 1;
      };
      const losses = world.map(({ loss }) => loss);
      let estimated: number | null = null, found: number | null = null;
      let [expected, came]: (number | null)[] = [null, null];
      for (let now = start; now <= end && (estimated === null || found === null); now++) {
        if (
          found === null && now >= Math.min(width, end) &&
          ratioOf(losses, (step) => step <= now && step > now - width) > 1 + margin
        ) {
          found = now;
        }
        if (estimated !== null || now === end || now < Math.min(BAND_STEPS, end - 1)) continue;
        const recent = recentExcess(estimate, world.filter(({ step }) => step <= now && step > now - BAND_STEPS));
        const ahead = own.map((row) => row.step > now ? { ...row, after: row.step - now } : row);
        const carried = estimateLoss(excessAlone, ahead, recent).map((share, i) => share * usual[i]!);
        const ratio = ratioOf(carried, (step) => step > now);
        if (ratio > 1 + margin) [estimated, expected, came] = [now, ratio, ratioOf(losses, (step) => step > now)];
      }
      return { origin, from: start, estimated, found, end, expected: expected!, came: came! };
    });
  });
}

/**
 * Sums replays of one size of excess up.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { leadSummary } from "@/evaluation/performance/loss_lead.ts";
 *
 * const lead = { origin: "2015-05-01", from: 8, end: 42, expected: 1.3, came: 1.3 };
 * const { warned, found, first } = leadSummary(0.3, [
 *   { ...lead, estimated: 15, found: 20 },
 *   { ...lead, estimated: null, found: null, expected: null, came: null },
 * ]);
 * expect([warned, found, first]).toEqual([1, 1, 1]);
 * ```
 */
export function leadSummary(excess: number, leads: readonly LossLead[]): LeadSummary {
  const warned = leads.filter(({ estimated }) => estimated !== null),
    both = warned.filter(({ found }) => found !== null);
  const shares = warned.map(({ came, expected }) => came! / expected!);
  return {
    excess,
    replays: leads.length,
    warned: warned.length,
    found: leads.filter(({ found }) => found !== null).length,
    first: warned.filter(({ estimated, found }) => found === null || estimated! < found).length,
    afterStart: medianOf(warned.map(({ estimated, from }) => estimated! - from + 1)),
    beforeEnd: medianOf(warned.map(({ estimated, end }) => end - estimated!)),
    beforeFound: medianOf(both.map(({ estimated, found }) => found! - estimated!)),
    cameOfExpected: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
