"""Prints what Evidently's DataDriftPreset says of pairs of CSV or Parquet files, as one JSON document.

Arguments: reference current [reference current …]
"""
import json
import re
import sys
import warnings

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

warnings.filterwarnings("ignore")


def read(path):
    return pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)


def answer(reference, current):
    report = Report([DataDriftPreset()], include_tests=True)
    result = report.run(current_data=read(current), reference_data=read(reference)).dict()
    columns, share = {}, None
    for metric in result["metrics"]:
        config = metric["config"]
        if config["type"].endswith("DriftedColumnsCount"):
            share = float(metric["value"]["share"])
        else:
            columns[config["column"]] = dict(
                method=config["method"], threshold=config["threshold"], value=float(metric["value"])
            )
    for test in result["tests"]:
        column = re.search(r"Value Drift for column (.*)$", test["name"])
        if column:
            columns[column[1]]["drifted"] = str(test["status"]).split(".")[-1] == "FAIL"
    return dict(dataset_drift=share >= 0.5, share=share, columns=columns)


paths = sys.argv[1:]
print(json.dumps([answer(a, b) for a, b in zip(paths[::2], paths[1::2])]))
