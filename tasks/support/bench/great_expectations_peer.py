"""Runs a suite over a Parquet file in the real Great Expectations, and prints seconds as JSON.

usage: great_expectations_peer.py TABLE SUITE RUNS
"""
import json
import logging
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import pandas as pd

import great_expectations as gx
from great_expectations.core.expectation_suite import ExpectationSuite

table, suite, runs = sys.argv[1:]
frame = pd.read_parquet(table)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False, "metric_calculations": False}
definition = context.data_sources.add_pandas("bench").add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")
rules = json.load(open(suite))
for at, rule in enumerate(rules["expectations"]):
    # It answers in an order of its own: each rule is told its place.
    rule["meta"] = {"at": at}
wanted = context.suites.add(ExpectationSuite(**rules))
seconds = []
for _ in range(int(runs)):
    wall, cpu = time.perf_counter(), time.process_time()
    found = definition.get_batch({"dataframe": frame}).validate(wanted, result_format="SUMMARY")
    seconds.append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu})
results = sorted(found.results, key=lambda one: one.expectation_config.meta["at"])
print(json.dumps({
    "version": gx.__version__,
    "runs": seconds,
    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.024 / 1000),
    "verdicts": [bool(one.success) for one in results],
}))
