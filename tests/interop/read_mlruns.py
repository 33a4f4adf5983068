"""Prints as JSON what the real MLflow sees: python read_mlruns.py <directory mlruns, or sqlite:///database>"""

import json
import math
import sys
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.models import Model

ADDRESS = sys.argv[1] if sys.argv[1].startswith("sqlite:") else Path(sys.argv[1]).as_uri()
mlflow.set_tracking_uri(ADDRESS)
mlflow.set_registry_uri(ADDRESS)
client = MlflowClient()


def artifacts(run_id, path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from artifacts(run_id, entry.path)
        else:
            yield entry.path


def number(value):
    # JSON has no word for infinity.
    return value if math.isfinite(value) else str(value)


def run(found):
    info, data = found.info, found.data
    return {
        "id": info.run_id,
        "name": info.run_name,
        "status": info.status,
        "lifecycle": info.lifecycle_stage,
        "started": info.start_time,
        "ended": info.end_time,
        "user": info.user_id,
        "params": data.params,
        "tags": data.tags,
        "last": {name: number(value) for name, value in data.metrics.items()},
        "metrics": {
            name: [[at.step, number(at.value), at.timestamp] for at in client.get_metric_history(info.run_id, name)]
            for name in data.metrics
        },
        "artifacts": sorted(artifacts(info.run_id)),
        "inputs": [
            {
                "name": used.dataset.name,
                "digest": used.dataset.digest,
                "source_type": used.dataset.source_type,
                "source": json.loads(used.dataset.source),
                "profile": json.loads(used.dataset.profile or "null"),
                "tags": {tag.key: tag.value for tag in used.tags},
            }
            for used in found.inputs.dataset_inputs
        ],
    }


def version(found):
    folder = Path(download_artifacts(f"models:/{found.name}/{found.version}"))
    return {
        "version": int(found.version),
        "stage": found.current_stage,
        "run_id": found.run_id,
        "status": found.status,
        "description": found.description,
        "tags": found.tags,
        "created": found.creation_timestamp,
        "files": {
            path.relative_to(folder).as_posix(): path.read_text(errors="replace")
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "flavors": Model.load(str(folder)).flavors if (folder / "MLmodel").exists() else None,
    }


print(
    json.dumps(
        {
            "experiments": {
                experiment.name: {
                    "id": experiment.experiment_id,
                    "lifecycle": experiment.lifecycle_stage,
                    "runs": [run(found) for found in client.search_runs([experiment.experiment_id], order_by=["start_time"])],
                }
                for experiment in client.search_experiments()
            },
            "models": {
                model.name: {
                    "aliases": {name: int(number) for name, number in model.aliases.items()},
                    "versions": [
                        version(found)
                        for found in sorted(
                            client.search_model_versions(f"name = '{model.name}'"), key=lambda found: int(found.version)
                        )
                    ],
                }
                for model in client.search_registered_models()
            },
        }
    )
)
