"""Imports the DAGs as Airflow does, and prints what it made of them."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag

bag = DagBag(dag_folder=sys.argv[1])
print(json.dumps({
    "errors": bag.import_errors,
    "dags": {
        name: {
            "schedule": type(dag.timetable).__name__,
            "tasks": {
                task.task_id: {
                    "after": sorted(task.upstream_task_ids),
                    "mapped": type(task).__name__ == "MappedOperator",
                    "retries": task.retries,
                    "outlets": [outlet.name for outlet in task.outlets],
                }
                for task in dag.tasks
            },
        }
        for name, dag in bag.dags.items()
    },
}))
