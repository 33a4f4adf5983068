import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ParamsError } from "@/core/errors.ts";
import { parseSuite, suitesFor, suiteToJson } from "@/checks/mod.ts";

const suite = (...rules: unknown[]) =>
  JSON.stringify({ name: "sales", expectations: rules, meta: { owner: "retail" } });
const between = (kwargs: object) => ({ type: "expect_column_values_to_be_between", kwargs });

describe("parseSuite()", () => {
  it("reads the dialect of 1.0 and later", () => {
    const rule = {
      ...between({ column: "sales", min_value: 0 }),
      severity: "warning",
      meta: { notes: "why" },
      id: "x",
    };
    expect(parseSuite(suite(rule), "sales.json")).toEqual({
      name: "sales",
      meta: { owner: "retail" },
      expectations: [{
        type: "expect_column_values_to_be_between",
        kwargs: { column: "sales", min_value: 0 },
        severity: "warning",
        meta: { notes: "why" },
        id: "x",
      }],
    });
  });

  it("reads the dialect of 0.18 and before, without what it says on reporting", () => {
    const old = {
      expectation_suite_name: "sales",
      data_asset_type: null,
      expectations: [{
        expectation_type: "expect_column_to_exist",
        kwargs: { column: "sales", result_format: "BASIC", catch_exceptions: true, include_config: true },
        meta: {},
      }],
      meta: { great_expectations_version: "0.18.12" },
    };
    const { name, expectations } = parseSuite(JSON.stringify(old), "old.json");
    expect(name).toBe("sales");
    expect(expectations).toEqual([
      { type: "expect_column_to_exist", kwargs: { column: "sales" }, meta: {}, severity: "critical" },
    ]);
  });

  it("comes back the same from its own JSON", () => {
    const once = parseSuite(suite(between({ column: "sales", max_value: 9, strict_max: true, mostly: 0.9 })), "a.json");
    expect(parseSuite(suiteToJson(once), "b.json")).toEqual(once);
  });

  const refused: readonly [string, string, string][] = [
    ["text that is no JSON", "{ name:", "Cannot read expectation suite s.json as it must be JSON"],
    ["an empty file", "", "an empty file"],
    [
      "JSON that is no suite",
      '{"rules": []}',
      'needs a "name" (or "expectation_suite_name") and a list "expectations": found the keys rules',
    ],
    ["a list", "[]", "found []"],
    ["a rule that is no object", suite("x"), 'expectations[0] must be an object, found "x"'],
    ["a rule without a type", suite({ kwargs: {} }), "expectations[0].type must name an expectation, found nothing"],
    [
      "an unknown type, with the nearest",
      suite({ type: "expect_column_values_to_be_betwen", kwargs: {} }),
      'is not a known expectation: the nearest are "expect_column_values_to_be_between"',
    ],
    [
      "an unknown setting",
      suite(between({ column: "a", min_valu: 0 })),
      'kwargs.min_valu is not a setting of it. Did you mean "min_value"',
    ],
    ["a missing setting", suite(between({ min_value: 0 })), "kwargs.column is needed, and is missing"],
    ["a setting of another type", suite(between({ column: 3, min_value: 0 })), "kwargs.column must be string, found 3"],
    [
      "a share above 1",
      suite(between({ column: "a", min_value: 0, mostly: 95 })),
      "kwargs.mostly must be <= 1, found 95",
    ],
    [
      "contradicting bounds",
      suite(between({ column: "a", min_value: 5, max_value: 1 })),
      "expectations[0] (expect_column_values_to_be_between): kwargs.max_value: must be >= min_value (5), found 1",
    ],
    [
      "bounds that leave nothing",
      suite(between({ column: "a", min_value: 5, max_value: 5, strict_min: true })),
      "must be > min_value (5) as a bound is strict",
    ],
    [
      "bounds of two types",
      suite(between({ column: "a", min_value: 5, max_value: "x" })),
      "must be a number like min_value",
    ],
    ["no bound at all", suite(between({ column: "a" })), "min_value or max_value is needed, and both are missing"],
    [
      "an invalid pattern",
      suite({ type: "expect_column_values_to_match_regex", kwargs: { column: "a", regex: "(ab" } }),
      "kwargs.regex: is not a regular expression that can be used: unclosed group",
    ],
    [
      "an unreadable condition",
      suite(between({ column: "a", min_value: 0, row_condition: "open is 1" })),
      "kwargs.row_condition: Cannot read a row condition",
    ],
    [
      "an unknown severity",
      suite({ ...between({ column: "a", min_value: 0 }), severity: "fatal" }),
      "must be one of critical, warning, info",
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => parseSuite(text, "s.json")).toThrow(ParamsError);
      expect(() => parseSuite(text, "s.json")).toThrow("s.json");
      expect(() => parseSuite(text, "s.json")).toThrow(message);
    });
  }

  it("carries every problem, not only the first", () => {
    let problems: readonly string[] = [];
    try {
      parseSuite(
        suite(between({ column: "a" }), { type: "expect_nothing" }, between({ column: "a", min_value: 0 })),
        "s.json",
      );
    } catch (error) {
      problems = (error as ParamsError).problems;
    }
    expect(problems.map((problem) => problem.slice(0, 15))).toEqual(["expectations[0]", "expectations[1]"]);
  });
});

describe("suitesFor()", () => {
  it("names a suite after dataset and stage", () => {
    expect(suitesFor("store-item", "features")).toEqual([{ file: "store-item_features.json", table: "features" }]);
  });

  it("keeps the names that Walmart's suites have", () => {
    expect(suitesFor("walmart", "features")[0]!.file).toBe("feature_expectation_suite.json");
    expect(suitesFor("walmart", "raw", ["train", "stores", "features"]).map(({ file }) => file)).toEqual([
      "sales_expectation_suite.json",
      "walmart_raw_stores.json",
      "walmart_raw_features.json",
    ]);
  });
});
