"""Makes metrics.json: the values that utilsforecast and scikit-learn give our error metrics on small series.

Run with Python 3.11, utilsforecast 0.2.17, scikit-learn 1.9.1, pandas 3.1.1:
    python tests/golden/make_metrics.py > tests/golden/metrics.json
"""
import json

import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, root_mean_squared_error
from utilsforecast import losses

SEASON = 4
rng = np.random.default_rng(7)


def series(name, history, steps, level, zeros=0, negative=False):
    y = np.round(level * (1 + 0.5 * np.sin(np.arange(history + steps))) + rng.normal(0, level / 8, history + steps), 2)
    y[rng.choice(np.arange(history, history + steps), zeros, replace=False)] = 0
    if negative:
        y[-2] = -level / 10
    p = np.round(y + rng.normal(level / 50, level / 10, y.size), 3)
    if zeros > 1:
        p[history:][y[history:] == 0] = 0
    frame = pd.DataFrame({"unique_id": name, "ds": np.arange(y.size), "y": y, "model": p})
    return frame[:history], frame[history:]


def expected(train, test):
    y, p, sold = test.y.to_numpy(), test.model.to_numpy(), test.y.to_numpy() > 0
    w = weights(test)
    per_series = dict(df=test, models=["model"])
    return dict(
        # Where y > 0 only: neither library has rmspe, but it is the error of the ratio to 1.
        rmspe=root_mean_squared_error(np.ones(sold.sum()), p[sold] / y[sold]),
        wmae=mean_absolute_error(y, p, sample_weight=w),
        # utilsforecast: a share of the sum, from 0 to 1; ours is in percent of the middle.
        smape=200 * losses.smape(**per_series).model.mean(),
        rmse=root_mean_squared_error(y, p),
        mae=mean_absolute_error(y, p),
        mape=mean_absolute_percentage_error(y[sold], p[sold]),
        mase=losses.mase(**per_series, seasonality=SEASON, train_df=train).model.mean(),
        bias=(len(y) * losses.bias(**per_series).model.mean()) / y.sum(),
    )


def weights(test):
    return np.where(np.arange(len(test)) % 3 == 1, 5, 1)


def case(name, *parts):
    train, test = pd.concat([a for a, _ in parts]), pd.concat([b for _, b in parts])
    codes = {k: i for i, k in enumerate(train.unique_id.unique())}
    return dict(
        name=name, seasonLength=SEASON,
        history=dict(y=train.y.tolist(), series=train.unique_id.map(codes).tolist()),
        y=test.y.tolist(), yHat=test.model.tolist(), series=test.unique_id.map(codes).tolist(),
        weight=weights(test).tolist(), expected=expected(train, test),
    )


print(json.dumps([
    case("one series of positive sales", series("a", 16, 8, 100)),
    case("a series with closed days", series("a", 16, 8, 40, zeros=3)),
    case("a series with returns", series("a", 16, 8, 1000, negative=True)),
    case("three series of one length", series("a", 16, 6, 10), series("b", 12, 6, 5000), series("c", 20, 6, 70, zeros=1)),
], indent=1))
