import pl, { type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Json } from "@/core/json.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema } from "@/checks/expectations/kwargs.ts";
import { requireNumbers, toJson } from "@/checks/expectations/values.ts";

const bound = { type: ["number", "null"] } as const;
const schema = kwargsSchema({
  column,
  quantile_ranges: {
    type: "object",
    properties: {
      quantiles: { type: "array", items: { type: "number", minimum: 0, maximum: 1 }, minItems: 1 },
      value_ranges: { type: "array", items: { type: "array", items: bound, minItems: 2, maxItems: 2 } },
    },
    required: ["quantiles", "value_ranges"],
    additionalProperties: false,
  },
  allow_relative_error: {
    anyOf: [{ type: "boolean", enum: [false] }, { enum: ["linear", "lower", "higher", "midpoint", "nearest"] }],
  },
}, ["column", "quantile_ranges"]);

/**
 * Quantiles of a column lie within bounds: the median, the largest 5 %. Between two values, the nearest one counts, or what
 * `allow_relative_error` says (NumPy's names).
 *
 * Two such rules on one column have values of their own here. Great Expectations up to 1.24 gives the second one the
 * first one's values where they ask for different quantiles of one column; its documentation means what is done here.
 */
export const expectColumnQuantileValuesToBeBetween: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_quantile_values_to_be_between",
  schema,
  problem({ quantile_ranges: { quantiles, value_ranges: ranges } }) {
    if (quantiles.length !== ranges.length) {
      const problem = `must have one range for each of ${quantiles.length} quantiles, found ${ranges.length}`;
      return { key: "quantile_ranges.value_ranges", problem };
    }
    const at = ranges.findIndex(([low, high]) => low != null && high != null && low > high);
    return at < 0 ? undefined : {
      key: `quantile_ranges.value_ranges[${at}]`,
      problem: `must have its smaller bound first, found [${ranges[at]!.join(", ")}]`,
    };
  },
  columns: ({ column }) => [column],
  wanted: ({ quantile_ranges: { quantiles, value_ranges } }) =>
    quantiles.map((quantile, k) => {
      const [low, high] = value_ranges[k]!;
      return `${Math.round(quantile * 1e4) / 100} % quantile ${low ?? "any"} to ${high ?? "any"}`;
    }).join("; "),
  question({ column, quantile_ranges, allow_relative_error }, { types }) {
    const type = types[column]!;
    requireNumbers("quantiles", column, type);
    const { quantiles, value_ranges: ranges } = quantile_ranges;
    const values = type.variant === "Bool" ? pl.col(column).cast(pl.Int64) : pl.col(column);
    const ask: Record<string, Expr> = { count: pl.col(column).count() };
    quantiles.forEach((quantile, k) => {
      ask[`low${k}`] = values.quantile(quantile, "lower");
      ask[`high${k}`] = values.quantile(quantile, "higher");
    });
    return {
      form: "values",
      ask,
      answer(found) {
        const between = allow_relative_error || "nearest";
        const observed = quantiles.map((quantile, k): Json => {
          const low = toJson(found[`low${k}`]), high = toJson(found[`high${k}`]);
          if (typeof low !== "number" || typeof high !== "number") return low;
          return interpolated(low, high, quantile * ((found.count as number) - 1), between);
        });
        const details = observed.map((value, k) => lies(value, ranges[k]!));
        return {
          success: details.every(Boolean),
          result: {
            observed_value: { quantiles: [...quantiles], values: observed },
            details: { success_details: details },
          },
        };
      },
    };
  },
};

/** NumPy's value at a place between two others. */
function interpolated(low: number, high: number, place: number, between: string): number {
  const share = place - Math.floor(place);
  switch (between) {
    case "lower":
      return low;
    case "higher":
      return high;
    case "midpoint":
      return share === 0 ? low : low + (high - low) / 2;
    case "linear":
      return share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share;
    default:
      // Halfway, the even place wins.
      return share > 0.5 || (share === 0.5 && Math.floor(place) % 2 === 1) ? high : low;
  }
}

/** Whether a value lies within a range, or as good as on its bounds (to a ten-thousandth). */
function lies(value: Json, [low, high]: readonly (number | null)[]): boolean {
  if (typeof value !== "number") return false;
  const close = (bound: number | null | undefined) =>
    bound != null && Math.abs(value - bound) <= 1e-8 + 1e-4 * Math.abs(bound);
  return close(low) || close(high) || ((low == null || low <= value) && (high == null || value <= high));
}
