import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { expectations, type Kwargs } from "@/checks/mod.ts";
import { expectationContract } from "../../contracts/expectation_contract.ts";

const SETTINGS: Readonly<Record<string, Kwargs>> = {
  expect_column_distinct_values_to_be_in_set: { column: "s", value_set: ["a", "bb"] },
  expect_column_max_to_be_between: { column: "n", max_value: 2 },
  expect_column_mean_to_be_between: { column: "n", min_value: 0 },
  expect_column_median_to_be_between: { column: "n", min_value: 0 },
  expect_column_min_to_be_between: { column: "n", min_value: 0 },
  expect_column_pair_values_a_to_be_greater_than_b: { column_A: "n", column_B: "m", or_equal: true },
  expect_column_proportion_of_unique_values_to_be_between: { column: "n", min_value: 0.5 },
  expect_column_stdev_to_be_between: { column: "n", max_value: 1 },
  expect_column_sum_to_be_between: { column: "n", max_value: 3 },
  expect_column_to_exist: { column: "n" },
  expect_column_unique_value_count_to_be_between: { column: "n", max_value: 3 },
  expect_column_value_lengths_to_be_between: { column: "s", max_value: 1 },
  expect_column_values_to_be_between: { column: "n", min_value: 0, max_value: 2 },
  expect_column_values_to_be_in_set: { column: "s", value_set: ["a", "bb", "c"] },
  expect_column_values_to_be_in_type_list: { column: "s", type_list: ["int", "str"] },
  expect_column_values_to_be_increasing: { column: "n" },
  expect_column_values_to_be_null: { column: "n" },
  expect_column_values_to_be_of_type: { column: "s", type_: "str" },
  expect_column_values_to_be_unique: { column: "n" },
  expect_column_values_to_match_regex: { column: "s", regex: "^[a-c]+$" },
  expect_column_values_to_not_be_in_set: { column: "n", value_set: [3] },
  expect_column_values_to_not_be_null: { column: "n" },
  expect_compound_columns_to_be_unique: { column_list: ["n", "s"] },
  expect_multicolumn_sum_to_equal: { column_list: ["n", "m"], sum_total: 2 },
  expect_table_columns_to_match_set: { column_set: ["n", "m", "s"] },
  expect_table_row_count_to_be_between: { min_value: 1 },
};

describe("expectations", () => {
  it("each has settings here, so that each is held to the contract", () => {
    expect(Object.keys(SETTINGS).toSorted()).toEqual(Object.keys(expectations).toSorted());
  });
});

for (const [type, expectation] of Object.entries(expectations)) {
  describe(type, () => {
    expectationContract(expectation, SETTINGS[type]!, { ordered: type === "expect_column_values_to_be_increasing" });
  });
}
