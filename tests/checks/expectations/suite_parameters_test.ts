import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parseSuite, suiteParameter } from "@/checks/mod.ts";

const suite = (kwargs: object, more: object = {}) =>
  JSON.stringify({ name: "s", expectations: [{ type: "expect_table_row_count_to_be_between", kwargs }], ...more });

describe("suiteParameter()", () => {
  const values: readonly [string, number][] = [
    ["2 + 3 * 4", 14],
    ["(2 + 3) * 4", 20],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ^ 2", -4],
    ["rows / 4 - 1", 24],
    ["round(2.5) + trunc(-1.9) + abs(-3)", 4],
    ["sgn(rows) * PI", Math.PI],
  ];
  for (const [expression, value] of values) {
    it(`computes ${expression}`, () => expect(suiteParameter(expression, { rows: 100 })).toBeCloseTo(value, 12));
  }

  it("gives a value of any kind for a bare name", () => {
    expect(suiteParameter("set", { set: ["a", null] })).toEqual(["a", null]);
  });

  for (const wrong of ["rows +", "(rows", "rows rows", "1 ? 2", ""]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      expect(() => suiteParameter(wrong, { rows: 1 })).toThrow(SyntaxError);
    });
  }
});

describe("parseSuite() with parameters", () => {
  it("replaces them by what is given, and else by what the suite brings", () => {
    const text = suite({ min_value: { $PARAMETER: "low * 2" }, max_value: { $PARAMETER: "high" } }, {
      suite_parameters: { low: 1, high: 9 },
    });
    expect(parseSuite(text, "s.json", { low: 2 }).expectations[0]!.kwargs).toEqual({ min_value: 4, max_value: 9 });
  });

  it("names the place of one without a value", () => {
    expect(() => parseSuite(suite({ min_value: { $PARAMETER: "low" } }), "s.json")).toThrow(
      "Cannot use expectation suite s.json: expectations[0] (expect_table_row_count_to_be_between): kwargs.min_value: " +
        'no value was given for the parameter "low": given are none',
    );
  });

  it("holds the value to the rules of the setting", () => {
    const text = suite({ min_value: { $PARAMETER: "low" } });
    expect(() => parseSuite(text, "s.json", { low: "many" })).toThrow("kwargs.min_value");
  });
});
