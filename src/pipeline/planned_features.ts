/**
 * The features of series under plans: what a change of plan touches is computed again, everything else is looked up.
 *
 * @module
 */
import type { Matrix } from "@/core/matrix.ts";
import { type PlanDependence, replan } from "@/features/mod.ts";
import { type HorizonTable, plannedSeries } from "@/pipeline/horizon_table.ts";

/** A series by its place in the table, under a plan. */
export interface PlacedAsk {
  readonly at: number;
  /** Step → the planned columns that differ from the usual plan. */
  readonly changes: ReadonlyMap<number, Readonly<Record<string, number | string | null>>>;
  /** The only step that is wanted; the whole horizon otherwise. */
  readonly only?: number;
}

/** How the features of plans are found. */
export interface PlannedOptions {
  /** Tells what a plan changes where it is known already; what it does not tell is built as training builds it. */
  readonly known?: (ask: PlacedAsk) => PlannedColumns | undefined;
  /** Series that are laid out together: enough to share the cost of a frame, few enough to stay small. */
  readonly together?: number;
}

/** Column of the matrix (by place) → its values at the steps that are wanted; others are as under the usual plan. */
export type PlannedColumns = ReadonlyMap<number, Float32Array>;

/**
 * Returns the features of series under plans, one after the other: `horizon` rows for each, or the one that is wanted.
 */
export function plannedFeatures(
  table: HorizonTable,
  dependence: PlanDependence,
  asks: readonly PlacedAsk[],
  { known = () => undefined, together = 24 }: PlannedOptions = {},
): Matrix {
  const { matrix, horizon } = table, width = matrix.names.length;
  const rows = asks.reduce((sum, { only }) => sum + (only === undefined ? horizon : 1), 0);
  const data = new Float32Array(rows * width);
  let to = 0;
  for (let first = 0; first < asks.length; first += together) {
    const part = asks.slice(first, first + together);
    const told = part.map(known);
    const changed = changedColumns(table, dependence, part.filter((_, k) => told[k] === undefined));
    let built = 0;
    part.forEach(({ at, only }, k) => {
      const from = only ?? 0, count = only === undefined ? horizon : 1;
      const own = told[k], place = own === undefined ? built++ : 0;
      for (let c = 0; c < width; c++) {
        const values = own === undefined ? changed[c] : own.get(c);
        const source = values ?? matrix.data;
        const start = values === undefined
          ? c * matrix.rows + at * horizon + from
          : own === undefined
          ? place * horizon + from
          : 0;
        for (let i = 0; i < count; i++) data[c * rows + to + i] = source[start + i]!;
      }
      to += count;
    });
  }
  return { names: matrix.names, rows, data, categorical: matrix.categorical };
}

/** By column of the matrix: what plans change, `horizon` values per ask. */
function changedColumns(
  table: HorizonTable,
  dependence: PlanDependence,
  asks: readonly PlacedAsk[],
): readonly (Float32Array | undefined)[] {
  const { profile, origin, horizon, matrix } = table;
  if (dependence.changing.length === 0 || asks.every(({ changes }) => changes.size === 0)) return [];
  const planned = asks.map(({ at, changes }) => plannedSeries(table, at, changes));
  const columns = replan(planned, dependence, profile, { origin, horizon });
  return matrix.names.map((name) => columns[name]);
}
