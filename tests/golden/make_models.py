"""Makes models.json: what numpy, scipy and scikit-learn compute where our simple models compute the same.

Run with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1:
    python tests/golden/make_models.py > tests/golden/models.json
"""
import json

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import PoissonRegressor
from sklearn.preprocessing import OneHotEncoder

rng = np.random.default_rng(11)


def smoothing(rows, columns, rank):
    """The truncated singular value decomposition."""
    a = np.round(rng.normal(0, 1, (rows, 3)) @ rng.normal(0, 100, (3, columns)) + rng.normal(0, 5, (rows, columns)), 2)
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return dict(rows=rows, columns=columns, rank=rank, a=a.ravel().tolist(),
                smooth=((u[:, :rank] * s[:rank]) @ v[:rank]).ravel().tolist())


def factors(weighted):
    """A Poisson regression with a log link and one-hot keys, without a penalty: what proportional fitting climbs to."""
    n = 120
    keys = np.c_[rng.integers(0, 4, n), rng.integers(1, 8, n), rng.integers(2013, 2016, n)]
    mean = np.exp(2 + 0.3 * keys[:, 0] - 0.1 * keys[:, 1] + 0.05 * (keys[:, 2] - 2013))
    y, w = rng.poisson(mean).astype(float), np.where(weighted, rng.integers(0, 4, n), 1).astype(float)
    x = OneHotEncoder(sparse_output=False, drop="first").fit_transform(keys)
    model = PoissonRegressor(alpha=0, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(x, y, sample_weight=w)
    return dict(store=keys[:, 0].tolist(), weekday=keys[:, 1].tolist(), year=keys[:, 2].tolist(), y=y.tolist(),
                weight=w.tolist(), fitted=model.predict(x).tolist())


def blending():
    """Weights on the simplex that minimise a metric, by sequential quadratic programming from several starts."""
    n = 400
    y = np.round(100 + 30 * np.sin(np.arange(n) / 9) + rng.normal(0, 5, n), 2)
    members = [np.round(y * 1.06 + rng.normal(0, 6, n), 2), np.round(y * 0.95 + rng.normal(0, 8, n), 2),
               np.round(y + rng.normal(4, 12, n), 2), np.round(np.full(n, 100.0) + rng.normal(0, 1, n), 2)]
    metrics = dict(rmse=lambda p: np.sqrt(np.mean((p - y) ** 2)), rmspe=lambda p: np.sqrt(np.mean((p / y - 1) ** 2)))
    spaces = dict(plain=(lambda p: p, lambda z: z), log=(np.log1p, np.expm1))
    best = []
    for metric, error in metrics.items():
        for space, (there, back) in spaces.items():
            told = np.array([there(p) for p in members])
            runs = [minimize(lambda w: error(back(w @ told)), start, bounds=[(0, 1)] * 4, method="SLSQP",
                             constraints=dict(type="eq", fun=lambda w: w.sum() - 1), options=dict(ftol=1e-14, maxiter=1000))
                    for start in [np.full(4, 0.25), *(0.7 * np.eye(4) + 0.075)]]
            run = min(runs, key=lambda r: r.fun)
            best.append(dict(metric=metric, space=space, weights=run.x.tolist(), error=run.fun))
    return dict(y=y.tolist(), members=[m.tolist() for m in members], best=best)


print(json.dumps(dict(
    smoothing=[smoothing(5, 9, 2), smoothing(9, 5, 3), smoothing(6, 6, 1)],
    factors=[factors(False), factors(True)],
    blending=blending(),
)))
