"""Makes native.json: what LightGBM and XGBoost learn and predict when Python drives them.

Usage: python make_native.py > native.json    (lightgbm 4.7.0, xgboost 3.2.0, numpy)

Inputs are multiples of 1/64, so that they are the same numbers in JSON, float32 and float64.
"""
import hashlib
import json
import sys

import lightgbm as lgb
import numpy as np
import xgboost as xgb

ROWS, VALID_ROWS, SEED = 240, 60, 7
NAMES = ["promo", "weekday", "distance", "noise"]


def draw(rows, seed):
    rng = np.random.default_rng(seed)
    grid = lambda values: np.round(values * 64) / 64
    promo, weekday = rng.integers(0, 2, rows), rng.integers(0, 7, rows)
    distance, noise = grid(rng.uniform(0, 10, rows)), grid(rng.normal(size=rows))
    y = grid(20 + 8 * promo + np.array([0, 3, 1, 2, 0, 5, 4])[weekday] + distance + rng.normal(size=rows))
    distance[rng.uniform(size=rows) < 0.1] = np.nan
    x = np.stack([promo, weekday, distance, noise], axis=1).astype(np.float32)
    return x, y.astype(np.float32), grid(rng.uniform(0.5, 2, rows)).astype(np.float32)


def lightgbm_case(name, params, rounds, patience=0, weighted=False):
    x, y, w = draw(ROWS, 1)
    vx, vy, _ = draw(VALID_ROWS, 2)
    own = dict(params, seed=SEED, deterministic=True, force_col_wise=True, num_threads=2, verbosity=-1)
    monotone = own.pop("monotone", None)
    if monotone:
        own["monotone_constraints"] = [monotone.get(n, 0) for n in NAMES]
    train = lgb.Dataset(x, y, weight=w if weighted else None, feature_name=NAMES, categorical_feature=["weekday"],
                        params=own)
    valid = train.create_valid(vx, vy)
    history = {}
    callbacks = [lgb.record_evaluation(history)]
    if patience:
        callbacks.append(lgb.early_stopping(patience, verbose=False))
    model = lgb.train(own, train, rounds, valid_sets=[valid], valid_names=["valid"], callbacks=callbacks)
    best = model.best_iteration if patience else -1
    text = model.model_to_string(num_iteration=best)
    trees = text[:text.index("end of trees")]
    return {
        "name": name, "params": dict(params, rounds=rounds, early_stopping_rounds=patience), "weighted": weighted,
        "rounds": model.best_iteration if patience else rounds,
        "history": list(history["valid"].values())[0],
        "predictions": model.predict(vx, num_iteration=best).tolist(),
        "contributions": None if params.get("linear_tree") else
            model.predict(vx, num_iteration=best, pred_contrib=True).tolist(),
        "gains": model.feature_importance("gain", iteration=best).tolist(),
        "treesSha256": hashlib.sha256(trees.encode()).hexdigest(),
    }


def xgboost_case(name, params, rounds, patience=0, weighted=False):
    x, y, w = draw(ROWS, 1)
    vx, vy, _ = draw(VALID_ROWS, 2)
    own = dict(params, seed=SEED, tree_method="hist", nthread=2)
    train = xgb.QuantileDMatrix(x, y, weight=w if weighted else None, feature_names=NAMES, max_bin=params["max_bin"])
    valid = xgb.QuantileDMatrix(vx, vy, feature_names=NAMES, ref=train, max_bin=params["max_bin"])
    history = {}
    model = xgb.train(own, train, rounds, evals=[(valid, "valid")], evals_result=history, verbose_eval=False,
                      early_stopping_rounds=patience or None)
    kept = model.best_iteration + 1 if patience else rounds
    model = model[:kept]
    gains = model.get_score(importance_type="total_gain")
    plain = xgb.DMatrix(vx, feature_names=NAMES)
    return {
        "name": name, "params": dict(params, rounds=rounds, early_stopping_rounds=patience), "weighted": weighted,
        "rounds": kept,
        "history": list(history["valid"].values())[0],
        "predictions": model.inplace_predict(vx).tolist(),
        "contributions": model.predict(plain, pred_contribs=True).tolist(),
        "gains": [gains.get(n, 0.0) for n in NAMES],
    }


def rows(x, y, weight):
    missing_as_null = [[None if np.isnan(v) else float(v) for v in column] for column in x.T]
    return {"columns": missing_as_null, "y": y.tolist(), "weight": weight.tolist()}


L = dict(learning_rate=0.1, num_leaves=15, min_data_in_leaf=5, feature_fraction=0.75, bagging_fraction=0.7,
         bagging_freq=1, lambda_l1=0.1, lambda_l2=1, cat_smooth=5, max_bin=63, max_depth=-1)
X = dict(eta=0.1, max_depth=5, min_child_weight=3, subsample=0.8, colsample_bytree=0.75, alpha=0.1, max_bin=64)
X["lambda"] = 1

json.dump({
    "versions": {"lightgbm": lgb.__version__, "xgboost": xgb.__version__},
    "seed": SEED, "names": NAMES, "categorical": ["weekday"],
    "train": rows(*draw(ROWS, 1)), "valid": rows(*draw(VALID_ROWS, 2)),
    "lightgbm": [
        lightgbm_case("squared error", dict(L, objective="l2"), 40),
        lightgbm_case("absolute error with weights", dict(L, objective="l1"), 40, weighted=True),
        lightgbm_case("huber", dict(L, objective="huber", alpha=0.9), 30),
        lightgbm_case("the upper decile", dict(L, objective="quantile", alpha=0.9), 30),
        lightgbm_case("counts", dict(L, objective="poisson"), 30),
        lightgbm_case("tweedie", dict(L, objective="tweedie", tweedie_variance_power=1.3), 30),
        lightgbm_case("an early stop", dict(L, objective="l2", learning_rate=0.4), 200, patience=5),
        lightgbm_case("linear leaves", dict(L, objective="l2", linear_tree=True), 20),
        lightgbm_case("monotone in distance", dict(L, objective="l2", monotone={"distance": -1}), 20),
    ],
    "xgboost": [
        xgboost_case("squared error", dict(X, objective="reg:squarederror"), 40),
        xgboost_case("absolute error with weights", dict(X, objective="reg:absoluteerror"), 40, weighted=True),
        xgboost_case("the upper decile", dict(X, objective="reg:quantileerror", quantile_alpha=0.9), 30),
        xgboost_case("counts", dict(X, objective="count:poisson"), 30),
        xgboost_case("tweedie", dict(X, objective="reg:tweedie", tweedie_variance_power=1.3), 30),
        xgboost_case("an early stop", dict(X, objective="reg:squarederror", eta=0.5), 200, patience=5),
    ],
}, sys.stdout)
