/**
 * The take-away of some series: laid out, held against the server's numbers, and written as a page.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { MetricName } from "@/core/metric.ts";
import { random } from "@/core/random.ts";
import { formatMetric } from "@/charts/mod.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import type { VerifiedModel } from "@/serving/model/load_model.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import { changesOf, layOutTakeaway } from "@/serving/takeaway/lay_out_takeaway.ts";
import type { Takeaway } from "@/serving/takeaway/takeaway_data.ts";
import { takeawayPage } from "@/serving/takeaway/takeaway_page.ts";
import { takeawayScorer } from "@/serving/takeaway/takeaway_scorer.ts";

/** A written take-away. */
export interface ExportedTakeaway {
  readonly page: string;
  readonly takeaway: Takeaway;
  /** Plans that were forecast both ways. */
  readonly plans: number;
  /** The largest difference between the two, as a share of the forecast; 0 where all bits agree. */
  readonly largestDifference: number;
}

/** Plans per series that must forecast the same here and there. */
const PLANS = 12;
/** Only what Python and C call another last digit: exponentials of another library. */
const TOLERANCE = 1e-9;

/**
 * Exports series as a page that forecasts by itself.
 *
 * @throws {ModelUnavailableError} If the page would not say what the server says.
 * @throws {ParamsError} If a part of the model cannot be computed in a browser.
 */
export async function exportTakeaway(
  verified: VerifiedModel,
  table: HorizonTable,
  served: ServedModel,
  ids: readonly string[],
  { now, seed = 1 }: { readonly now: () => Temporal.Instant; readonly seed?: number },
): Promise<ExportedTakeaway> {
  for (const id of ids) served.about(id);
  const takeaway = await layOutTakeaway(verified, table, served, ids);
  const largestDifference = await compare(takeaway, served, seed);
  if (!(largestDifference <= TOLERANCE)) {
    throw new ModelUnavailableError(
      `Cannot export the model as the page must forecast what the server does: they differ by ${largestDifference}`,
    );
  }
  const { evaluation: { metric, holdout, scores }, champion } = verified.card, { profile } = served;
  const score = (scores[champion] as Readonly<Record<string, number>> | undefined)?.[metric];
  const page = await takeawayPage(takeaway, {
    model: served.name,
    version: served.version,
    champion,
    approvals: served.approvals,
    origin: served.origin,
    made: now().toString(),
    metric: score === undefined
      ? ""
      : `Its ${metric} was ${
        formatMetric(metric as MetricName, score)
      } from ${holdout.from} to ${holdout.to}, days that it had not seen.`,
    unit: profile.unit,
    frequency: profile.frequency,
    word: profile.keys.length === 1 ? profile.keys[0]! : "series",
  });
  return { page, takeaway, plans: PLANS * ids.length, largestDifference };
}

/** Forecasts random plans both ways. */
async function compare(takeaway: Takeaway, served: ServedModel, seed: number): Promise<number> {
  const score = takeawayScorer(takeaway), chance = random(seed), { horizon, toggles } = takeaway;
  let largest = 0;
  for (const [at, { id, flags }] of takeaway.series.entries()) {
    for (let k = 0; k < PLANS; k++) {
      // The usual plan first, then ones that are more and more different from it.
      const plan = flags.map((usual) =>
        Array.from(
          usual.slice(-horizon),
          (on) => chance.next() < k / PLANS ? Number(chance.next() < 0.5) : on > 0 ? 1 : 0,
        )
      );
      const own = score(at, plan);
      const [path] = await served.forecast([{ id, changes: changesOf(toggles, plan) }]);
      own.values.forEach((value, step) => {
        largest = Math.max(largest, gap(value, path!.values[step]!));
        for (const { level, lo, hi } of own.intervals) {
          const there = served.interval(id, step, path!.values[step]!, level, path!.changes);
          if (there !== undefined) largest = Math.max(largest, gap(lo[step]!, there.lo), gap(hi[step]!, there.hi));
        }
      });
    }
  }
  return largest;
}

function gap(here: number, there: number): number {
  return Object.is(here, there) ? 0 : Math.abs(here - there) / Math.max(1, Math.abs(there));
}
