import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { requireNumbers } from "@/checks/expectations/values.ts";

const schema = kwargsSchema(
  { column, mostly, threshold: { type: "number" }, double_sided: { type: "boolean" } },
  ["column", "threshold", "double_sided"],
);

/** No value is further from the mean than so many standard deviations. */
export const expectColumnValueZScoresToBeLessThan = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_value_z_scores_to_be_less_than",
  schema,
  wanted: ({ threshold, double_sided }) =>
    `less than ${threshold} standard deviations ${double_sided ? "from" : "above"} the mean`,
  expected({ column, threshold, double_sided }, type) {
    requireNumbers("z-score", column, type);
    const values = pl.col(column).cast(pl.Float64);
    const score = values.sub(values.mean()).div(values.std());
    const near = double_sided ? score.abs().lt(pl.lit(Math.abs(threshold))) : score.lt(pl.lit(threshold));
    // Without a spread (a constant column, fewer than two values) no value is far off.
    const spread = values.std();
    return near.or(spread.isNull()).or(spread.isNan()).or(spread.eq(pl.lit(0)));
  },
});
