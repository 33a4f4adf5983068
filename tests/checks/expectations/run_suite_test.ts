import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { parseSuite, RESULT_FORMATS, type ResultFormat, runSuite } from "@/checks/mod.ts";

const sales = pl.DataFrame({ store: [1, 1, 2, 2], sales: [3, -4, null, Number.NaN], type: ["a", "a", "b", null] });
const suite = (...expectations: object[]) => parseSuite(JSON.stringify({ name: "sales", expectations }), "sales.json");
const rule = (type: string, kwargs: object, more: object = {}) => ({ type: `expect_${type}`, kwargs, ...more });
const positive = rule("column_values_to_be_between", { column: "sales", min_value: 0 });

describe("runSuite()", () => {
  it("answers in Great Expectations' JSON, in the order of the suite", () => {
    const result = runSuite(sales, suite(positive, rule("column_to_exist", { column: "type" })));
    expect(result.statistics).toEqual({
      evaluated_expectations: 2,
      successful_expectations: 1,
      unsuccessful_expectations: 1,
      success_percent: 50,
    });
    expect(result).toMatchObject({ success: false, suite_name: "sales", meta: { rows: 4, columns: 3 } });
    expect(result.results[0]).toEqual({
      success: false,
      expectation_config: { ...positive, meta: {}, severity: "critical" },
      result: {
        element_count: 4,
        unexpected_count: 1,
        unexpected_percent: 50,
        partial_unexpected_list: [-4],
        missing_count: 2,
        missing_percent: 50,
        unexpected_percent_total: 25,
        unexpected_percent_nonmissing: 50,
        partial_unexpected_counts: [{ value: -4, count: 1 }],
        partial_unexpected_index_list: [1],
      },
      meta: {},
      exception_info: { raised_exception: false, exception_traceback: null, exception_message: null },
    });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("tells as much as the result format asks for", () => {
    const fields = (resultFormat: ResultFormat) =>
      Object.keys(runSuite(sales, suite(positive), { resultFormat }).results[0]!.result);
    expect(RESULT_FORMATS.map((format) => fields(format).length)).toEqual([0, 8, 10, 12]);
    expect(fields("BASIC")).not.toContain("partial_unexpected_index_list");
    expect(fields("COMPLETE")).toContain("unexpected_index_list");
    for (const format of RESULT_FORMATS) {
      expect(runSuite(sales, suite(positive), { resultFormat: format }).success).toBe(false);
    }
  });

  it("fails a rule about a column that is not there, and no other", () => {
    const result = runSuite(
      sales,
      suite(rule("column_mean_to_be_between", { column: "price", min_value: 0 }), positive),
    );
    expect(result.results[0]).toMatchObject({
      success: false,
      result: {},
      exception_info: {
        raised_exception: true,
        exception_message: 'Cannot check column "price" as the table does not have it: it has store, sales, type',
      },
    });
    expect(result.results[1]!.exception_info.raised_exception).toBe(false);
  });

  it("fails a rule that cannot be asked of a column's type, and no other", () => {
    const odd = [
      rule("column_values_to_be_between", { column: "type", min_value: 0 }),
      rule("column_sum_to_be_between", { column: "type", min_value: 0 }),
      rule("column_pair_values_a_to_be_greater_than_b", { column_A: "type", column_B: "sales" }),
      rule("multicolumn_sum_to_equal", { column_list: ["type", "sales"], sum_total: 1 }),
    ];
    const { results } = runSuite(sales, suite(...odd, positive));
    expect(results.map(({ exception_info }) => exception_info.raised_exception)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(results[0]!.exception_info.exception_message).toContain("Cannot compare 0 with values of type");
  });

  it("looks only at the rows that a condition keeps", () => {
    const where = { row_condition: 'col("store") == 2', condition_parser: "great_expectations" };
    const { results } = runSuite(
      sales,
      suite(
        rule("column_values_to_be_between", { column: "sales", min_value: 0, ...where }),
        rule("table_row_count_to_be_between", { max_value: 2, ...where }),
        rule("column_values_to_not_be_null", { column: "type", ...where }),
      ),
    );
    expect(results.map(({ success }) => success)).toEqual([true, true, false]);
    expect(results[0]!.result).toMatchObject({ element_count: 2, missing_count: 2 });
    expect(results[2]!.result).toMatchObject({ element_count: 2, partial_unexpected_index_list: [3] });
  });

  it("compares dates and moments, however the bound is written", () => {
    const dates = pl.DataFrame({ day: ["2020-01-01", "2020-01-03"] }).select(
      pl.col("day").cast(pl.Date).alias("day"),
      pl.col("day").cast(pl.Date).cast(pl.Datetime("ms")).alias("at"),
    );
    const bounds = { min_value: "2020-01-01", max_value: "2020-01-02T12:00:00" };
    const { results } = runSuite(
      dates,
      suite(
        ...["day", "at"].map((column) => rule("column_values_to_be_between", { column, ...bounds })),
        ...["day", "at"].map((column) => rule("column_min_to_be_between", { column, max_value: "2020-01-01" })),
        rule("column_values_to_be_in_set", { column: "day", value_set: ["2020-01-03", "2020-01-01"] }),
      ),
    );
    expect(results.map(({ success }) => success)).toEqual([false, false, true, true, true]);
    expect(results[0]!.result.partial_unexpected_list).toEqual(["2020-01-03"]);
    expect(results[1]!.result.partial_unexpected_list).toEqual(["2020-01-03T00:00:00"]);
  });

  it("is asked of a table without rows, or without rules", () => {
    const empty = sales.filter(pl.col("store").gt(9));
    expect(
      runSuite(empty, suite(positive, rule("compound_columns_to_be_unique", { column_list: ["store", "type"] })))
        .success,
    )
      .toBe(true);
    expect(runSuite(empty, suite(rule("table_row_count_to_be_between", { min_value: 1 }))).success).toBe(false);
    expect(runSuite(sales, suite())).toMatchObject({ success: true, statistics: { success_percent: null } });
  });

  it("finds repeated rows in a table in any order", () => {
    const grid = pl.DataFrame({ store: [1, 1, 2, 2, 3, 3], day: [1, 2, 1, 2, 1, 2] });
    const unique = suite(rule("compound_columns_to_be_unique", { column_list: ["store", "day"] }));
    const orders = [[], ["store", "day"], ["day", "store"]];
    for (const by of orders) {
      for (const descending of [false, true]) {
        const sorted = by.length === 0 ? grid : grid.sort(by.map((name) => pl.col(name)), descending);
        expect(runSuite(sorted, unique).success).toBe(true);
        const twice = pl.concat([sorted, sorted.slice(2, 1)]);
        expect(runSuite(twice, unique).results[0]!.result).toMatchObject({
          unexpected_count: 2,
          partial_unexpected_index_list: [2, 6],
        });
      }
    }
  });

  it("sums 32-bit floats without losing units", () => {
    const many = pl.DataFrame([pl.Series("x", new Float32Array(3_000_000).fill(16.1))]);
    const { results } = runSuite(many, suite(rule("column_mean_to_be_between", { column: "x", min_value: 16 })));
    expect(results[0]!.result.observed_value).toBeCloseTo(Math.fround(16.1), 9);
  });
});
