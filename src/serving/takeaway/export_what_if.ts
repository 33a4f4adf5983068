/**
 * Exports the take-away of a source's model: the step behind `deno task whatif:export`.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { horizonKey, readHorizon } from "@/pipeline/horizon_table.ts";
import { modelLoader, type ModelSource } from "@/serving/model/load_model.ts";
import { exportTakeaway } from "@/serving/takeaway/export_takeaway.ts";

/** What was exported. */
export interface WhatIfExport {
  readonly page: string;
  /** `shelfcast-rossmann version 3` */
  readonly model: string;
  readonly series: readonly string[];
  readonly plans: number;
  readonly largestDifference: number;
}

/**
 * Exports some series, the first one when none are named.
 *
 * @throws {UnknownSeriesError} If there is no such series.
 */
export async function exportWhatIf(
  context: Context,
  source: ModelSource,
  ids?: readonly string[],
): Promise<WhatIfExport> {
  const verified = await source.read();
  const load = modelLoader(context, { ...source, read: () => Promise.resolve(verified) }, { workers: 0 });
  using served = await load();
  const { store, profile } = context;
  const table = readHorizon(store, profile.name, await horizonKey(context, verified.card));
  if (table === undefined) throw new ModelUnavailableError("Cannot read the table of the horizon that was just made");
  const series = ids ?? served.series.slice(0, 1);
  const { page, plans, largestDifference } = await exportTakeaway(verified, table, served, series, {
    now: context.now,
    seed: context.params.seed,
  });
  return { page, model: `${served.name} version ${served.version}`, series, plans, largestDifference };
}
