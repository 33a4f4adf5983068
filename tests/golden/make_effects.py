"""Makes effects.json: what pandas and scipy find of promotions and holidays in one small panel.

Run with Python 3.11, pandas 2.3.3, scipy 1.17.1:
    python tests/golden/make_effects.py > tests/golden/effects.json
"""
import json

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

SHOPS, DAYS, REACH = 8, 210, 4
rng = np.random.default_rng(5)

dates = pd.date_range("2015-01-01", periods=DAYS, freq="D")
holidays = {"2015-04-03": "b", "2015-04-06": "b", "2015-05-01": "a", "2015-05-14": "a", "2015-07-29": "a"}
frames = []
for shop in range(SHOPS):
    weekday = dates.weekday.to_numpy()
    promo = ((np.arange(DAYS) // 7 + shop % 2) % 2 == 0) & (weekday < 5)
    holiday = np.array([holidays.get(day, "0") for day in dates.strftime("%Y-%m-%d")])
    closed = (holiday != "0") & (shop % 4 != 0) | (weekday == 6) & (shop != 0)
    lift = 1 + (0.1 + 0.1 * shop) * promo
    y = np.round((900 + 150 * shop) * (1 + weekday / 15) * lift * rng.lognormal(0, 0.2, DAYS))
    y[closed] = 0
    y = pd.Series(y).where(rng.random(DAYS) > 0.05)
    frames.append(pd.DataFrame(dict(
        unique_id=str(shop + 1), ds=dates.strftime("%Y-%m-%d"), y=y, promo=promo.astype(int),
        state_holiday=holiday, open=(~closed).astype(int), weekday=weekday + 1,
    )))
panel = pd.concat(frames, ignore_index=True)
trade = panel[panel.y.notna() & (panel.open != 0)]


def effect(rows):
    """Sold with the promotion over what the same shop sells on the same weekday without it."""
    usual = rows[rows.promo == 0].groupby(["unique_id", "weekday"]).y.mean().rename("usual")
    on = rows[rows.promo == 1].join(usual, on=["unique_id", "weekday"]).dropna(subset="usual")
    sums = on.groupby("unique_id")[["y", "usual"]].sum()
    lift = float(sums.y.sum() / sums.usual.sum() - 1)
    interval = bootstrap(
        (sums.y.to_numpy(), sums.usual.to_numpy()), lambda a, b, axis: a.sum(axis) / b.sum(axis) - 1, paired=True,
        vectorized=True, n_resamples=200_000, confidence_level=0.95, method="percentile",
        rng=np.random.default_rng(1), batch=10_000,
    ).confidence_interval
    return dict(lift=lift, low=float(interval.low), high=float(interval.high), series=len(sums), rows=len(on))


def nearest(one):
    """Steps to the nearest holiday, negative before it; as far after one as before the next counts as after."""
    at = np.flatnonzero(one.state_holiday != "0")
    distance = np.arange(len(one))[:, None] - at[None, :]
    order = np.lexsort((-distance, np.abs(distance)), axis=1)[:, 0]
    return pd.Series(distance[np.arange(len(one)), order], index=one.index)


panel["offset"] = pd.concat([nearest(one) for _, one in panel.groupby("unique_id")])
trade = trade.join(panel.offset)
keys = ["unique_id", "weekday", "promo"]
usual = trade[trade.offset.abs() > REACH].groupby(keys).y.mean().rename("usual")
near = trade[trade.offset.abs() <= REACH].join(usual, on=keys).dropna(subset="usual")
profile = [
    dict(offset=offset, ratio=float(own.y.sum() / own.usual.sum()) if len(own) else None, rows=len(own))
    for offset in range(-REACH, REACH + 1) for own in [near[near.offset == offset]]
]

print(json.dumps(dict(
    panel={
        name: [None if pd.isna(v) else v for v in panel[name].tolist()]
        for name in ["unique_id", "ds", "y", "promo", "state_holiday", "open"]
    },
    effect=effect(trade),
    by_weekday={str(day): effect(rows) for day, rows in trade.groupby("weekday") if (rows.promo == 1).any()},
    reach=REACH,
    holiday=profile,
), separators=(",", ":")))
