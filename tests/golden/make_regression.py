"""Makes regression.json: what Evidently's RegressionPreset says of small tables of forecasts.

Run with Python 3.11, evidently 0.7.23, numpy 2.4.6, pandas 2.3.3:
    python tests/golden/make_regression.py > tests/golden/regression.json
"""
import json
import warnings

import numpy as np
import pandas as pd
from evidently.legacy.metric_preset import RegressionPreset
from evidently.legacy.pipeline.column_mapping import ColumnMapping
from evidently.legacy.report import Report

warnings.filterwarnings("ignore")
rng = np.random.default_rng(9)
QUALITY = ["mean_error", "error_std", "mean_abs_error", "abs_error_std", "mean_abs_perc_error", "abs_perc_error_std",
           "rmse", "abs_error_max", "r2_score"]


def case(name, rows, noise):
    promo = rng.integers(0, 2, rows)
    size = np.round(rng.gamma(2, 300, rows), 3)
    sold = np.round(100 + size + 200 * promo + rng.normal(0, noise, rows), 3)
    forecast = np.round(100 + size + 150 * promo, 3)
    table = pd.DataFrame({"target": sold, "prediction": forecast, "promo": promo, "size": size})
    mapping = ColumnMapping(target="target", prediction="prediction", numerical_features=["promo", "size"])
    report = Report([RegressionPreset()])
    report.run(reference_data=None, current_data=table, column_mapping=mapping)
    told = {metric["metric"]: metric["result"] for metric in report.as_dict()["metrics"]}["RegressionQualityMetric"]
    return {
        "name": name,
        "y": sold.tolist(),
        "yHat": forecast.tolist(),
        "features": {"promo": promo.tolist(), "size": size.tolist()},
        "quality": {of: float(told["current"][of]) for of in QUALITY},
        "groups": {group: {of: float(value) for of, value in errors.items()}
                   for group, errors in told["current"]["underperformance"].items()},
        "bias": {feature: [float(found[f"current_{part}"]) for part in ["majority", "under", "over", "range"]]
                 for feature, found in told["error_bias"].items()},
    }


print(json.dumps({"cases": [case("a hundred rows", 100, 30), case("rows that no tail divides", 61, 90)]}))
