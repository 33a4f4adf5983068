/**
 * Rules about one number (or date) that sums up a column: its mean, its largest value, how many values it has.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import {
  type Bounds,
  boundsInWords,
  boundsProblem,
  liesWithin,
  requireComparable,
} from "@/checks/expectations/bounds.ts";
import { bounds, column, kwargsSchema } from "@/checks/expectations/kwargs.ts";
import { familyOf, momentOf, requireNumbers, toJson } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({ column, ...bounds }, ["column"]);

/** The settings of a rule about one value of a column. */
export type ColumnBounds = FromSchema<typeof schema>;

/** A rule that one value, computed from a column, lies between bounds. */
export function columnValueBetween(rule: {
  readonly type: string;
  /** What the value is called: `mean`. */
  readonly name: string;
  /** The value; null where there is none, and then the rule is broken. */
  value(column: string, type: DataType): Expr;
  /** The value is a count or a share, whatever the column's type: bounds are numbers. */
  readonly counts?: boolean;
  /** Only numbers have it. */
  readonly numeric?: boolean;
}): Expectation<ColumnBounds> {
  return {
    type: rule.type,
    schema,
    problem: boundsProblem,
    columns: (kwargs) => [kwargs.column],
    wanted: (kwargs) => `${rule.name} ${boundsInWords(kwargs)}`,
    question(kwargs, table) {
      const type = table.types[kwargs.column]!;
      if (rule.numeric) requireNumbers(rule.name, kwargs.column, type);
      requireComparable(rule.counts ? pl.Float64 : type, kwargs);
      return {
        form: "values",
        ask: { value: rule.value(kwargs.column, type) },
        answer({ value }) {
          const observed = toJson(value, type) as number | string | null;
          // JSON has no infinity, and yet it lies above every bound.
          const judged = value === Infinity || value === -Infinity ? value : observed;
          return { success: judged !== null && keeps(judged, type, kwargs), result: { observed_value: observed } };
        },
      };
    },
  };
}

/** Whether an observed value lies within bounds; dates are compared as moments, however they are written. */
function keeps(observed: number | string, type: DataType, bounds: Bounds): boolean {
  const family = familyOf(type);
  if (typeof observed === "number" || (family !== "date" && family !== "datetime")) return liesWithin(observed, bounds);
  const moment = (value: number | string | null | undefined) => value == null ? value : momentOf(String(value));
  return liesWithin(momentOf(observed), {
    ...bounds,
    min_value: moment(bounds.min_value),
    max_value: moment(bounds.max_value),
  });
}

/** A column's numbers with enough digits to add them up: sums of 32-bit floats lose whole units. */
export function precise(name: string, type: DataType): Expr {
  return type.variant === "Float32" || type.variant === "Bool" ? pl.col(name).cast(pl.Float64) : pl.col(name);
}
