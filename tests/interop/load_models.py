"""Lets the real MLflow load registered models and forecast.

python load_models.py <tracking address> reads [{"name", "version", "rows": [{column: value or null}]}] as JSON and prints, for
each, the flavours, the forecasts of mlflow.pyfunc and mlflow.onnx, and the raw ones of mlflow.lightgbm where it has them.
"""

import json
import math
import sys

import mlflow
import numpy
import onnxruntime
import pandas

address = sys.argv[1]
mlflow.set_tracking_uri(address)
mlflow.set_registry_uri(address)


def plain(values):
    return [float(value) for value in numpy.asarray(values).reshape(-1)]


def forecasts(task):
    uri = f"models:/{task['name']}/{task['version']}"
    frame = pandas.DataFrame(task["rows"], dtype="float64")
    loaded = mlflow.pyfunc.load_model(uri)
    meta = loaded.metadata
    onnx = mlflow.onnx.load_model(uri)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    columns = meta.signature.inputs.input_names()
    said = {
        "flavors": sorted(meta.flavors),
        "columns": columns,
        "metadata": meta.metadata,
        "run": meta.run_id,
        "pyfunc": plain(loaded.predict(frame)),
        "one": plain(loaded.predict(frame[:1]))[0],
        "onnx": plain(session.run(None, {"features": frame[columns].to_numpy()})[0]),
    }
    if "lightgbm" in meta.flavors:
        booster = mlflow.lightgbm.load_model(uri)
        said["trees"] = plain(booster.predict(frame[meta.metadata["lightgbm_features"]]))
    return said


print(json.dumps([forecasts(task) for task in json.load(sys.stdin)]))
