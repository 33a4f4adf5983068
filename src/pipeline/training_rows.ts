/**
 * The rows that a model learns from: those of the blocks that end at its origin, and where it asks for them, the same days
 * as forecasts from other origins would have seen them.
 *
 * @module
 */
import pl from "nodejs-polars";
import { column } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Contestant } from "@/pipeline/models.ts";
import { joinRows, learnableRows, rowsBefore, type Slice, warmupOf } from "@/pipeline/samples.ts";
import { addSteps, isoDate, stepsBetween } from "@/pipeline/time.ts";
import type { Aligned } from "@/pipeline/windows.ts";

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
  const { profile } = panel, { frequency } = profile;
  const first = isoDate(panel.frame.select(pl.col("ds").min()).row(0)[0] as Date);
  const built = new Map<string, Slice>();
  /** Rows whose days fall to an offset's turn; windows a whole number of horizons apart share them. */
  const moved = (offsets: readonly number[], at: number, end: number): Slice => {
    const phase = end % horizon, key = JSON.stringify([offsets, at, phase]);
    const kept = built.get(key);
    if (kept !== undefined) return kept;
    const origin = addSteps(first, end - offsets[at]!, frequency);
    const table = buildFeatures(panel, recipe(profile, { horizon }), { origin, horizon });
    const turns = offsets.length + 1;
    const rows = learnableRows(table, (series, t) => turnOf(series, t, { horizon, phase, turns }) === at + 1);
    built.set(key, rows);
    return rows;
  };
  const inTurns: TrainingRows["inTurns"] = (known, origin, { offsets }) => {
    if (offsets.length === 0) return known;
    const end = stepsBetween(first, origin, frequency), phase = end % horizon, turns = offsets.length + 1;
    const start = warmupOf(end - 1, { warmup });
    const others = offsets.map((_, at) => {
      const slice = moved(offsets, at, end);
      return { slice, rows: rowsOf(slice, (_, t) => t >= start && t < end) };
    });
    const own = rowsOf(known, (series, t) => turnOf(series, t, { horizon, phase, turns }) === 0);
    return joinRows([{ slice: known, rows: own }, ...others]);
  };
  return {
    before({ table, block }, model) {
      const known = rowsBefore(table, block, { warmup });
      return inTurns(known, addSteps(table.origin, block * horizon, frequency), model);
    },
    inTurns,
  };
}

/** Whose turn a day of a series is: 0 for the blocks that end at the origin, 1 for the first offset. */
function turnOf(
  series: number,
  t: number,
  { horizon, phase, turns }: { readonly horizon: number; readonly phase: number; readonly turns: number },
): number {
  return (series + Math.floor((t - phase + horizon) / horizon)) % turns;
}

function rowsOf({ x }: Slice, isTaken: (series: number, t: number) => boolean): Uint32Array {
  const series = column(x, "series"), t = column(x, "t");
  return Uint32Array.from(series.keys()).filter((row) => isTaken(series[row]!, t[row]!));
}
