"""Records a run and a file on the MLflow server at argv[1], reads both back, and prints them as JSON."""

import json
import sys

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("try")
with mlflow.start_run() as run:
    mlflow.log_metric("rmspe", 0.1)
    mlflow.log_text("kept", "note.txt")
found = mlflow.get_run(run.info.run_id)
text = mlflow.artifacts.load_text(run.info.artifact_uri + "/note.txt")
print(json.dumps({"metric": found.data.metrics["rmspe"], "text": text, "uri": run.info.artifact_uri}))
