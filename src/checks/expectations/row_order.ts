import pl, { type DataType, type Expr } from "nodejs-polars";
import { comparable } from "@/checks/expectations/values.ts";

/**
 * True where a column's value keeps an order with the one before it; missing values are skipped.
 *
 * @param options.strictly The same value twice breaks the order.
 */
export function inRowOrder(
  column: string,
  type: DataType,
  { falling, strictly }: { readonly falling: boolean; readonly strictly: boolean },
): Expr {
  const values = comparable(column, type);
  const before = values.forwardFill().shift(1);
  const kept = falling
    ? (strictly ? values.lt(before) : values.ltEq(before))
    : (strictly ? values.gt(before) : values.gtEq(before));
  // The first value has none before it, and is fine.
  return kept.fillNull(pl.lit(true));
}
