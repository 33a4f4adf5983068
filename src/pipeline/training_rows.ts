/**
 * The rows that a model learns from: those of the blocks that end at its origin, and where it asks for them, the same days
 * as forecasts from other origins would have seen them.
 *
 * @module
 */
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Contestant } from "@/pipeline/models.ts";
import { joinSlices, rowsBefore, rowsBeforeDate, type Slice } from "@/pipeline/samples.ts";
import { addSteps } from "@/pipeline/time.ts";
import type { Aligned } from "@/pipeline/windows.ts";

/** What a model may learn from when it forecasts a block. */
export function rowsLearnt(
  panel: Panel,
  { table, block }: Aligned,
  { offsets }: Pick<Contestant, "offsets">,
  options: { readonly warmup: number },
): Slice {
  const { horizon, profile } = table;
  const origin = addSteps(table.origin, block * horizon, profile.frequency);
  return withOffsets(rowsBefore(table, block, options), panel, { ...options, origin, horizon, offsets });
}

/**
 * Adds the rows of blocks that start some steps earlier: one day is then learnt from several times, as a forecast of the
 * next day and as one of the sixth week. No row knows anything from the origin on: blocks are cut there.
 *
 * @param known The rows of the blocks that end at the origin.
 * @param options.origin The first date that is not known.
 * @param options.offsets Steps that blocks are moved back by.
 */
export function withOffsets(known: Slice, panel: Panel, { origin, horizon, offsets, warmup }: {
  readonly origin: string;
  readonly horizon: number;
  readonly offsets: readonly number[];
  readonly warmup: number;
}): Slice {
  if (offsets.length === 0) return known;
  const features = recipe(panel.profile, { horizon });
  const moved = offsets.map((steps) => {
    const start = addSteps(origin, -steps, panel.profile.frequency);
    return rowsBeforeDate(buildFeatures(panel, features, { origin: start, horizon }), origin, { warmup });
  });
  return joinSlices([known, ...moved]);
}
