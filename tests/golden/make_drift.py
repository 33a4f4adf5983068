"""Makes drift.json: what Evidently's drift tests (scipy underneath) say of small pairs of samples.

Run with Python 3.11, evidently 0.7.23, scipy 1.17.1, numpy 2.4.6, pandas 2.3.3:
    python tests/golden/make_drift.py > tests/golden/drift.json
"""
import json
import warnings

import numpy as np
import pandas as pd
from evidently.legacy.core import ColumnType
from evidently.legacy.calculations import stattests  # noqa: F401, registers them
from evidently.legacy.calculations.stattests.registry import get_stattest
from scipy.stats import cramervonmises_2samp

warnings.filterwarnings("ignore")
rng = np.random.default_rng(8)
NUMBERS = ["ks", "wasserstein", "jensenshannon", "psi", "kl_div", "hellinger", "anderson", "cramer_von_mises", "mannw",
           "t_test", "ed"]
CATEGORIES = ["chisquare", "jensenshannon", "psi", "kl_div", "hellinger", "TVD"]


def numbers(name, reference, current, integer=False):
    kind = "int64" if integer else "float64"
    a, b = pd.Series(reference).round(4).astype(kind), pd.Series(current).round(4).astype(kind)
    return case(name, "numerical", a, b, ColumnType.Numerical, NUMBERS)


def categories(name, reference, current, tests=CATEGORIES):
    return case(name, "categorical", pd.Series(reference), pd.Series(current), ColumnType.Categorical, tests)


def case(name, kind, a, b, type_, tests):
    values = {}
    for test in tests:
        if test == "cramer_von_mises" and max(len(a), len(b)) <= 20:
            # Evidently's own copy of the exact count fails with numpy 2.
            p = cramervonmises_2samp(a, b).pvalue
            values[test] = [float(p), bool(p <= 0.1)]
            continue
        score = get_stattest(a, b, type_, test)(a.copy(), b.copy(), type_, None)
        values[test] = [float(score.drift_score), bool(score.drifted)]
    return dict(name=name, kind=kind, integer=str(a.dtype) == "int64", reference=a.tolist(), current=b.tolist(), values=values)


def draw(letters, size, p):
    return rng.choice(letters, size, p=p).tolist()


cases = [
    numbers("nothing changed", rng.normal(0, 1, 200), rng.normal(0, 1, 200)),
    numbers("other sizes", rng.normal(0, 1, 180), rng.normal(0.3, 1, 75)),
    numbers("moved", rng.normal(100, 15, 120), rng.normal(110, 15, 120)),
    numbers("wider", rng.normal(0, 1, 150), rng.normal(0, 2, 90)),
    numbers("skewed sales", rng.lognormal(8, 0.5, 300), rng.lognormal(8.1, 0.5, 210)),
    numbers("small", rng.normal(0, 1, 12), rng.normal(1, 1, 9)),
    numbers("tiny", rng.normal(0, 1, 6), rng.normal(1, 1, 7)),
    numbers("ties", rng.integers(0, 12, 160), rng.integers(1, 12, 140)),
    numbers("whole numbers", rng.poisson(40, 250), rng.poisson(43, 130), integer=True),
    numbers("narrow whole numbers", rng.integers(0, 25, 900), rng.integers(0, 23, 800), integer=True),
    numbers("apart", rng.uniform(0, 1, 40), rng.uniform(2, 3, 60)),
    numbers("constant, then not", np.zeros(50), rng.normal(0, 1, 50)),
    numbers("one large window", rng.normal(0, 1, 900), rng.normal(0.05, 1, 10_400)),
    categories("same shares", draw(list("abc"), 300, [0.5, 0.3, 0.2]), draw(list("abc"), 200, [0.5, 0.3, 0.2])),
    categories("other shares", draw(list("abcd"), 400, [0.4, 0.3, 0.2, 0.1]), draw(list("abcd"), 150, [0.3, 0.3, 0.2, 0.2])),
    categories("new category", draw(list("ab"), 200, [0.5, 0.5]), draw(list("abc"), 200, [0.5, 0.45, 0.05])),
    categories("lost category", draw(list("abc"), 200, [0.5, 0.45, 0.05]), draw(list("ab"), 200, [0.5, 0.5])),
    categories("codes", draw([1, 2, 3, 4], 220, [0.4, 0.3, 0.2, 0.1]), draw([1, 2, 3, 4], 90, [0.3, 0.4, 0.2, 0.1])),
    categories("two values", draw(["no", "yes"], 200, [0.6, 0.4]), draw(["no", "yes"], 120, [0.45, 0.55]), [*CATEGORIES, "z"]),
    categories("one value", ["a"] * 30, ["a"] * 40, ["z", "jensenshannon", "psi", "hellinger"]),
]
print(json.dumps(cases))
