import pl, { type Expr } from "nodejs-polars";
import type { TableShape } from "@/checks/expectations/expectation.ts";
import { comparable, familyOf } from "@/checks/expectations/values.ts";

/** Kinds of values that can be equal to one another; flags count as 0 and 1. */
const KIND: Readonly<Record<string, string>> = {
  number: "number",
  boolean: "number",
  text: "text",
  date: "time",
  datetime: "time",
};

/** True where two columns hold the same value; null where either is missing, false where their kinds differ. */
export function sameValue(a: string, b: string, { types }: TableShape): Expr {
  const kinds = [a, b].map((name) => KIND[familyOf(types[name]!)]);
  if (kinds[0] === undefined || kinds[0] !== kinds[1]) return pl.col(a).isNull().and(pl.lit(false));
  return comparable(a, types[a]!).eq(comparable(b, types[b]!));
}
