import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { errorOf, runTask, snapshot } from "../support/command_line.ts";
import { workdir } from "../support/workdir.ts";

const CSV = "store,date,sales,type\n1,2015-01-01,5,a\n1,2015-01-02,-3,a\n2,2015-01-01,,b\n2,2015-01-02,4,x\n";
const rule = (type: string, kwargs: object, more: object = {}) => ({ type: `expect_${type}`, kwargs, ...more });
const positive = rule("column_values_to_be_between", { column: "sales", min_value: { $PARAMETER: "low" } });
const types = rule("column_values_to_be_in_set", { column: "type", value_set: ["a", "b"] }, { severity: "warning" });

/** A suite and a table on disk, and the task run on them. */
async function validate(rules: object[], flags: Record<string, string> = {}, table = "sales.csv", csv = CSV) {
  const at = await workdir();
  const suite = `${at.path}/suite.json`;
  await Deno.writeTextFile(suite, JSON.stringify({ name: "sales", expectations: rules }));
  await Deno.writeTextFile(`${at.path}/sales.csv`, csv);
  const ended = await runTask("validate", {
    suite,
    table: `${at.path}/${table}`,
    workdir: `${at.path}/work`,
    json: true,
    ...flags,
  });
  return { at, ended, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

describe("deno task validate --suite --table", () => {
  it("prints the result JSON, and exits with 1 when a critical rule is broken", async () => {
    await using run = await validate([positive, types], { parameters: '{"low": 0}', "result-format": "COMPLETE" });
    const result = JSON.parse(run.ended.stdout);
    expect(run.ended.code).toBe(1);
    expect(result.success).toBe(false);
    expect(result.results[0].result).toMatchObject({
      element_count: 4,
      missing_count: 1,
      unexpected_count: 1,
      unexpected_percent: 1 / 3 * 100,
      unexpected_index_list: [1],
      unexpected_list: [-3],
    });
    expect(await Deno.readTextFile(`${run.at.path}/sales.csv`)).toBe(CSV);
    const docs = Object.keys(await snapshot(`${run.at.path}/work/reports/data_docs`)).map((path) =>
      path.replace(/.*\//, "")
    );
    expect(docs.toSorted()).toEqual([
      "index.html",
      "index.html",
      "sales.csv_failing_rows.csv",
      "sales.csv_failing_rows.parquet",
      "validations.jsonl",
    ]);
  });

  it("exits with 0 when only warnings are broken", async () => {
    await using run = await validate([types]);
    expect([run.ended.code, JSON.parse(run.ended.stdout).success]).toEqual([0, false]);
  });

  const refused: readonly [string, object[], Record<string, string>, string[]][] = [
    ["an unknown type", [rule("column_value_to_be_between", {})], {}, ["suite.json", "expectations[0].type"]],
    ["an unknown setting", [types, rule("column_to_exist", { column: "a", at: 1 })], {}, [
      "expectations[1]",
      "kwargs.at ",
    ]],
    [
      "a column that is not there",
      [types, rule("column_values_to_be_unique", { column: "sale" })],
      {},
      ["suite.json", "expectations[1]", 'kwargs.column names "sale"', 'Did you mean "sales"?'],
    ],
    [
      "contradicting bounds",
      [rule("column_values_to_be_between", { column: "sales", min_value: 3, max_value: 2 })],
      {},
      ["expectations[0]", "kwargs.max_value", "must be >= min_value (3), found 2"],
    ],
    [
      "an invalid pattern",
      [rule("column_values_to_match_regex_list", { column: "type", regex_list: ["a", "(b"] })],
      {},
      ["expectations[0]", "kwargs.regex_list[1]"],
    ],
    ["a parameter without a value", [positive], {}, ["expectations[0]", "kwargs.min_value", '"low"']],
    ["an unknown format", [types], { "result-format": "FULL" }, ["--result-format FULL"]],
  ];
  for (const [what, rules, flags, says] of refused) {
    it(`refuses ${what} before any data is read`, async () => {
      // Rows that cannot be read would be an error of their own.
      await using run = await validate(rules, flags, "sales.csv", 'store,date,sales,type\n"');
      expect(run.ended.code).toBe(2);
      for (const part of says) expect(errorOf(run.ended).message).toContain(part);
    });
  }

  it("refuses a table that is not there", async () => {
    await using run = await validate([types], {}, "sale.csv");
    expect([run.ended.code, errorOf(run.ended).name]).toEqual([2, "DatasetError"]);
  });
});
