"""Makes exploration.json: what statsmodels finds in small series.

Run with Python 3.11, statsmodels 0.15.0, numpy 2.4.6:
    python tests/golden/make_exploration.py > tests/golden/exploration.json
"""
import json

import numpy as np
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.stattools import acf

rng = np.random.default_rng(11)


def series(n, period, outliers):
    t = np.arange(n)
    y = 100 + 0.3 * t + 12 * np.sin(2 * np.pi * t / period) * (1 + t / n) + rng.normal(0, 3, n)
    y[rng.choice(n, outliers, replace=False)] += 60
    return np.round(y, 3)


cases = []
for name, n, period, outliers, options in [
    ("weekly season", 90, 7, 0, {}),
    ("weekly season, robust", 90, 7, 4, {"robust": True}),
    ("yearly season, just over two years", 110, 52, 0, {}),
    ("wider windows, robust", 84, 12, 3, {"seasonal": 13, "trend": 31, "robust": True}),
]:
    y = series(n, period, outliers)
    fit = STL(y, period=period, **options).fit()
    cases.append(dict(
        name=name,
        period=period,
        options=options,
        y=y.tolist(),
        trend=fit.trend.tolist(),
        seasonal=fit.seasonal.tolist(),
        acf=acf(y, nlags=20, fft=False)[1:].tolist(),
    ))
print(json.dumps(cases))
