/**
 * Cutting a feature table into what models learn from and what they forecast.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import { column, type Floats, joinNumbers, type Matrix, type Sample, selectRows, sharedFloats } from "@/core/matrix.ts";
import { hiddenFromLearners } from "@/pipeline/models.ts";
import { dayNumber, matrixOf, rowsWhere, targetOf, weightsOf } from "@/features/mod.ts";

/** Rows of a feature table, with what is needed to fit on them, to forecast and to score them. */
export interface Slice {
  readonly x: Matrix;
  /** In units of y; NaN where it is not known. */
  readonly y: Float64Array;
  /** How much each row counts when scoring. */
  readonly weight: Float64Array;
}

/** However short the history is: the share of it that may only warm features up. */
const MOST_WARMUP = 2 / 3;

/**
 * The rows that a model may learn from when it forecasts a block: known targets of trading days before it.
 *
 * @param options.warmup Steps at the start of the data that only warm features up, so far as the history is long enough:
 * at least a third of it is learnt from.
 * @param options.last The newest step of the history, where the table has only a part of the series; else its own.
 */
export function rowsBefore(
  table: FeatureTable,
  block: number,
  options: { readonly warmup: number; readonly last?: number },
): Slice {
  return knownRows(table, pl.col("block").lt(block), options);
}

/** The same for a table whose blocks do not start at the origin: the rows before a date, `YYYY-MM-DD`. */
export function rowsBeforeDate(table: FeatureTable, date: string, options: { readonly warmup: number }): Slice {
  return knownRows(table, pl.col("ds").lt(pl.lit(dayNumber(date)).cast(pl.Int32).cast(pl.Date)), options);
}

/** Several slices of the same features as one, in their order. */
export function joinSlices(slices: readonly Slice[]): Slice {
  const [first, ...others] = slices;
  if (others.length === 0) return first!;
  const names = first!.x.names, rows = slices.reduce((sum, { x }) => sum + x.rows, 0);
  const data = sharedFloats(rows * names.length);
  names.forEach((name, k) => {
    let at = k * rows;
    for (const { x } of slices) {
      data.set(column(x, name), at);
      at += x.rows;
    }
  });
  return {
    x: { ...first!.x, rows, data },
    y: joinNumbers(slices.map(({ y }) => y)),
    weight: joinNumbers(slices.map(({ weight }) => weight)),
  };
}

function knownRows(
  table: FeatureTable,
  before: Expr,
  options: { readonly warmup: number; readonly last?: number },
): Slice {
  const { openColumn } = table.profile;
  const last = options.last ?? table.frame.filter(before).select(pl.col("t").max()).row(0)[0] as number | null;
  const warmup = Math.min(options.warmup, Math.floor(MOST_WARMUP * ((last ?? 0) + 1)));
  // A closed day says nothing about how much a day of trade sells, and an open day without sales is as singular.
  const trades = openColumn === undefined ? pl.col("y").isNotNull() : pl.col("y").gt(0);
  return sliceOf(table, before.and(pl.col("t").gtEq(warmup)).and(trades));
}

/** The rows of a block, whether their target is known or not. */
export function rowsOfBlock(table: FeatureTable, block: number): Slice {
  return sliceOf(table, pl.col("block").eq(block));
}

/** The rows of a slice that were days of trade with a known target. */
export function tradingRows(slice: Slice): Slice {
  const kept = Uint32Array.from(slice.y.keys()).filter((row) => Number.isFinite(slice.y[row]!) && slice.y[row] !== 0);
  return {
    x: selectRows(slice.x, kept),
    y: Float64Array.from(kept, (row) => slice.y[row]!),
    weight: Float64Array.from(kept, (row) => slice.weight[row]!),
  };
}

/** A slice as a sample to fit on; weights are left out where every row counts the same. */
export function asSample({ x, y, weight }: Slice): Sample {
  const sample = { x, y: floats(y) };
  return weight.every((value) => value === 1) ? sample : { ...sample, weight: floats(weight) };
}

function sliceOf(table: FeatureTable, condition: Expr): Slice {
  const rows = rowsWhere(table, condition);
  // What learners do not see comes last: they are then handed a view of the matrix, not a copy of 200 MB.
  const hidden = hiddenFromLearners(table.profile);
  const all = table.features.map(({ name }) => name);
  const names = [...all.filter((name) => !hidden.includes(name)), ...all.filter((name) => hidden.includes(name))];
  return { x: matrixOf(table, { rows, names }), y: targetOf(table, rows), weight: weightsOf(table, rows) };
}

const floats = (values: Float64Array): Floats => Float32Array.from(values);
