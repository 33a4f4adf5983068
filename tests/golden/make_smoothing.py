"""Makes smoothing.json: what statsmodels and statsforecast forecast where our smoothing models forecast the same.

Run with Python 3.11, statsmodels 0.15.0, statsforecast 2.1.1:
    python tests/golden/make_smoothing.py > tests/golden/smoothing.json
"""
import json

import numpy as np
from statsforecast.models import TSB, CrostonClassic, CrostonSBA
from statsmodels.tsa.holtwinters import ExponentialSmoothing

rng = np.random.default_rng(5)
AHEAD = 10


def holt_winters(season, alpha, beta, gamma, phi, n=60):
    """Additive damped trend, with additive seasons or without, from states that are given."""
    t = np.arange(n)
    y = np.round(50 + 0.3 * t + (8 * np.sin(2 * np.pi * t / season) if season > 1 else 0) + rng.normal(0, 2, n), 3)
    first = np.round(rng.normal(0, 4, season), 3) if season > 1 else np.zeros(1)
    level, trend = 48.0, 0.5
    seasonal = dict(seasonal="add", seasonal_periods=season, initial_seasonal=first) if season > 1 else {}
    model = ExponentialSmoothing(y, trend="add", damped_trend=True, initialization_method="known", initial_level=level,
                                 initial_trend=trend, **seasonal)
    given = dict(smoothing_level=alpha, smoothing_trend=beta, damping_trend=phi, optimized=False)
    fit = model.fit(**given, **(dict(smoothing_seasonal=gamma) if season > 1 else {}))
    return dict(season=season, alpha=alpha, beta=beta, gamma=gamma, phi=phi, y=y.tolist(), level=level, trend=trend,
                seasons=first.tolist(), sse=float(fit.sse), forecast=fit.forecast(AHEAD).tolist())


def intermittent(share, n=80):
    """Croston's method, the correction of Syntetos and Boylan, and that of Teunter, Syntetos and Babai."""
    y = np.where(rng.random(n) < share, rng.integers(1, 9, n), 0).astype(float)
    models = dict(croston=CrostonClassic(), sba=CrostonSBA(), tsb=TSB(alpha_d=0.1, alpha_p=0.1))
    return dict(y=y.tolist(), **{name: float(m.forecast(y, 1)["mean"][0]) for name, m in models.items()})


print(json.dumps(dict(
    holt_winters=[holt_winters(1, 0.3, 0.1, 0, 0.95), holt_winters(7, 0.2, 0.05, 0.15, 0.9), holt_winters(4, 0.5, 0.2, 0.1, 1 - 1e-9)],
    intermittent=[intermittent(share) for share in (0.1, 0.4, 0.9)],
)))
