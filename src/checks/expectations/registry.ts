/**
 * Every expectation that a suite may name. A new one is a file and a line here.
 *
 * @module
 */
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { expectColumnDistinctValuesToBeInSet } from "@/checks/expectations/expect_column_distinct_values_to_be_in_set.ts";
import { expectColumnDistinctValuesToContainSet } from "@/checks/expectations/expect_column_distinct_values_to_contain_set.ts";
import { expectColumnDistinctValuesToEqualSet } from "@/checks/expectations/expect_column_distinct_values_to_equal_set.ts";
import { expectColumnKlDivergenceToBeLessThan } from "@/checks/expectations/expect_column_kl_divergence_to_be_less_than.ts";
import { expectColumnMaxToBeBetween } from "@/checks/expectations/expect_column_max_to_be_between.ts";
import { expectColumnMeanToBeBetween } from "@/checks/expectations/expect_column_mean_to_be_between.ts";
import { expectColumnMedianToBeBetween } from "@/checks/expectations/expect_column_median_to_be_between.ts";
import { expectColumnMinToBeBetween } from "@/checks/expectations/expect_column_min_to_be_between.ts";
import { expectColumnMostCommonValueToBeInSet } from "@/checks/expectations/expect_column_most_common_value_to_be_in_set.ts";
import { expectColumnPairValuesAToBeGreaterThanB } from "@/checks/expectations/expect_column_pair_values_a_to_be_greater_than_b.ts";
import { expectColumnPairValuesToBeEqual } from "@/checks/expectations/expect_column_pair_values_to_be_equal.ts";
import { expectColumnPairValuesToBeInSet } from "@/checks/expectations/expect_column_pair_values_to_be_in_set.ts";
import { expectColumnProportionOfNonNullValuesToBeBetween } from "@/checks/expectations/expect_column_proportion_of_non_null_values_to_be_between.ts";
import { expectColumnProportionOfUniqueValuesToBeBetween } from "@/checks/expectations/expect_column_proportion_of_unique_values_to_be_between.ts";
import { expectColumnQuantileValuesToBeBetween } from "@/checks/expectations/expect_column_quantile_values_to_be_between.ts";
import { expectColumnStdevToBeBetween } from "@/checks/expectations/expect_column_stdev_to_be_between.ts";
import { expectColumnSumToBeBetween } from "@/checks/expectations/expect_column_sum_to_be_between.ts";
import { expectColumnToExist } from "@/checks/expectations/expect_column_to_exist.ts";
import { expectColumnTypeToBe } from "@/checks/expectations/expect_column_type_to_be.ts";
import { expectColumnUniqueValueCountToBeBetween } from "@/checks/expectations/expect_column_unique_value_count_to_be_between.ts";
import { expectColumnValueLengthsToBeBetween } from "@/checks/expectations/expect_column_value_lengths_to_be_between.ts";
import { expectColumnValueLengthsToEqual } from "@/checks/expectations/expect_column_value_lengths_to_equal.ts";
import { expectColumnValueZScoresToBeLessThan } from "@/checks/expectations/expect_column_value_z_scores_to_be_less_than.ts";
import { expectColumnValuesToBeBetween } from "@/checks/expectations/expect_column_values_to_be_between.ts";
import { expectColumnValuesToBeDecreasing } from "@/checks/expectations/expect_column_values_to_be_decreasing.ts";
import { expectColumnValuesToBeInSet } from "@/checks/expectations/expect_column_values_to_be_in_set.ts";
import { expectColumnValuesToBeInTypeList } from "@/checks/expectations/expect_column_values_to_be_in_type_list.ts";
import { expectColumnValuesToBeIncreasing } from "@/checks/expectations/expect_column_values_to_be_increasing.ts";
import { expectColumnValuesToBeJsonParseable } from "@/checks/expectations/expect_column_values_to_be_json_parseable.ts";
import { expectColumnValuesToBeNull } from "@/checks/expectations/expect_column_values_to_be_null.ts";
import { expectColumnValuesToBeOfType } from "@/checks/expectations/expect_column_values_to_be_of_type.ts";
import { expectColumnValuesToBeUnique } from "@/checks/expectations/expect_column_values_to_be_unique.ts";
import { expectColumnValuesToMatchJsonSchema } from "@/checks/expectations/expect_column_values_to_match_json_schema.ts";
import { expectColumnValuesToMatchLikePattern } from "@/checks/expectations/expect_column_values_to_match_like_pattern.ts";
import { expectColumnValuesToMatchLikePatternList } from "@/checks/expectations/expect_column_values_to_match_like_pattern_list.ts";
import { expectColumnValuesToMatchRegex } from "@/checks/expectations/expect_column_values_to_match_regex.ts";
import { expectColumnValuesToMatchRegexList } from "@/checks/expectations/expect_column_values_to_match_regex_list.ts";
import { expectColumnValuesToMatchStrftimeFormat } from "@/checks/expectations/expect_column_values_to_match_strftime_format.ts";
import { expectColumnValuesToNotBeInSet } from "@/checks/expectations/expect_column_values_to_not_be_in_set.ts";
import { expectColumnValuesToNotBeNull } from "@/checks/expectations/expect_column_values_to_not_be_null.ts";
import { expectColumnValuesToNotBeOutliers } from "@/checks/expectations/expect_column_values_to_not_be_outliers.ts";
import { expectColumnValuesToNotMatchLikePattern } from "@/checks/expectations/expect_column_values_to_not_match_like_pattern.ts";
import { expectColumnValuesToNotMatchLikePatternList } from "@/checks/expectations/expect_column_values_to_not_match_like_pattern_list.ts";
import { expectColumnValuesToNotMatchRegex } from "@/checks/expectations/expect_column_values_to_not_match_regex.ts";
import { expectColumnValuesToNotMatchRegexList } from "@/checks/expectations/expect_column_values_to_not_match_regex_list.ts";
import { expectCompoundColumnsToBeUnique } from "@/checks/expectations/expect_compound_columns_to_be_unique.ts";
import { expectMulticolumnSumToEqual } from "@/checks/expectations/expect_multicolumn_sum_to_equal.ts";
import { expectMulticolumnValuesToBeEqual } from "@/checks/expectations/expect_multicolumn_values_to_be_equal.ts";
import { expectSelectColumnValuesToBeUniqueWithinRecord } from "@/checks/expectations/expect_select_column_values_to_be_unique_within_record.ts";
import { expectTableColumnCountToBeBetween } from "@/checks/expectations/expect_table_column_count_to_be_between.ts";
import { expectTableColumnCountToEqual } from "@/checks/expectations/expect_table_column_count_to_equal.ts";
import { expectTableColumnsToMatchOrderedList } from "@/checks/expectations/expect_table_columns_to_match_ordered_list.ts";
import { expectTableColumnsToMatchSet } from "@/checks/expectations/expect_table_columns_to_match_set.ts";
import { expectTableRowCountToBeBetween } from "@/checks/expectations/expect_table_row_count_to_be_between.ts";
import { expectTableRowCountToEqual } from "@/checks/expectations/expect_table_row_count_to_equal.ts";

const all = [
  expectColumnDistinctValuesToBeInSet,
  expectColumnDistinctValuesToContainSet,
  expectColumnDistinctValuesToEqualSet,
  expectColumnKlDivergenceToBeLessThan,
  expectColumnMaxToBeBetween,
  expectColumnMeanToBeBetween,
  expectColumnMedianToBeBetween,
  expectColumnMinToBeBetween,
  expectColumnMostCommonValueToBeInSet,
  expectColumnPairValuesAToBeGreaterThanB,
  expectColumnPairValuesToBeEqual,
  expectColumnPairValuesToBeInSet,
  expectColumnProportionOfNonNullValuesToBeBetween,
  expectColumnProportionOfUniqueValuesToBeBetween,
  expectColumnQuantileValuesToBeBetween,
  expectColumnStdevToBeBetween,
  expectColumnSumToBeBetween,
  expectColumnToExist,
  expectColumnTypeToBe,
  expectColumnUniqueValueCountToBeBetween,
  expectColumnValueLengthsToBeBetween,
  expectColumnValueLengthsToEqual,
  expectColumnValueZScoresToBeLessThan,
  expectColumnValuesToBeBetween,
  expectColumnValuesToBeDecreasing,
  expectColumnValuesToBeInSet,
  expectColumnValuesToBeInTypeList,
  expectColumnValuesToBeIncreasing,
  expectColumnValuesToBeJsonParseable,
  expectColumnValuesToBeNull,
  expectColumnValuesToBeOfType,
  expectColumnValuesToBeUnique,
  expectColumnValuesToMatchJsonSchema,
  expectColumnValuesToMatchLikePattern,
  expectColumnValuesToMatchLikePatternList,
  expectColumnValuesToMatchRegex,
  expectColumnValuesToMatchRegexList,
  expectColumnValuesToMatchStrftimeFormat,
  expectColumnValuesToNotBeInSet,
  expectColumnValuesToNotBeNull,
  expectColumnValuesToNotBeOutliers,
  expectColumnValuesToNotMatchLikePattern,
  expectColumnValuesToNotMatchLikePatternList,
  expectColumnValuesToNotMatchRegex,
  expectColumnValuesToNotMatchRegexList,
  expectCompoundColumnsToBeUnique,
  expectMulticolumnSumToEqual,
  expectMulticolumnValuesToBeEqual,
  expectSelectColumnValuesToBeUniqueWithinRecord,
  expectTableColumnCountToBeBetween,
  expectTableColumnCountToEqual,
  expectTableColumnsToMatchOrderedList,
  expectTableColumnsToMatchSet,
  expectTableRowCountToBeBetween,
  expectTableRowCountToEqual,
] as readonly Expectation[];

/** Type → expectation: `expectations["expect_column_to_exist"]`. */
export const expectations: Readonly<Record<string, Expectation>> = Object.fromEntries(
  all.map((expectation) => [expectation.type, expectation]),
);
