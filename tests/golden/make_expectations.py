"""Asks the real Great Expectations for its verdicts, and writes tests/golden/expectations.json.

    uv venv gx && uv pip install -p gx/bin/python great_expectations==1.24.1 "pandas<3"
    gx/bin/python tests/golden/make_expectations.py > tests/golden/expectations.json

Each case is a small table, one expectation, and the tool's own `success` and `result` in the format COMPLETE (for the
long table SUMMARY, save for a few). Tables are written as columns with a type, so that both sides build the same
one: a float column's null is NaN in pandas. Lists of examples that are the head of a full list are not written twice.
LIKE patterns are asked of SQLite, as the tool has none for pandas; texts are in small letters there, since SQLite's LIKE
does not tell capitals.
"""

import datetime
import itertools
import json
import logging
import math
import sys
import tempfile
import warnings

import pandas as pd
import sqlalchemy

import great_expectations as gx
from great_expectations.core import ExpectationSuite

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

NAN = float("nan")
TABLES = {
    "plain": {
        "n": ("float", [1.0, 2.5, -4.0, 8.0, 2.5, 0.0]),
        "i": ("int", [1, 2, 3, 5, 4, 5]),
        "j": ("int", [0, 2, 1, 5, 6, 1]),
        "s": ("text", ["a", "bb", "ccc", "a", "bb", "Dé"]),
        "d": ("date", ["2020-01-01", "2020-01-02", "2020-01-02", "2020-02-29", "2019-12-31", "2021-01-01"]),
        "b": ("flag", [True, False, True, True, False, True]),
    },
    "gaps": {
        "n": ("float", [1.0, NAN, None, 8.0, 2.5, -1.0, None]),
        "m": ("float", [0.5, 3.0, None, None, 2.5, -2.0, None]),
        "s": ("text", ["a", None, "ccc", "a", None, "d", None]),
        "d": ("date", ["2020-01-01", None, "2020-01-02", None, "2020-01-01", "2019-12-31", None]),
    },
    "ordered": {
        "k": ("int", [1, 1, 1, 2, 2, 3]),
        "t": ("int", [1, 2, 3, 1, 2, 1]),
        "n": ("float", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        "s": ("text", ["a", "b", "c", "d", "e", "f"]),
    },
    "nulls": {"n": ("float", [None, None, NAN]), "m": ("float", [None, 1.0, 2.0]), "s": ("text", [None, None, None])},
    "empty": {"n": ("float", []), "m": ("float", []), "i": ("int", []), "s": ("text", []), "d": ("date", [])},
    "single": {"n": ("float", [3.0]), "i": ("int", [7]), "s": ("text", ["x"]), "d": ("date", ["2020-01-01"])},
    "notes": {
        "j": ("text", ['{"a": 1}', "[1, 2", "NaN", "5", None, '{"a": "x"}', '"a"', "", "{'a': 1}", '{"a": 1.0}']),
        "d": ("text", ["2020-01-01", "2020-02-30", "31.12.2020", "2019-02-29", None, "2020-1-1", "1 Jan 2020",
                       "2020-01-01 10:30:00", "0000-01-01", "2020-12-31 "]),
        "v": ("text", ["1", "2.5", "x", "-3", None, "007", "1e5", " 4", "True", "100%"]),
        "o": ("flag", [True, False, True, True, False, True, True, True, False, True]),
    },
    "same": {
        "a": ("float", [1.0, 2.0, NAN, NAN, 5.0, 5.0]),
        "b": ("float", [1.0, 3.0, NAN, 4.0, 5.0, 5.0]),
        "c": ("int", [1, 2, 3, 4, 5, 6]),
        "s": ("text", ["x", "y", None, None, "5", "z"]),
        "t": ("text", ["x", "Y", None, "w", "5", None]),
    },
    "flags": {"b": ("flag", [True, None, False])},
    "many": {
        "n": ("float", [float((k * 7919) % 101) - 20 for k in range(230)]),
        "i": ("int", [(k * 31) % 57 for k in range(230)]),
        "s": ("text", [f"w{(k * 13) % 41}" for k in range(230)]),
    },
}
TYPES = {"float": "float64", "int": "int64", "text": "object", "date": "object", "flag": "bool"}


def frame(table):
    columns = {}
    for name, (kind, values) in table.items():
        if kind == "date":
            values = [None if v is None else datetime.date.fromisoformat(v) for v in values]
        # Flags with gaps are objects in pandas.
        columns[name] = pd.Series(values, dtype="object" if kind == "flag" and None in values else TYPES[kind])
    return pd.DataFrame(columns)


def cases():
    """Yields (table, expectation type, kwargs)."""
    for table, columns in TABLES.items():
        if table == "flags":
            continue
        names = list(columns)
        numbers = [name for name in names if columns[name][0] in ("float", "int")]
        texts = [name for name in names if columns[name][0] == "text"]
        dates = [name for name in names if columns[name][0] == "date"]
        size = len(columns[names[0]][1])
        for low, high in [(0, 10), (size, size), (size + 1, None), (None, size - 1)]:
            yield table, "expect_table_row_count_to_be_between", {"min_value": low, "max_value": high}
        yield table, "expect_table_row_count_to_be_between", {"min_value": size, "strict_min": True}
        yield table, "expect_table_columns_to_match_set", {"column_set": names}
        yield table, "expect_table_columns_to_match_set", {"column_set": names[1:] + ["zz"]}
        yield table, "expect_table_columns_to_match_set", {"column_set": names[:1], "exact_match": False}
        yield table, "expect_table_columns_to_match_set", {"column_set": ["zz"], "exact_match": False}
        yield table, "expect_column_to_exist", {"column": names[0]}
        yield table, "expect_column_to_exist", {"column": "zz"}
        yield table, "expect_column_to_exist", {"column": names[1], "column_index": 1}
        yield table, "expect_column_to_exist", {"column": names[0], "column_index": 1}
        for name in names:
            for mostly in (1.0, 0.5, 0.3):
                yield table, "expect_column_values_to_not_be_null", {"column": name, "mostly": mostly}
                yield table, "expect_column_values_to_be_null", {"column": name, "mostly": mostly}
            yield table, "expect_column_values_to_be_unique", {"column": name}
            yield table, "expect_column_values_to_be_unique", {"column": name, "mostly": 0.2}
            for low, high in [(0.5, 1), (0, 0.4), (1, 1)]:
                yield table, "expect_column_proportion_of_unique_values_to_be_between", {
                    "column": name, "min_value": low, "max_value": high}
            for low, high in [(1, 4), (5, None), (0, 0)]:
                yield table, "expect_column_unique_value_count_to_be_between", {
                    "column": name, "min_value": low, "max_value": high}
        for name in numbers:
            for kwargs in (
                {"min_value": 0}, {"max_value": 2.5}, {"min_value": 0, "max_value": 5}, {"max_value": 2.5, "strict_max": True},
                {"min_value": 1, "strict_min": True, "max_value": 8, "strict_max": True}, {"min_value": 0, "mostly": 0.8},
                {"min_value": -100, "max_value": 100}, {"min_value": 3, "mostly": 0.1},
            ):
                yield table, "expect_column_values_to_be_between", {"column": name, **kwargs}
            for values in ([1, 2.5, 8], [1, 2, 3, 4, 5, 6, 0, 7], [99], list(range(-30, 12))):
                yield table, "expect_column_values_to_be_in_set", {"column": name, "value_set": values}
                yield table, "expect_column_values_to_not_be_in_set", {"column": name, "value_set": values}
                yield table, "expect_column_distinct_values_to_be_in_set", {"column": name, "value_set": values}
            yield table, "expect_column_values_to_be_in_set", {"column": name, "value_set": [1], "mostly": 0.2}
            for strictly in (False, True):
                yield table, "expect_column_values_to_be_increasing", {"column": name, "strictly": strictly}
                yield table, "expect_column_values_to_be_decreasing", {"column": name, "strictly": strictly}
            for threshold, double in [(1, True), (1.5, False), (3, True), (0.5, False)]:
                yield table, "expect_column_value_z_scores_to_be_less_than", {
                    "column": name, "threshold": threshold, "double_sided": double}
            for more in ({}, {"multiplier": 0.5}, {"method": "std", "multiplier": 1}, {"method": "std", "multiplier": 0},
                         {"method": "iqr", "multiplier": 0, "mostly": 0.4}):
                yield table, "expect_column_values_to_not_be_outliers", {"column": name, **more}
            for between in (False, "linear", "lower", "higher", "midpoint"):
                yield table, "expect_column_quantile_values_to_be_between", {
                    "column": name, "quantile_ranges": {"quantiles": [0.05, 0.25, 0.5, 0.9],
                                                        "value_ranges": [[-5, 1], [None, 4], [2, None], [-50, 100]]},
                    "allow_relative_error": between}
            yield table, "expect_column_quantile_values_to_be_between", {
                "column": name, "quantile_ranges": {"quantiles": [0, 1], "value_ranges": [[0, 0.5], [7.9996, 8]]}}
            for more in (
                {"partition_object": {"bins": [0, 2, 4, 9], "weights": [0.3, 0.4, 0.3]}, "threshold": 0.5},
                {"partition_object": {"bins": [-100, 2, 100], "weights": [0.5, 0.5]}, "threshold": 0.1},
                {"partition_object": {"bins": [0, 2, 4, 9], "weights": [0.5, 0.0, 0.5]}, "threshold": 1,
                 "internal_weight_holdout": 0.1, "tail_weight_holdout": 0.2},
                {"partition_object": {"bins": [0, 3, 6], "weights": [0.4, 0.3], "tail_weights": [0.2, 0.1]}, "threshold": 0.3},
                {"partition_object": {"values": [1, 2.5, 8, 0], "weights": [0.25, 0.25, 0.25, 0.25]}, "threshold": 0.4,
                 "tail_weight_holdout": 0.3},
                {"partition_object": {"values": [1, 2], "weights": [0.5, 0.5]}, "threshold": None},
            ):
                yield table, "expect_column_kl_divergence_to_be_less_than", {"column": name, "threshold": None, **more}
            for kind in ("int64", "float64", "float", "object", "int32"):
                yield table, "expect_column_type_to_be", {"column": name, "type_": kind}
            yield table, "expect_column_values_to_not_match_regex", {"column": name, "regex": "^-"}
            yield table, "expect_column_value_lengths_to_equal", {"column": name, "value": 3}
            for statistic in ("min", "max", "mean", "median", "stdev", "sum"):
                for low, high, strict in [(0, None, False), (None, 3, False), (1, 8, False), (2.5, 8, True), (-500, 20000, False)]:
                    yield table, f"expect_column_{statistic}_to_be_between", {
                        "column": name, "min_value": low, "max_value": high, **({"strict_min": True} if strict else {})}
            for kind in ("int64", "float64", "float", "int", "str", "bool"):
                yield table, "expect_column_values_to_be_of_type", {"column": name, "type_": kind}
            yield table, "expect_column_values_to_be_in_type_list", {"column": name, "type_list": ["int64", "float64"]}
            yield table, "expect_column_values_to_be_in_type_list", {"column": name, "type_list": ["str"]}
        for name in texts:
            for values in (["a", "bb"], ["a", "bb", "ccc", "Dé", "d", "x"], ["zz"], [f"w{k}" for k in range(20)]):
                yield table, "expect_column_values_to_be_in_set", {"column": name, "value_set": values}
                yield table, "expect_column_values_to_not_be_in_set", {"column": name, "value_set": values}
                yield table, "expect_column_distinct_values_to_be_in_set", {"column": name, "value_set": values}
            for regex in ("^[a-z]+$", "^a", "b{2}", "^w[0-3]?[0-9]$", "(?i)d", "."):
                yield table, "expect_column_values_to_match_regex", {"column": name, "regex": regex}
            yield table, "expect_column_values_to_match_regex", {"column": name, "regex": "^a", "mostly": 0.3}
            yield table, "expect_column_values_to_match_regex", {"column": name, "regex": "^(?!a)(?P<w>.)(?P=w)?"}
            yield table, "expect_column_values_to_not_match_regex", {"column": name, "regex": "^a"}
            yield table, "expect_column_values_to_not_match_regex", {"column": name, "regex": "[0-9]", "mostly": 0.5}
            for how in ("any", "all"):
                yield table, "expect_column_values_to_match_regex_list", {
                    "column": name, "regex_list": ["^[a-d]", "[abx]$"], "match_on": how}
            yield table, "expect_column_values_to_not_match_regex_list", {"column": name, "regex_list": ["^a", "3$"]}
            yield table, "expect_column_values_to_not_match_regex_list", {"column": name, "regex_list": ["^Z", "@"]}
            for size_ in (1, 2):
                yield table, "expect_column_value_lengths_to_equal", {"column": name, "value": size_}
            yield table, "expect_column_type_to_be", {"column": name, "type_": "object"}
            yield table, "expect_column_type_to_be", {"column": name, "type_": "str"}
            yield table, "expect_column_values_to_be_json_parseable", {"column": name}
            yield table, "expect_column_kl_divergence_to_be_less_than", {
                "column": name, "threshold": 0.3, "tail_weight_holdout": 0.1,
                "partition_object": {"values": ["a", "bb", "zz"], "weights": [0.6, 0.3, 0.1]}}
            yield table, "expect_column_kl_divergence_to_be_less_than", {
                "column": name, "threshold": 0.1,
                "partition_object": {"values": ["a", "bb", "ccc", "Dé"], "weights": [0.4, 0.3, 0.15, 0.15]}}
            for low, high, strict in [(1, 2, False), (2, None, False), (None, 2, True), (1, 3, True)]:
                yield table, "expect_column_value_lengths_to_be_between", {
                    "column": name, "min_value": low, "max_value": high, "strict_max": strict}
            yield table, "expect_column_values_to_be_of_type", {"column": name, "type_": "str"}
            yield table, "expect_column_values_to_be_of_type", {"column": name, "type_": "int"}
            yield table, "expect_column_values_to_be_in_type_list", {"column": name, "type_list": ["int", "str"]}
        for name in names:
            kind, values = columns[name]
            known = [v for v in values if v is not None and v == v]
            if kind == "date":
                continue
            for wanted in (known[:1] or [1], sorted(set(known))[:25] or ["a"], ["zz" if kind == "text" else 99]):
                yield table, "expect_column_distinct_values_to_contain_set", {"column": name, "value_set": wanted}
                yield table, "expect_column_distinct_values_to_equal_set", {"column": name, "value_set": wanted}
                for ties in (False, True):
                    yield table, "expect_column_most_common_value_to_be_in_set", {
                        "column": name, "value_set": wanted, "ties_okay": ties}
        for name in names:
            for low, high in [(0.5, 1), (1, 1), (0, 0.5)]:
                yield table, "expect_column_proportion_of_non_null_values_to_be_between", {
                    "column": name, "min_value": low, "max_value": high}
        for value in (size, 6):
            yield table, "expect_table_row_count_to_equal", {"value": value}
        for value in (len(names), 4):
            yield table, "expect_table_column_count_to_equal", {"value": value}
        for low, high in [(1, 4), (5, None), (None, len(names))]:
            yield table, "expect_table_column_count_to_be_between", {"min_value": low, "max_value": high}
        for wanted in (names, names[1:], names[::-1], names + ["zz"]):
            yield table, "expect_table_columns_to_match_ordered_list", {"column_list": wanted}
        for name in dates:
            for kwargs in (
                {"min_value": "2020-01-01"}, {"max_value": "2020-12-31"},
                {"min_value": "2020-01-02", "max_value": "2020-02-29", "strict_max": True}, {"min_value": "2020-01-01", "mostly": 0.6},
            ):
                yield table, "expect_column_values_to_be_between", {"column": name, **kwargs}
            yield table, "expect_column_min_to_be_between", {"column": name, "min_value": "2019-01-01"}
            yield table, "expect_column_max_to_be_between", {"column": name, "max_value": "2020-12-31"}
        for a, b in zip(names, names[1:]):
            for ignore in ("both_values_are_missing", "either_value_is_missing", "neither"):
                yield table, "expect_column_pair_values_to_be_equal", {"column_A": a, "column_B": b, "ignore_row_if": ignore}
                pairs = [[plain(x), plain(y)] for x, y in zip(columns[a][1][:3], columns[b][1][:3])]
                if "date" not in (columns[a][0], columns[b][0]):
                    yield table, "expect_column_pair_values_to_be_in_set", {
                        "column_A": a, "column_B": b, "ignore_row_if": ignore, "value_pairs_set": pairs}
            for ignore in ("all_values_are_missing", "any_value_is_missing", "never"):
                yield table, "expect_multicolumn_values_to_be_equal", {"column_list": [a, b], "ignore_row_if": ignore}
                yield table, "expect_select_column_values_to_be_unique_within_record", {
                    # Python tells None from NaN: only columns of one kind have gaps that are the same.
                    "column_list": ([a, b] if table not in ("gaps", "nulls", "same") else numbers), "ignore_row_if": ignore}
            same = columns[a][0] in ("float", "int") and columns[b][0] in ("float", "int")
            for ignore in ("all_values_are_missing", "any_value_is_missing", "never"):
                yield table, "expect_compound_columns_to_be_unique", {"column_list": [a, b], "ignore_row_if": ignore}
            if same:
                for ignore in ("both_values_are_missing", "either_value_is_missing", "neither"):
                    for or_equal in (False, True):
                        yield table, "expect_column_pair_values_a_to_be_greater_than_b", {
                            "column_A": a, "column_B": b, "or_equal": or_equal, "ignore_row_if": ignore}
                for ignore in ("all_values_are_missing", "any_value_is_missing", "never"):
                    yield table, "expect_multicolumn_sum_to_equal", {
                        "column_list": [a, b], "sum_total": 5, "ignore_row_if": ignore}
                yield table, "expect_column_pair_values_a_to_be_greater_than_b", {
                    "column_A": a, "column_B": b, "mostly": 0.3}
        if not numbers:
            continue
        first = numbers[0]
        if texts:
            text = texts[0]
            for condition in (
                f'col("{text}") == "a"', f'col("{first}") > 1', f'col("{first}") <= 2.5', f'col("{text}").notNull()',
            ):
                for kind, kwargs in (
                    ("expect_column_values_to_be_between", {"column": first, "min_value": 2}),
                    ("expect_column_values_to_not_be_null", {"column": text}),
                    ("expect_column_mean_to_be_between", {"column": first, "min_value": 1}),
                    ("expect_column_values_to_be_unique", {"column": text}),
                    ("expect_table_row_count_to_be_between", {"min_value": 2}),
                ):
                    yield table, kind, {**kwargs, "row_condition": condition, "condition_parser": "great_expectations"}
            tree = {"type": "or", "conditions": [
                {"type": "comparison", "column": {"name": text}, "operator": "IN", "parameter": ["a", "d", "w1"]},
                {"type": "and", "conditions": [
                    {"type": "comparison", "column": {"name": first}, "operator": ">=", "parameter": 1},
                    {"type": "nullity", "column": {"name": text}, "is_null": False},
                ]},
            ]}
            yield table, "expect_column_values_to_be_between", {"column": first, "min_value": 2, "row_condition": tree}
            yield table, "expect_column_values_to_be_between", {
                "column": first, "min_value": 2, "row_condition": f'{text} == "a" and {first} > 0', "condition_parser": "pandas"}


    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    yield "notes", "expect_column_values_to_match_json_schema", {"column": "j", "json_schema": schema}
    for condition in ('col("j") == "{\\"a\\": 1}"', None):
        only = {"row_condition": {"type": "comparison", "column": {"name": "j"}, "operator": "IN",
                                  "parameter": ['{"a": 1}', "NaN", "5", '{"a": "x"}', '{"a": 1.0}']}}
        wanted = schema if condition is None else {"type": ["number", "object"]}
        yield "notes", "expect_column_values_to_match_json_schema", {"column": "j", "json_schema": wanted, **only}
    for table, name in (("nulls", "s"), ("empty", "s"), ("plain", "n")):
        yield table, "expect_column_values_to_match_json_schema", {"column": name, "json_schema": schema}
    for format_ in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S", "%x", "%y"):
        yield "notes", "expect_column_values_to_match_strftime_format", {"column": "d", "strftime_format": format_}
    yield "notes", "expect_column_values_to_match_strftime_format", {
        "column": "d", "strftime_format": "%Y-%m-%d", "mostly": 0.3}
    for table, name in (("nulls", "s"), ("empty", "s"), ("plain", "n"), ("plain", "s"), ("plain", "d")):
        yield table, "expect_column_values_to_match_strftime_format", {"column": name, "strftime_format": "%Y-%m-%d"}
    columns = ["a", "b", "c"]
    for ignore in ("all_values_are_missing", "any_value_is_missing", "never"):
        for mostly in (1, 0.3):
            yield "same", "expect_multicolumn_values_to_be_equal", {
                "column_list": columns, "ignore_row_if": ignore, "mostly": mostly}


def edges():
    """Yields what happens where types do not fit, or there is nothing to fit."""
    for table, name in (("empty", "s"), ("nulls", "s"), ("nulls", "n")):
        yield table, "expect_column_values_to_be_between", {"column": name, "min_value": 0}
        yield table, "expect_column_values_to_be_in_set", {"column": name, "value_set": [1, "a"]}
        yield table, "expect_column_values_to_match_regex", {"column": name, "regex": "^a"}
        yield table, "expect_column_values_to_match_strftime_format", {"column": name, "strftime_format": "%Y"}
        yield table, "expect_column_value_lengths_to_equal", {"column": name, "value": 2}
        yield table, "expect_column_values_to_be_increasing", {"column": name}
        yield table, "expect_column_value_z_scores_to_be_less_than", {"column": name, "threshold": 2, "double_sided": True}
        for statistic in ("min", "max", "mean", "median", "stdev", "sum"):
            yield table, f"expect_column_{statistic}_to_be_between", {"column": name, "min_value": 0}
    for table in ("plain", "gaps", "single"):
        for order in ("increasing", "decreasing"):
            yield table, f"expect_column_values_to_be_{order}", {"column": "s"}
        for operator in ("==", "!="):
            for name, value in (("n", "a"), ("s", 1)):
                only = {"type": "comparison", "column": {"name": name}, "operator": operator, "parameter": value}
                yield table, "expect_column_values_to_not_be_null", {"column": "n", "row_condition": only}
                yield table, "expect_column_mean_to_be_between", {"column": "n", "min_value": 1, "row_condition": only}
    for kind in ("bool", "str", "int"):
        yield "flags", "expect_column_values_to_be_of_type", {"column": "b", "type_": kind}
    yield "flags", "expect_column_values_to_be_in_type_list", {"column": "b", "type_list": ["bool", "int64"]}


def thinned(all_cases):
    """A few cases of each kind on each table, evenly chosen: the file stays small."""
    groups = {}
    for case in all_cases:
        groups.setdefault((case[1], case[0]), []).append(case)
    for (_, table), group in groups.items():
        most = 3 if table in ("many", "single") else 7
        step = max(1, len(group) / most)
        for k in range(min(most, len(group))):
            yield group[int(k * step)]


def like_cases():
    """Yields cases that are asked of SQLite."""
    for table, name in (("plain", "s"), ("gaps", "s"), ("nulls", "s"), ("empty", "s"), ("notes", "v"), ("many", "s")):
        for wanted in ("a%", "%", "_", "w1_"):
            yield table, "expect_column_values_to_match_like_pattern", {"column": name, "like_pattern": wanted}
            yield table, "expect_column_values_to_not_match_like_pattern", {"column": name, "like_pattern": wanted}
        for kind in ("match", "not_match"):
            yield table, f"expect_column_values_to_{kind}_like_pattern", {
                "column": name, "like_pattern": "100!%", "escape": "!", "mostly": 0.1}
        for how in ("any", "all"):
            yield table, "expect_column_values_to_match_like_pattern_list", {
                "column": name, "like_pattern_list": ["a%", "%3", "_"], "match_on": how}
        yield table, "expect_column_values_to_not_match_like_pattern_list", {
            "column": name, "like_pattern_list": ["b%", "w_"]}


def plain(value):
    """JSON has no NaN: it is null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def asked(definition, options, kind, kwargs, shape):
    """The real tool's verdict on one expectation."""
    suite = ExpectationSuite(name="golden", expectations=[{"type": kind, "kwargs": kwargs}])
    found = definition.get_batch(options).validate(suite, result_format=shape).to_json_dict()["results"][0]
    raised = found["exception_info"].get("raised_exception", True)
    result = {key: value for key, value in found["result"].items() if key != "unexpected_index_query"}
    for short, full in (("partial_unexpected_list", "unexpected_list"),
                        ("partial_unexpected_index_list", "unexpected_index_list")):
        if full in result and short in result:
            assert result.pop(short) == result[full][:20] or "nan" in str(result[full]), kwargs
    return {"success": bool(found["success"]), **({"raised": True} if raised else {"result": plain(result)})}


def main():
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("golden").add_dataframe_asset("table")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    written = []
    for table, kind, kwargs in itertools.chain(thinned(cases()), edges()):
        kwargs = {key: value for key, value in kwargs.items() if value is not None or key == "threshold"}
        if kind.endswith("lengths_to_be_between") and not {"min_value", "max_value"} & kwargs.keys():
            continue
        shape = "SUMMARY" if table == "many" and len(written) % 40 else "COMPLETE"
        options = {"dataframe": frame(TABLES[table])}
        written.append({"table": table, "type": kind, "kwargs": plain(kwargs), "format": shape,
                        **asked(definition, options, kind, kwargs, shape)})
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlalchemy.create_engine(f"sqlite:///{folder}/golden.db")
        source = context.data_sources.add_sqlite("sql", connection_string=f"sqlite:///{folder}/golden.db")
        definitions = {}
        for table in TABLES:
            small = frame(TABLES[table])
            for name in small.select_dtypes("object"):
                small[name] = small[name].map(lambda text: text.lower() if isinstance(text, str) else text)
            small.to_sql(table, engine, index=False)
            definitions[table] = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table(table)
        for table, kind, kwargs in like_cases():
            written.append({"table": table, "type": kind, "kwargs": kwargs, "format": "BASIC",
                            **asked(definitions[table], {}, kind, kwargs, "BASIC")})
    tables = {
        name: {column: {"type": kind, "values": plain(values)} for column, (kind, values) in table.items()}
        for name, table in TABLES.items()
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False, default=number) for case in written)
    head = json.dumps({"made_by": f"great_expectations {gx.__version__}", "tables": tables}, ensure_ascii=False)
    sys.stdout.write(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n')


def number(value):
    """NumPy's numbers as Python's."""
    return value.item()


if __name__ == "__main__":
    main()
