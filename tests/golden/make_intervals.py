"""Makes intervals.json: conformal radii, spreads and conformalised quantiles as numpy computes them from the papers' formulas.

Radii: Vovk (2005), Lei et al. (2018), numpy's "higher" quantile of the scores and one infinite score. Weighted: Barber et al.
(2023). Spread: backfitting of multiplicative group means with a prior of usual rows. CQR: Romano et al. (2019).

Run with Python 3.11, numpy 2.4.6:
    python tests/golden/make_intervals.py > tests/golden/intervals.json
"""
import json

import numpy as np

rng = np.random.default_rng(5)
LEVELS = [0.5, 0.8, 0.95]

errors = np.round(np.abs(rng.standard_t(4, 157)), 4)
weights = 0.5 ** np.repeat([2, 1, 0], [50, 50, 57])


def radius(scores, level):
    return float(np.quantile(np.append(scores, np.inf), level, method="inverted_cdf"))


def weighted_radius(scores, weights, level):
    order = np.argsort(scores, kind="stable")
    mass = np.cumsum(weights[order]) / (weights.sum() + 1)
    return float(scores[order][np.argmax(mass >= level)])


def spread(sizes, factors, priors, sweeps=3, most=6):
    base = sizes.mean()
    for _ in range(20):
        base *= np.minimum(most, sizes / base).mean()
    multiplier = {name: np.ones(codes.max() + 1) for name, codes in factors.items()}
    expected = lambda but: base * np.prod([multiplier[n][c] for n, c in factors.items() if n != but], axis=0)
    for _ in range(sweeps):
        base *= np.minimum(most, sizes / (expected(None) * np.ones(sizes.size))).mean()
        for name, codes in factors.items():
            ratio = np.minimum(most, sizes / (expected(name) * np.ones(sizes.size)))
            multiplier[name] = (np.bincount(codes, ratio) + priors[name]) / (np.bincount(codes) + priors[name])
    return dict(base=float(base), multipliers={n: m.tolist() for n, m in multiplier.items()})


shop, promo = rng.integers(0, 5, 300), rng.integers(0, 2, 300)
sizes = np.round(np.abs(rng.normal(0, 1 + shop + 2 * promo)), 4)
sizes[:6] *= 40  # freak rows, which must not make the spread

y = np.round(100 + rng.normal(0, 10, 60), 3)
lo, hi = np.round(96 + rng.normal(0, 1, 60), 3), np.round(104 + rng.normal(0, 1, 60), 3)
past, now = slice(0, 50), slice(50, 60)
move = radius(np.maximum(lo[past] - y[past], y[past] - hi[past]), 0.8)

print(json.dumps(dict(
    errors=errors.tolist(), weights=weights.tolist(), levels=LEVELS,
    radii=[radius(errors, level) for level in LEVELS],
    weightedRadii=[weighted_radius(errors, weights, level) for level in LEVELS],
    spread=dict(sizes=sizes.tolist(), shop=shop.tolist(), promo=promo.tolist(), priors=dict(shop=10, promo=0),
                **spread(sizes, dict(shop=shop, promo=promo), dict(shop=10, promo=0))),
    cqr=dict(y=y.tolist(), lo=lo.tolist(), hi=hi.tolist(), past=50, level=80,
             movedLo=(lo[now] - move).tolist(), movedHi=(hi[now] + move).tolist()),
), indent=None))
