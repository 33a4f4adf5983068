import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { convertSuite, parseSuite } from "@/checks/mod.ts";

const old = {
  expectation_suite_name: "sales",
  data_asset_type: null,
  expectations: [{
    expectation_type: "expect_column_values_to_be_between",
    kwargs: {
      column: "sales",
      min_value: { $PARAMETER: "low" },
      row_condition: 'open == 1 and type == "a"',
      condition_parser: "pandas",
      result_format: "BASIC",
    },
    meta: { notes: "why", severity: "warning" },
  }],
  evaluation_parameters: { low: 0 },
  meta: {},
};

describe("convertSuite()", () => {
  it("keeps names, settings, parameters and severity on the way to the new dialect", () => {
    const converted = JSON.parse(convertSuite(JSON.stringify(old), "old.json", "1.0"));
    expect(converted).toMatchObject({ name: "sales", suite_parameters: { low: 0 } });
    expect(converted.expectations[0]).toMatchObject({
      type: "expect_column_values_to_be_between",
      severity: "warning",
      meta: { notes: "why" },
    });
    expect(Object.keys(converted.expectations[0].kwargs)).toEqual(["column", "min_value", "row_condition"]);
  });

  it("says the same in both dialects, there and back", () => {
    const text = JSON.stringify(old);
    const forth = convertSuite(text, "old.json", "1.0"), back = convertSuite(forth, "new.json", "0.18");
    const again = convertSuite(back, "old.json", "1.0");
    expect(JSON.parse(again)).toEqual(JSON.parse(forth));
    expect(JSON.parse(back).expectations[0].kwargs.row_condition).toBe('open == 1 and type == "a"');
    expect(parseSuite(forth, "new.json").expectations[0]!.kwargs.min_value).toBe(0);
  });

  it("keeps rules that cannot be run here", () => {
    const rule = { type: "expect_query_results_to_match_comparison", kwargs: { base_query: "select 1" } };
    const converted = convertSuite(JSON.stringify({ name: "s", expectations: [rule] }), "s.json", "0.18");
    expect(JSON.parse(converted).expectations[0].kwargs).toEqual(rule.kwargs);
  });

  it("refuses what is no suite", () => {
    expect(() => convertSuite("[]", "s.json", "1.0")).toThrow("s.json");
    expect(() => convertSuite('{"name":"s","expectations":[{}]}', "s.json", "1.0")).toThrow("expectations[0]");
  });
});
