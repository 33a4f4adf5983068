"""Opens a repository with the real Feast: applies it, and joins features to days as training would."""

import json
import os
import sys

import pandas as pd

folder, wanted = sys.argv[1], json.loads(sys.argv[2])
os.chdir(folder)
sys.path.insert(0, os.getcwd())
os.environ["FEAST_USAGE"] = "False"

from feast import FeatureStore  # noqa: E402
from feast.repo_config import load_repo_config  # noqa: E402
from feast.repo_operations import apply_total  # noqa: E402
from pathlib import Path  # noqa: E402

apply_total(load_repo_config(Path("."), Path("feature_store.yaml")), Path("."), True)
store = FeatureStore(repo_path=".")
views = store.list_feature_views()
view = views[0]
table = pd.read_parquet("features.parquet")
asked = pd.DataFrame({"unique_id": [wanted["id"]] * len(wanted["days"]), "event_timestamp": pd.to_datetime(wanted["days"], utc=True)})
names = [f"{view.name}:{name}" for name in wanted["features"]]
found = store.get_historical_features(entity_df=asked, features=names).to_df().sort_values("event_timestamp")
print(json.dumps({
    "view": view.name,
    "fields": [field.name for field in view.features],
    "rows": len(table),
    "timestamp": str(table["event_timestamp"].dtype),
    "found": {name: [None if pd.isna(one) else float(one) for one in found[name]] for name in wanted["features"]},
}))
