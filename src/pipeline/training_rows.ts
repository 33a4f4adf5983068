/**
 * The rows that a model learns from: those of the blocks that end at its origin, and where it asks for them, the same days
 * as forecasts from other origins would have seen them.
 *
 * @module
 */
import { column } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Contestant } from "@/pipeline/models.ts";
import { joinRows, learnableRows, rowsBefore, type Slice, warmupOf } from "@/pipeline/samples.ts";
import { addSteps, stepsBetween } from "@/pipeline/time.ts";
import { type Aligned, firstDateOf } from "@/pipeline/windows.ts";

/** Gives the rows that models learn from; what it builds for one window serves the others. */
export interface TrainingRows {
  /** What a model may learn from when it forecasts a block. */
  before(aligned: Aligned, model: Pick<Contestant, "offsets">): Slice;
  /**
   * Lets blocks that start some steps earlier take turns with those that end at the origin: a day is still learnt from
   * once, but some days as forecasts of the next day, others as ones of the sixth week. Of every series each block in turn
   * is taken as it is, then as the first offset has its days, then as the second; neighbours in the list of series are a
   * turn apart. No row knows anything from the origin on: blocks are cut there.
   *
   * @param known The rows of the blocks that end at the origin.
   * @param origin The first date that is not known.
   */
  inTurns(known: Slice, origin: string, model: Pick<Contestant, "offsets">): Slice;
}

/**
 * Prepares the rows that models learn from.
 *
 * @param options.horizon Steps of a block.
 * @param options.warmup Steps at the start of the history that only warm features up.
 */
export function trainingRows(
  panel: Panel,
  { horizon, warmup }: { readonly horizon: number; readonly warmup: number },
): TrainingRows {
  const { profile } = panel, { frequency } = profile, first = firstDateOf(panel);
  // Windows a whole number of horizons apart share their rows; of others only the newest are kept: each is 150 MB.
  const built = new Map<string, { readonly phase: number; readonly slice: Slice }>();
  const moved = (key: string, phase: number, build: () => Slice): Slice => {
    const kept = built.get(key);
    if (kept?.phase === phase) return kept.slice;
    built.delete(key);
    const slice = build();
    built.set(key, { phase, slice });
    return slice;
  };
  const inTurns: TrainingRows["inTurns"] = (known, origin, { offsets }) => {
    if (offsets.length === 0) return known;
    const end = stepsBetween(first, origin, frequency), phase = end % horizon, start = warmupOf(end - 1, { warmup });
    /** Whose turn a day of a series is: 0 for the blocks that end at the origin, 1 for the first offset. */
    const turnOf = (series: number, t: number) =>
      (series + Math.floor((t - phase + horizon) / horizon)) % (offsets.length + 1);
    const others = offsets.map((offset, at) => {
      const slice = moved(`${offsets}:${at}`, phase, () => {
        const blocks = { origin: addSteps(origin, -offset, frequency), horizon };
        const table = buildFeatures(panel, recipe(profile, { horizon }), blocks);
        return learnableRows(table, (series, t) => turnOf(series, t) === at + 1);
      });
      return { slice, rows: rowsOf(slice, (_, t) => t >= start && t < end) };
    });
    return joinRows([{ slice: known, rows: rowsOf(known, (series, t) => turnOf(series, t) === 0) }, ...others]);
  };
  return {
    before({ table, block }, model) {
      const known = rowsBefore(table, block, { warmup });
      return inTurns(known, addSteps(table.origin, block * horizon, frequency), model);
    },
    inTurns,
  };
}

function rowsOf({ x }: Slice, isTaken: (series: number, t: number) => boolean): Uint32Array {
  const series = column(x, "series"), t = column(x, "t");
  return Uint32Array.from(series.keys()).filter((row) => isTaken(series[row]!, t[row]!));
}
