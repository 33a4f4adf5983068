"""Lets ONNX Runtime compute models: reads {"models": {name: path}, "rows": [[…]]} as JSON, prints {name: [forecast]}.

null stands for a missing value.
"""

import json
import sys

import numpy
import onnx
import onnxruntime

task = json.load(sys.stdin)
rows = numpy.array([[numpy.nan if value is None else value for value in row] for row in task["rows"]])
forecasts = {}
for name, path in task["models"].items():
    onnx.checker.check_model(path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (forecast,) = session.run(["forecast"], {"features": rows})
    forecasts[name] = [None if numpy.isnan(value) else float(value) for value in forecast]
print(json.dumps(forecasts))
