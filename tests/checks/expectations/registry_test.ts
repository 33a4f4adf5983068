import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { expectations, type Kwargs } from "@/checks/mod.ts";
import { expectationContract } from "../../contracts/expectation_contract.ts";

const SETTINGS: Readonly<Record<string, Kwargs>> = {
  expect_column_distinct_values_to_contain_set: { column: "s", value_set: ["a", "bb"] },
  expect_column_distinct_values_to_equal_set: { column: "s", value_set: ["a", "bb"] },
  expect_column_kl_divergence_to_be_less_than: {
    column: "n",
    partition_object: { bins: [-2, 0, 2, 4], weights: [0.2, 0.5, 0.3] },
    threshold: 0.1,
    tail_weight_holdout: 0.1,
  },
  expect_column_most_common_value_to_be_in_set: { column: "s", value_set: ["a", "c"], ties_okay: true },
  expect_column_pair_values_to_be_equal: { column_A: "n", column_B: "m" },
  expect_column_pair_values_to_be_in_set: { column_A: "n", column_B: "s", value_pairs_set: [[1, "a"], [null, "c"]] },
  expect_column_proportion_of_non_null_values_to_be_between: { column: "n", min_value: 0.5 },
  expect_column_quantile_values_to_be_between: {
    column: "n",
    quantile_ranges: { quantiles: [0.1, 0.5], value_ranges: [[-2, 0], [null, 2]] },
  },
  expect_column_type_to_be: { column: "n", type_: "float64" },
  expect_column_value_lengths_to_equal: { column: "s", value: 1 },
  expect_column_value_z_scores_to_be_less_than: { column: "n", threshold: 1, double_sided: true },
  expect_column_values_to_be_decreasing: { column: "n" },
  expect_column_values_to_be_json_parseable: { column: "s" },
  expect_column_values_to_match_json_schema: { column: "s", json_schema: { type: "number" } },
  expect_column_values_to_match_like_pattern: { column: "s", like_pattern: "_" },
  expect_column_values_to_match_like_pattern_list: { column: "s", like_pattern_list: ["a%", "b_"] },
  expect_column_values_to_match_regex_list: { column: "s", regex_list: ["^a", "b"], match_on: "any" },
  expect_column_values_to_match_strftime_format: { column: "s", strftime_format: "%Y" },
  expect_column_values_to_not_be_outliers: { column: "n" },
  expect_column_values_to_not_match_like_pattern: { column: "s", like_pattern: "b%" },
  expect_column_values_to_not_match_like_pattern_list: { column: "s", like_pattern_list: ["a%", "b_"] },
  expect_column_values_to_not_match_regex: { column: "s", regex: "^b" },
  expect_column_values_to_not_match_regex_list: { column: "s", regex_list: ["^a", "c"] },
  expect_multicolumn_values_to_be_equal: { column_list: ["n", "m"] },
  expect_select_column_values_to_be_unique_within_record: { column_list: ["n", "m", "s"] },
  expect_table_column_count_to_be_between: { min_value: 2, max_value: 3 },
  expect_table_column_count_to_equal: { value: 3 },
  expect_table_columns_to_match_ordered_list: { column_list: ["n", "m", "s"] },
  expect_table_row_count_to_equal: { value: 3 },
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
    expectationContract(expectation, SETTINGS[type]!, {
      ordered: /_(in|de)creasing$/.test(type),
      // Its rule is about what is written in a text, and text that is no JSON is an error to it.
      raises: type === "expect_column_values_to_match_json_schema",
    });
  });
}
