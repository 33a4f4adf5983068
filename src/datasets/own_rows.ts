/**
 * Rows of some of a dataset's series.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";

/**
 * Keeps the rows of the series that are asked for; all of them when nobody asks.
 *
 * @param keys The columns whose values, joined by `_`, are a series' id.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { ownRows } from "@/datasets/own_rows.ts";
 *
 * const rows = pl.DataFrame({ store: [1, 1, 2], item: [5, 6, 5], y: [1, 2, 3] });
 * expect(ownRows(rows, ["store", "item"], (id) => id === "2_5").getColumn("y").toArray()).toEqual([3]);
 * ```
 */
export function ownRows(rows: DataFrame, keys: readonly string[], only?: (id: string) => boolean): DataFrame {
  if (only === undefined) return rows;
  const series = rows.select(...keys).unique();
  const values = keys.map((key) => series.getColumn(key).toArray() as number[]);
  const own = Array.from({ length: series.height }, (_, at) => only(values.map((column) => column[at]).join("_")));
  const wanted = series.filter(pl.Series("own", own));
  return rows.join(wanted, { on: [...keys], how: "semi" });
}
