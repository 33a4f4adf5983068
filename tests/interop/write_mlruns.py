"""Lets the real MLflow record a run and a model version, and prints their ids as JSON: python write_mlruns.py <directory>"""

import hashlib
import json
import sys
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.data.meta_dataset import MetaDataset

ADDRESS = Path(sys.argv[1]).as_uri()
mlflow.set_tracking_uri(ADDRESS)
mlflow.set_registry_uri(ADDRESS)
client = MlflowClient()

mlflow.set_experiment("made by MLflow: yes")
with mlflow.start_run(run_name="python run") as run:
    mlflow.log_params({"rounds": 100, "note": "two\nlines: a"})
    for step in range(3):
        mlflow.log_metric("fold 1/rmse", 1 / (step + 1), step=step)
    mlflow.log_metric("endless", float("inf"))
    mlflow.set_tag("kind", "python")
    source = HTTPDatasetSource("https://example.org/train.csv")
    mlflow.log_input(MetaDataset(source, name="train", digest="abc123"), context="validation")
    files = {"model.txt": "tree\n", "card.json": '{"kind": "lightgbm"}'}
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    for name, text in {**files, "checksums.json": json.dumps(sums)}.items():
        mlflow.log_text(text, f"model/{name}")

client.create_registered_model("from python", description="all of it")
registered = client.create_model_version(
    "from python",
    f"{run.info.artifact_uri}/model",
    run_id=run.info.run_id,
    tags={"metric": "rmse"},
    description="the first",
)
client.transition_model_version_stage("from python", registered.version, "Production")
client.set_registered_model_alias("from python", "champion", registered.version)
client.create_model_version("from python", f"runs:/{run.info.run_id}/model", run_id=run.info.run_id)
gone = client.create_model_version("from python", f"runs:/{run.info.run_id}/model", run_id=run.info.run_id)
client.delete_model_version("from python", gone.version)

with mlflow.start_run(run_name="deleted") as deleted:
    pass
client.delete_run(deleted.info.run_id)

print(json.dumps({"run": run.info.run_id, "deleted": deleted.info.run_id}))
