"""Makes losses.json: the values that utilsforecast gives the losses of points, quantiles and intervals on small series.

Run with Python 3.11, utilsforecast 0.2.17, pandas 3.1.1:
    python tests/golden/make_losses.py > tests/golden/losses.json
"""
import json

import numpy as np
import pandas as pd
from utilsforecast import losses

SEASON, QUANTILES, LEVELS = 4, [0.1, 0.25, 0.5, 0.75, 0.9], [50, 80, 95]
rng = np.random.default_rng(11)


def case(name, steps, level, zeros=0.0, history=16):
    y = np.round(level * (1 + 0.5 * np.sin(np.arange(history + steps))) + rng.normal(0, level / 8, history + steps), 2)
    y[rng.random(y.size) < zeros] = 0
    p = np.round(np.abs(y + rng.normal(level / 50, level / 10, y.size)) + level / 50, 3)
    f = pd.DataFrame({"unique_id": "a", "ds": np.arange(y.size), "y": y, "model": p})
    f["naive"] = np.round(f.y.shift(SEASON).fillna(level), 3)
    for q in QUANTILES:
        f[f"q{q}"] = np.round(p + level / 6 * (q - 0.5), 3)
    for k in LEVELS:
        f[f"model-lo-{k}"], f[f"model-hi-{k}"] = np.round(p - level * k / 800, 3), np.round(p + level * k / 700, 3)
    train, test = f[:history], f[history:]
    m = dict(df=test, models=["model"])
    scaled = dict(seasonality=SEASON, train_df=train)
    qs = dict(models={"model": [f"q{q}" for q in QUANTILES]}, quantiles=np.array(QUANTILES))
    one = {"model": "q0.9"}
    value = lambda frame: float(frame.model.iloc[0])
    expected = dict(
        meanError=value(losses.bias(**m)), mse=value(losses.mse(**m)), cfe=value(losses.cfe(**m)), pis=value(losses.pis(**m)),
        spis=value(losses.spis(**m, train_df=train)), wape=value(losses.wape(**m)), nd=value(losses.nd(**m)),
        rmae=value(losses.rmae(**m, baseline="naive")),
        msse=value(losses.msse(**m, **scaled)), rmsse=value(losses.rmsse(**m, **scaled)),
        linex=value(losses.linex(**m, a=1 / level)),
        tweedie={str(p): value(losses.tweedie_deviance(**m, power=p)) for p in ([0, 1, 1.5] + ([] if (test.y == 0).any() else [2, 3]))},
        quantileLoss=value(losses.quantile_loss(test, one, q=0.9)),
        scaledQuantileLoss=value(losses.scaled_quantile_loss(test, one, q=0.9, **scaled)),
        mqloss=value(losses.mqloss(test, **qs)), scaledMqloss=value(losses.scaled_mqloss(test, **qs, **scaled)),
        calibration=value(losses.calibration(test, one)), scaledCrps=value(losses.scaled_crps(test, **qs)),
        coverage={str(k): value(losses.coverage(test, ["model"], level=k)) for k in LEVELS},
        winkler={str(k): value(losses.winkler_score(test, ["model"], level=k)) for k in LEVELS},
    )
    column = lambda c: test[c].tolist()
    return dict(
        name=name, seasonLength=SEASON, history=train.y.tolist(), a=1 / level, quantiles=QUANTILES,
        y=column("y"), yHat=column("model"), naive=column("naive"), forecasts=[column(f"q{q}") for q in QUANTILES],
        intervals={str(k): [column(f"model-lo-{k}"), column(f"model-hi-{k}")] for k in LEVELS}, expected=expected,
    )


print(json.dumps([case("steady sales", 12, 100), case("small counts", 20, 3), case("sales with many zeros", 24, 8, 0.4)], indent=1))
