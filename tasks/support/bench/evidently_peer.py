"""Compares two Parquet files by Evidently's DataDriftPreset, and prints seconds and the peak of memory as JSON.

Arguments: reference current
"""
import json
import re
import resource
import sys
import time
import warnings
from importlib.metadata import version

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

warnings.filterwarnings("ignore")
started = time.perf_counter()
reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
report = Report([DataDriftPreset()], include_tests=True)
result = report.run(current_data=current, reference_data=reference).dict()
seconds = time.perf_counter() - started
verdicts = {}
for test in result["tests"]:
    column = re.search(r"Value Drift for column (.*)$", test["name"])
    if column:
        verdicts[column[1]] = str(test["status"]).split(".")[-1] == "FAIL"
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
said = dict(seconds=seconds, cpuSeconds=time.process_time(), peakMb=peak, verdicts=verdicts)
print(json.dumps(said | dict(version=version("evidently"))))
