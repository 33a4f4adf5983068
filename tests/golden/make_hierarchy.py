"""Makes hierarchy.json: forecasts that hierarchicalforecast made add up, each way that ours are.

Run with Python 3.11, hierarchicalforecast 1.5.3:
    python tests/golden/make_hierarchy.py > tests/golden/hierarchy.json
"""
import json

import numpy as np
from hierarchicalforecast.methods import BottomUp, MinTrace, TopDown

rng = np.random.default_rng(11)


def tree(shape):
    """Links of a tree: shape says how many stores each region of each type has."""
    links, bottom = [["total", None]], []
    for t, regions in enumerate(shape):
        links.append([f"type{t}", "total"])
        for r, stores in enumerate(regions):
            links.append([f"type{t} / region{r}", f"type{t}"])
            bottom += [[f"{t}.{r}.{s}", f"type{t} / region{r}"] for s in range(stores)]
    return links, bottom


def case(shape, past, steps=4):
    links, bottom = tree(shape)
    links = sorted(links, key=lambda link: (link[1] is not None, link[0].count("/")))
    nodes = [node for node, _ in links + bottom]
    parent = dict(links + bottom)
    S = np.zeros((len(nodes), len(bottom)))
    for at, (node, _) in enumerate(bottom):
        while node is not None:
            S[nodes.index(node), at] = 1
            node = parent[node]
    levels = {}
    for at, node in enumerate(nodes):
        depth, up = 0, node
        while parent[up] is not None:
            depth, up = depth + 1, parent[up]
        levels.setdefault(str(depth), []).append(at)
    index = {name: np.array(own) for name, own in levels.items()}
    y_hat = np.round(S @ rng.uniform(20, 200, (len(bottom), steps)) * rng.normal(1, 0.05, (len(nodes), steps)), 3)
    common = rng.normal(0, 4, (1, past))
    errors = np.round(S @ (rng.normal(0, 8, (len(bottom), past)) + common) + rng.normal(0, 5, (len(nodes), past)), 3)
    # The library takes outcomes and fitted values, and subtracts them.
    fitted = np.full((len(nodes), past), 500.0)
    given = dict(S=S, y_hat=y_hat)
    learnt = dict(y_insample=fitted + errors, y_hat_insample=fitted)
    made = {
        "bottom_up": BottomUp().fit_predict(**given),
        "top_down": TopDown("forecast_proportions").fit_predict(**given, tags=index),
        "ols": MinTrace("ols").fit_predict(**given),
        "wls_struct": MinTrace("wls_struct").fit_predict(**given),
        "wls_var": MinTrace("wls_var").fit_predict(**given, **learnt),
        "mint_shrink": MinTrace("mint_shrink").fit_predict(**given, **learnt),
    }
    return dict(
        links=[dict(node=node, parent=up) for node, up in links + bottom],
        base=y_hat.tolist(),
        errors=errors.tolist(),
        made={name: np.asarray(found["mean"]).tolist() for name, found in made.items()},
    )


print(json.dumps(dict(cases=[
    case([[2, 3], [4]], past=60),
    case([[1, 2, 2], [3, 1], [5]], past=12),
    case([[6, 4], [7, 8, 2], [3, 3]], past=9),
])))
