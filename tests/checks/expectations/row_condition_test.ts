import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { conditionColumns, conditionInWords, parseCondition } from "@/checks/expectations/row_condition.ts";

const is = (name: string, operator: string, parameter: unknown) => ({
  type: "comparison",
  column: { name },
  operator,
  parameter,
});

describe("parseCondition()", () => {
  it("reads a comparison in each notation", () => {
    for (const text of ['col("open") == 0', "col('open')==0", "open == 0", "`open` == 0", "(open == 0)"]) {
      expect(parseCondition(text)).toEqual(is("open", "==", 0));
    }
    expect(parseCondition('col("state holiday") != "a"')).toEqual(is("state holiday", "!=", "a"));
    expect(parseCondition("size >= -1.5e3")).toEqual(is("size", ">=", -1500));
    expect(parseCondition("open == True")).toEqual(is("open", "==", true));
  });

  it("binds and tighter than or", () => {
    expect(parseCondition('a > 1 and b == "x or y" or c < 2')).toEqual({
      type: "or",
      conditions: [{ type: "and", conditions: [is("a", ">", 1), is("b", "==", "x or y")] }, is("c", "<", 2)],
    });
    expect(parseCondition("(a > 1) & (b < 2)")).toEqual({
      type: "and",
      conditions: [is("a", ">", 1), is("b", "<", 2)],
    });
    expect(parseCondition("(a > 1 or b < 2) and c == 3")).toEqual({
      type: "and",
      conditions: [{ type: "or", conditions: [is("a", ">", 1), is("b", "<", 2)] }, is("c", "==", 3)],
    });
  });

  it("reads names that hold a connective", () => {
    expect(parseCondition("brand == 1 and order > 2")).toEqual({
      type: "and",
      conditions: [is("brand", "==", 1), is("order", ">", 2)],
    });
  });

  it("reads null checks, and trees as they are", () => {
    const known = { type: "nullity", column: { name: "open" }, is_null: false };
    expect(parseCondition('col("open").notnull()')).toEqual(known);
    expect(parseCondition(known)).toEqual(known);
    const tree = { type: "or", conditions: [is("a", "IN", [1, 2]), known] };
    expect(parseCondition(tree)).toEqual(tree);
    expect(conditionColumns(parseCondition(tree))).toEqual(["a", "open"]);
    expect(conditionInWords(parseCondition(tree))).toBe("a is one of 1, 2 or open is known");
  });

  it("refuses what it cannot read", () => {
    for (
      const odd of [
        "",
        "open",
        "open = 0",
        "open == ",
        'f("open") == 1',
        "a > 1 and",
        "(a > 1",
        {},
        is("a", "~", 1),
        is("a", "IN", 1),
      ]
    ) {
      expect(() => parseCondition(odd)).toThrow("Cannot read a row condition");
    }
  });
});
