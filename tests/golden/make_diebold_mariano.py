"""Makes diebold_mariano.json: statsmodels' Newey-West t statistic of a mean, with the correction for short series.

The Diebold-Mariano statistic is the t statistic of the mean loss difference under a HAC variance (Bartlett weights);
Harvey, Leybourne and Newbold (1997) multiply it by sqrt((n + 1 - 2h + h(h-1)/n) / n), h = lags + 1, and compare it with
Student's t of n - 1 degrees of freedom.

Run with Python 3.11, statsmodels 0.15.0, scipy 1.17.1:
    python tests/golden/make_diebold_mariano.py > tests/golden/diebold_mariano.json
"""
import json

import numpy as np
import statsmodels.api as sm
from scipy.stats import t as student

rng = np.random.default_rng(11)
cases = []
for n, lags, gain, memory in [(12, 0, 0.1, 0), (42, 6, 0.05, 0.6), (52, 12, 0.02, 0.9), (168, 41, 0.1, 0.8), (90, 3, 0, 0.3)]:
    noise = rng.normal(size=n + 50)
    for k in range(1, n + 50):
        noise[k] += memory * noise[k - 1]
    first = np.round(1 + 0.1 * rng.normal(size=n) ** 2, 6)
    other = np.round(first + gain + 0.1 * noise[50:], 6)
    difference = first - other
    fit = sm.OLS(difference, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})
    h = lags + 1
    statistic = float(fit.tvalues[0]) * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    cases.append({
        "lags": lags,
        "first": first.tolist(),
        "other": other.tolist(),
        "statistic": statistic,
        "p": float(student.cdf(statistic, n - 1)),
    })
print(json.dumps(cases))
