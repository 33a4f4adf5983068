"""Fits LightGBM's own Python package to a matrix that shelfcast left in a folder, and prints seconds as JSON.

usage: same_matrix.py FOLDER (with exchange.json, x.f32, y.f32, ahead.f32, forecasts.f64)
"""
import json
import sys
import time
from pathlib import Path

import lightgbm as lgb
import numpy as np

folder = Path(sys.argv[1])
about = json.loads((folder / "exchange.json").read_text())
ours = ("rounds", "threads", "early_stopping_rounds", "monotone", "machines", "listen_port", "peer_timeout")
params = {k: v for k, v in about["params"].items() if k not in ours}
params |= {"num_threads": about["params"]["threads"], "deterministic": True, "force_col_wise": True, "verbosity": -1}
seconds = {}


def floats(name, rows):
    return np.fromfile(folder / name, np.float32).reshape((rows, about["columns"]), order="F")


class timed:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.started = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        wall, cpu = self.started
        seconds[self.name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


x, y, ahead = floats("x.f32", about["rows"]), np.fromfile(folder / "y.f32", np.float32), floats("ahead.f32", about["ahead"])
with timed("same_train"):
    data = lgb.Dataset(x, y, categorical_feature=about["categorical"])
    model = lgb.train(params, data, about["params"]["rounds"])
with timed("same_predict"):
    forecasts = model.predict(ahead)
gap = float(np.max(np.abs(forecasts - np.fromfile(folder / "forecasts.f64"))))
print(json.dumps({"seconds": seconds, "largest_difference": gap}))
