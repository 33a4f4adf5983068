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
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 * import { modelLoader } from "@/serving/model/load_model.ts";
 * import { registrySource } from "@/serving/model/registry_source.ts";
 * import { exportWhatIf } from "@/serving/takeaway/export_what_if.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * await pipeline(context);
 * const source = registrySource(context, { unapproved: true });
 * using model = await modelLoader(context, source, { workers: 0 })();
 * const { page, series, largestDifference } = await exportWhatIf(context, source);
 * expect([series, page.startsWith("<!")]).toEqual([model.series.slice(0, 1), true]);
 * expect(largestDifference).toBeLessThan(1e-9);
 * ```
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
