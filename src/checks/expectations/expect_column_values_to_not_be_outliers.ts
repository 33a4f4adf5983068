import pl, { type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { requireNumbers } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({
  column,
  mostly,
  method: { type: "string", enum: ["iqr", "std"] },
  multiplier: { type: "number", minimum: 0 },
}, ["column"]);

/** No value lies far outside of the others: by the quartiles (Tukey's fences), or by the standard deviation. */
export const expectColumnValuesToNotBeOutliers = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_not_be_outliers",
  schema,
  wanted: ({ method, multiplier }) =>
    `within ${multiplier ?? 1.5} ${method === "std" ? "standard deviations of the mean" : "quartile ranges"}`,
  expected({ column, method, multiplier = 1.5 }, type) {
    requireNumbers("outliers", column, type);
    const values = pl.col(column).cast(pl.Float64), times = pl.lit(multiplier);
    if (method === "std") {
      const mean = values.mean(), spread = values.std();
      const within = pl.when(spread.mul(times).gt(pl.lit(0))).then(values.sub(mean).abs().lt(spread.mul(times)))
        .otherwise(values.eq(mean));
      return within.or(unknown(spread)).or(unknown(mean));
    }
    const low = values.quantile(0.25, "linear"), high = values.quantile(0.75, "linear");
    const reach = high.sub(low).mul(times);
    return values.gtEq(low.sub(reach)).and(values.ltEq(high.add(reach))).or(unknown(high.sub(low)));
  },
});

/** Without a spread to measure by, nothing is an outlier. */
function unknown(value: Expr): Expr {
  return value.isNull().or(value.isFinite().not());
}
