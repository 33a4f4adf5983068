import pl, { type DataFrame, type DataType, type Expr } from "nodejs-polars";
import type { TableShape } from "@/checks/expectations/expectation.ts";

/**
 * Looks at a table before anything is computed: its columns and types, and what is asked of its values on demand.
 *
 * @param keep True for the rows whose values matter; all of them when left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { tableShape } from "@/checks/expectations/table_shape.ts";
 *
 * const table = tableShape(pl.DataFrame({ type: ["a", "b", "a", null] }));
 * expect(table.columns).toEqual(["type"]);
 * expect(table.distinct("type").toSorted()).toEqual(["a", "b"]);
 * ```
 */
export function tableShape(frame: DataFrame, keep?: Expr): TableShape {
  const seen = new Map<string, readonly unknown[]>();
  return {
    columns: frame.columns,
    types: frame.schema as Record<string, DataType>,
    head: (columns) => frame.select(...columns).head(1000),
    gaps: (column) => frame.getColumn(column).nullCount() > 0,
    distinct(column) {
      let values = seen.get(column);
      if (values === undefined) {
        const rows = keep === undefined ? frame : frame.filter(keep);
        values = rows.select(pl.col(column).unique().dropNulls()).getColumn(column).toArray();
        seen.set(column, values);
      }
      return values;
    },
  };
}
