import pl, { type Expr } from "nodejs-polars";
import type { TableShape } from "@/checks/expectations/expectation.ts";
import { comparable, familyOf } from "@/checks/expectations/values.ts";

/**
 * True where a column's value keeps an order with the one before it; missing values are skipped.
 *
 * @param options.strictly The same value twice breaks the order.
 * @throws {TypeError} If the column holds text: dates written as text have an order of their own, which is not asked about.
 */
export function inRowOrder(
  column: string,
  table: TableShape,
  { falling, strictly }: { readonly falling: boolean; readonly strictly: boolean },
): Expr {
  const type = table.types[column]!;
  // Great Expectations subtracts each value from the next.
  if (familyOf(type) === "text" && table.head([column]).height > 1) {
    throw new TypeError(`Cannot tell the order of column "${column}" as it must hold numbers or dates: it holds text`);
  }
  const values = comparable(column, type);
  const before = values.forwardFill().shift(1);
  const kept = falling
    ? (strictly ? values.lt(before) : values.ltEq(before))
    : (strictly ? values.gt(before) : values.gtEq(before));
  // The first value has none before it, and is fine.
  return kept.fillNull(pl.lit(true));
}
