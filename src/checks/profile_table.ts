/**
 * A first draft of a data contract, read off a table: for a person to review, not to trust.
 *
 * @module
 */
import pl, { type DataFrame, type DataType, type Expr } from "nodejs-polars";
import type { Json } from "@/core/json.ts";
import type { ExpectationConfig, Suite } from "@/checks/expectations/suite.ts";
import { numpyName } from "@/checks/expectations/types.ts";
import { type Family, familyOf, mayBeNan, toJson } from "@/checks/expectations/values.ts";

/** What one table's columns look like. */
export interface TableProfile {
  /** How many rows the table has. */
  readonly rows: number;
  /** One profile per column, in the table's order. */
  readonly columns: readonly ColumnProfile[];
}

/** What one column looks like. */
export interface ColumnProfile {
  /** The column's name. */
  readonly name: string;
  /** Its Polars type. */
  readonly type: DataType;
  /** What its values can be compared with. */
  readonly family: Family;
  /** How many values are null or NaN. */
  readonly missing: number;
  /** How many different values there are, missing ones left out. */
  readonly distinct: number;
  /** Smallest and largest value; of texts, their lengths. Null where there is no value. */
  readonly min: Json;
  /** The largest value, or the greatest length; null where there is no value. */
  readonly max: Json;
  /** All values that occur, when they are few. */
  readonly values?: readonly Json[];
  /** Every text is a date: `2015-07-31`. */
  readonly isDates?: boolean;
}

/** A column with at most so many different values, each of them often, is a choice from a set. */
const FEW = 20;

/** A date as text. */
const DATE = String.raw`^\d{4}-\d{2}-\d{2}$`;

/** How much further than what was seen a value may lie, as a share of the range. */
const SLACK = 0.1;

/**
 * Measures a table's columns: types, gaps, ranges, and the values where they are few.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { profileTable } from "@/checks/mod.ts";
 *
 * const { rows, columns } = profileTable(pl.DataFrame({ sales: [3, null, 5] }));
 * expect([rows, columns[0]!.missing, columns[0]!.min, columns[0]!.max]).toEqual([3, 1, 3, 5]);
 * ```
 */
export function profileTable(frame: DataFrame): TableProfile {
  const types = frame.schema as Record<string, DataType>;
  const columns = frame.columns.map((name): ColumnProfile => {
    const type = types[name]!, family = familyOf(type);
    // NaN is a gap, as in the rules that are drafted.
    const values: Expr = mayBeNan(type) ? pl.col(name).fillNan(pl.lit(null)) : pl.col(name);
    const measured = family === "text"
      ? values.cast(pl.Utf8).str.lengths()
      : family === "boolean"
      ? values.cast(pl.Int8)
      : values;
    const ordered = family !== "other";
    const found = frame.select(
      values.nullCount().alias("missing"),
      values.dropNulls().nUnique().alias("distinct"),
      ...(family === "text" ? [values.cast(pl.Utf8).str.contains(DATE).all().alias("dates")] : []),
      ...(ordered ? [measured.min().alias("min"), measured.max().alias("max")] : []),
    ).toRecords()[0]!;
    const distinct = Number(found.distinct);
    const few = (family === "text" || family === "boolean" || /Int/.test(type.variant)) && distinct > 0 &&
      distinct <= FEW && distinct * 3 <= frame.height;
    return {
      name,
      type,
      family,
      missing: Number(found.missing),
      distinct,
      min: toJson(found.min, type),
      max: toJson(found.max, type),
      ...(family === "text" && distinct > 0 ? { isDates: found.dates === true && areDays(frame, name) } : {}),
      ...(few
        ? {
          values: frame.select(values.dropNulls().unique().sort()).toSeries().toArray().map((one) => toJson(one, type)),
        }
        : {}),
    };
  });
  return { rows: frame.height, columns };
}

/** Whether texts in the form of a date are days of a calendar. */
function areDays(frame: DataFrame, column: string): boolean {
  const texts = frame.getColumn(column).dropNulls().unique().cast(pl.Utf8).toArray() as string[];
  return texts.every((text) => {
    const day = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text >= "0001";
  });
}

/**
 * Drafts a suite that the profiled table keeps, with some room: half to twice as many rows, a tenth of the range beyond the
 * extremes. Every rule is a warning until a person makes it critical.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { draftSuite, profileTable, runSuite } from "@/checks/mod.ts";
 *
 * const table = pl.DataFrame({ store: [1, 2, 3], sales: [3.5, null, 5] });
 * const suite = draftSuite(profileTable(table), "sales");
 * expect(runSuite(table, suite).success).toBe(true);
 * expect(suite.expectations.every(({ severity }) => severity === "warning")).toBe(true);
 * ```
 */
export function draftSuite({ rows, columns }: TableProfile, name: string): Suite {
  const rule = (
    type: string,
    kwargs: Record<string, Json>,
    notes = "Draft: seen in the data, to be reviewed.",
  ): ExpectationConfig => ({
    type,
    kwargs,
    severity: "warning",
    meta: { notes },
  });
  return {
    name,
    meta: { draft: true, notes: "Drafted from one table. Review each rule, then make what must hold critical." },
    expectations: [
      rule("expect_table_columns_to_match_set", {
        column_set: columns.map((column) => column.name),
        exact_match: false,
      }),
      rule("expect_table_row_count_to_be_between", { min_value: Math.floor(rows / 2), max_value: rows * 2 }),
      ...columns.flatMap((column) => columnRules(column, rows, rule)),
    ],
  };
}

type Rule = (type: string, kwargs: Record<string, Json>, notes?: string) => ExpectationConfig;

function columnRules(profile: ColumnProfile, rows: number, rule: Rule): ExpectationConfig[] {
  const { name: column, type, family, missing, distinct, min, max, values, isDates = false } = profile;
  const rules: ExpectationConfig[] = [];
  if (family !== "other") {
    const name = numpyName(type);
    // Whole numbers become floating point numbers in pandas as soon as one is missing.
    const names = family === "text" ? ["str"] : /^u?int/.test(name) ? [name, "float64"] : [name];
    rules.push(rule("expect_column_values_to_be_in_type_list", { column, type_list: names }));
  }
  if (rows === 0 || missing === rows) return rules;
  if (missing === 0) rules.push(rule("expect_column_values_to_not_be_null", { column }));
  else {
    const mostly = Math.max(0, Math.floor((1 - missing / rows - 0.05) * 100) / 100);
    rules.push(
      rule("expect_column_values_to_not_be_null", { column, mostly }, `Draft: ${missing} of ${rows} are missing.`),
    );
  }
  if (values !== undefined) {
    return [...rules, rule("expect_column_values_to_be_in_set", { column, value_set: [...values] })];
  }
  // Measures that happen to differ are no keys.
  if (distinct === rows - missing && distinct > FEW && !/^Float/.test(type.variant)) {
    rules.push(rule("expect_column_values_to_be_unique", { column }));
  }
  if (family === "text" && isDates) {
    return [...rules, rule("expect_column_values_to_match_strftime_format", { column, strftime_format: "%Y-%m-%d" })];
  }
  if (family === "text") {
    return [...rules, rule("expect_column_value_lengths_to_be_between", { column, min_value: min, max_value: max })];
  }
  if (family === "number" && typeof min === "number" && typeof max === "number") {
    const slack = (max - min) * SLACK, whole = /Int/.test(type.variant);
    // What was never negative is not expected to be.
    const low = min >= 0 ? Math.max(0, min - slack) : min - slack, high = max + slack;
    rules.push(rule("expect_column_values_to_be_between", {
      column,
      min_value: whole ? Math.floor(low) : rounded(low, high - low, Math.floor),
      max_value: whole ? Math.ceil(high) : rounded(high, high - low, Math.ceil),
    }));
  }
  if ((family === "date" || family === "datetime") && min !== null) {
    rules.push(rule("expect_column_values_to_be_between", { column, min_value: min }));
  }
  return rules;
}

/** A bound that a person can read: to a hundredth of the range, outwards. */
function rounded(bound: number, range: number, outwards: (value: number) => number): number {
  if (!(range > 0 && Number.isFinite(range))) return bound;
  const digits = 2 - Math.floor(Math.log10(range));
  const factor = 10 ** digits, found = outwards(bound * factor) / factor;
  return Number.isFinite(found) ? Number(found.toPrecision(12)) : bound;
}

/**
 * Writes the TypeScript type of a table's rows.
 *
 * @param name The type's name.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { profileTable, rowType } from "@/checks/mod.ts";
 *
 * const table = pl.DataFrame({ store: [1, 2], "sold on": ["2015-01-01", null] });
 * expect(rowType(profileTable(table), "Sale")).toContain('readonly "sold on": string | null;');
 * ```
 */
export function rowType({ columns }: TableProfile, name: string): string {
  const lines = columns.map(({ name, family, missing, values }) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const known = family === "text" && values !== undefined
      ? values.map((one) => JSON.stringify(one)).join(" | ")
      : undefined;
    const plain = {
      number: "number",
      text: "string",
      boolean: "boolean",
      date: "Date",
      datetime: "Date",
      other: "unknown",
    }[family];
    return `  readonly ${key}: ${known ?? plain}${missing > 0 ? " | null" : ""};`;
  });
  return `/** A row, as it was seen in the data. */\nexport interface ${name} {\n${lines.join("\n")}\n}\n`;
}
