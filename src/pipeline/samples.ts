/**
 * Cutting a feature table into what models learn from and what they forecast.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import { column, type Floats, joinNumbers, type Matrix, type Sample, sharedFloats } from "@/core/matrix.ts";
import { hiddenFromLearners } from "@/pipeline/models.ts";
import { matrixOf, rowsWhere, targetOf, weightsOf } from "@/features/mod.ts";

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
  const before = pl.col("block").lt(block);
  const last = options.last ?? table.frame.filter(before).select(pl.col("t").max()).row(0)[0] as number | null;
  return sliceOf(table, before.and(pl.col("t").gtEq(warmupOf(last ?? 0, options))).and(trades(table)));
}

/** Steps that only warm features up, where the history ends with step `last`. */
export function warmupOf(last: number, { warmup }: { readonly warmup: number }): number {
  return Math.min(warmup, Math.floor(MOST_WARMUP * (last + 1)));
}

/** The rows of a table that could be learnt from at some origin, so far as they are taken: `isTaken` of series and step. */
export function learnableRows(table: FeatureTable, isTaken: (series: number, t: number) => boolean): Slice {
  const numbers = (name: string) => table.frame.getColumn(name).toTypedArray() as ArrayLike<number>;
  const series = numbers("series"), t = numbers("t");
  return sliceOfRows(table, rowsWhere(table, trades(table)).filter((row) => isTaken(series[row]!, t[row]!)));
}

/** Some rows of several slices of the same features as one slice, in their order. */
export function joinRows(parts: readonly { readonly slice: Slice; readonly rows: Uint32Array }[]): Slice {
  const { x } = parts[0]!.slice, { names } = x, rows = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const data = sharedFloats(rows * names.length);
  // Plain loops: this moves hundreds of megabytes.
  names.forEach((name, k) => {
    let to = k * rows;
    for (const { slice, rows } of parts) {
      const values = column(slice.x, name);
      for (let i = 0; i < rows.length; i++) data[to++] = values[rows[i]!]!;
    }
  });
  const taken = (values: (slice: Slice) => Float64Array) =>
    joinNumbers(parts.map(({ slice, rows }) => Float64Array.from(rows, (row) => values(slice)[row]!)));
  return { x: { ...x, rows, data }, y: taken(({ y }) => y), weight: taken(({ weight }) => weight) };
}

/** The rows of a block, whether their target is known or not. */
export function rowsOfBlock(table: FeatureTable, block: number): Slice {
  return sliceOf(table, pl.col("block").eq(block));
}

/** The rows of a slice that were days of trade with a known target. */
export function tradingRows(slice: Slice): Slice {
  const kept = Uint32Array.from(slice.y.keys()).filter((row) => Number.isFinite(slice.y[row]!) && slice.y[row] !== 0);
  return joinRows([{ slice, rows: kept }]);
}

/** A slice as a sample to fit on; weights are left out where every row counts the same. */
export function asSample({ x, y, weight }: Slice): Sample {
  const sample = { x, y: floats(y) };
  return weight.every((value) => value === 1) ? sample : { ...sample, weight: floats(weight) };
}

/** A closed day says nothing about how much a day of trade sells, and an open day without sales is as singular. */
function trades({ profile: { openColumn } }: FeatureTable): Expr {
  return openColumn === undefined ? pl.col("y").isNotNull() : pl.col("y").gt(0);
}

const sliceOf = (table: FeatureTable, condition: Expr): Slice => sliceOfRows(table, rowsWhere(table, condition));

function sliceOfRows(table: FeatureTable, rows: Uint32Array): Slice {
  // What learners do not see comes last: they are then handed a view of the matrix, not a copy of 200 MB.
  const hidden = hiddenFromLearners(table.profile);
  const all = table.features.map(({ name }) => name);
  const names = [...all.filter((name) => !hidden.includes(name)), ...hidden.filter((name) => all.includes(name))];
  return { x: matrixOf(table, { rows, names }), y: targetOf(table, rows), weight: weightsOf(table, rows) };
}

const floats = (values: Float64Array): Floats => Float32Array.from(values);
