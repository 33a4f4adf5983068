/**
 * Every expectation that a suite may name. A new one is a file and a line here.
 *
 * @module
 */
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { expectColumnDistinctValuesToBeInSet } from "@/checks/expectations/expect_column_distinct_values_to_be_in_set.ts";
import { expectColumnMaxToBeBetween } from "@/checks/expectations/expect_column_max_to_be_between.ts";
import { expectColumnMeanToBeBetween } from "@/checks/expectations/expect_column_mean_to_be_between.ts";
import { expectColumnMedianToBeBetween } from "@/checks/expectations/expect_column_median_to_be_between.ts";
import { expectColumnMinToBeBetween } from "@/checks/expectations/expect_column_min_to_be_between.ts";
import { expectColumnPairValuesAToBeGreaterThanB } from "@/checks/expectations/expect_column_pair_values_a_to_be_greater_than_b.ts";
import { expectColumnProportionOfUniqueValuesToBeBetween } from "@/checks/expectations/expect_column_proportion_of_unique_values_to_be_between.ts";
import { expectColumnStdevToBeBetween } from "@/checks/expectations/expect_column_stdev_to_be_between.ts";
import { expectColumnSumToBeBetween } from "@/checks/expectations/expect_column_sum_to_be_between.ts";
import { expectColumnToExist } from "@/checks/expectations/expect_column_to_exist.ts";
import { expectColumnUniqueValueCountToBeBetween } from "@/checks/expectations/expect_column_unique_value_count_to_be_between.ts";
import { expectColumnValueLengthsToBeBetween } from "@/checks/expectations/expect_column_value_lengths_to_be_between.ts";
import { expectColumnValuesToBeBetween } from "@/checks/expectations/expect_column_values_to_be_between.ts";
import { expectColumnValuesToBeInSet } from "@/checks/expectations/expect_column_values_to_be_in_set.ts";
import { expectColumnValuesToBeInTypeList } from "@/checks/expectations/expect_column_values_to_be_in_type_list.ts";
import { expectColumnValuesToBeIncreasing } from "@/checks/expectations/expect_column_values_to_be_increasing.ts";
import { expectColumnValuesToBeNull } from "@/checks/expectations/expect_column_values_to_be_null.ts";
import { expectColumnValuesToBeOfType } from "@/checks/expectations/expect_column_values_to_be_of_type.ts";
import { expectColumnValuesToBeUnique } from "@/checks/expectations/expect_column_values_to_be_unique.ts";
import { expectColumnValuesToMatchRegex } from "@/checks/expectations/expect_column_values_to_match_regex.ts";
import { expectColumnValuesToNotBeInSet } from "@/checks/expectations/expect_column_values_to_not_be_in_set.ts";
import { expectColumnValuesToNotBeNull } from "@/checks/expectations/expect_column_values_to_not_be_null.ts";
import { expectCompoundColumnsToBeUnique } from "@/checks/expectations/expect_compound_columns_to_be_unique.ts";
import { expectMulticolumnSumToEqual } from "@/checks/expectations/expect_multicolumn_sum_to_equal.ts";
import { expectTableColumnsToMatchSet } from "@/checks/expectations/expect_table_columns_to_match_set.ts";
import { expectTableRowCountToBeBetween } from "@/checks/expectations/expect_table_row_count_to_be_between.ts";

const all = [
  expectColumnDistinctValuesToBeInSet,
  expectColumnMaxToBeBetween,
  expectColumnMeanToBeBetween,
  expectColumnMedianToBeBetween,
  expectColumnMinToBeBetween,
  expectColumnPairValuesAToBeGreaterThanB,
  expectColumnProportionOfUniqueValuesToBeBetween,
  expectColumnStdevToBeBetween,
  expectColumnSumToBeBetween,
  expectColumnToExist,
  expectColumnUniqueValueCountToBeBetween,
  expectColumnValueLengthsToBeBetween,
  expectColumnValuesToBeBetween,
  expectColumnValuesToBeInSet,
  expectColumnValuesToBeInTypeList,
  expectColumnValuesToBeIncreasing,
  expectColumnValuesToBeNull,
  expectColumnValuesToBeOfType,
  expectColumnValuesToBeUnique,
  expectColumnValuesToMatchRegex,
  expectColumnValuesToNotBeInSet,
  expectColumnValuesToNotBeNull,
  expectCompoundColumnsToBeUnique,
  expectMulticolumnSumToEqual,
  expectTableColumnsToMatchSet,
  expectTableRowCountToBeBetween,
] as readonly Expectation[];

/** Type → expectation: `expectations["expect_column_to_exist"]`. */
export const expectations: Readonly<Record<string, Expectation>> = Object.fromEntries(
  all.map((expectation) => [expectation.type, expectation]),
);
