"""Runs our suites in the real Great Expectations, and opens our results with it.

Reads a list of {table, raw, suite, result} as JSON from standard input (paths of Parquet files, suites and validation
results of ours); prints the real tool's verdict on each table, and what it sees in our result. Dates of raw tables are
what pandas makes of a CSV file's (datetime64), those of others what it makes of Parquet's (objects).
"""

import json
import logging
import math
import sys
import warnings

import pandas as pd

import great_expectations as gx
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def plain(value):
    """JSON has no NaN: it is null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def main():
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    definition = context.data_sources.add_pandas("interop").add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")
    answers = []
    for job in json.load(sys.stdin):
        # The real tool answers in an order of its own: each rule is told its place.
        for at, rule in enumerate(job["suite"]["expectations"]):
            rule["meta"]["at"] = at
        suite = context.suites.add_or_update(ExpectationSuite(**job["suite"]))
        frame = pd.read_parquet(job["table"])
        for name in ("Date", "date"):
            if job["raw"] and name in frame:
                frame[name] = pd.to_datetime(frame[name])
        batch = definition.get_batch({"dataframe": frame})
        found = batch.validate(suite, result_format="SUMMARY")
        ours = expectationSuiteValidationResultSchema.load(job["result"])
        answers.append({
            "results": [
                {
                    "type": one.expectation_config.type,
                    "severity": one.expectation_config.severity,
                    "success": bool(one.success),
                    "result": plain(one.to_json_dict()["result"]),
                    "exception": next(
                        (str(e["exception_message"]) for e in
                         ([one.exception_info] if "raised_exception" in one.exception_info else one.exception_info.values())
                         if e["raised_exception"]), None),
                }
                for one in sorted(found.results, key=lambda one: one.expectation_config.meta["at"])
            ],
            "ours": {
                "success": ours["success"] if isinstance(ours, dict) else ours.success,
                "statistics": ours["statistics"] if isinstance(ours, dict) else ours.statistics,
                "rules": len(ours["results"] if isinstance(ours, dict) else ours.results),
            },
        })
    print(json.dumps(answers, default=str))


if __name__ == "__main__":
    main()
