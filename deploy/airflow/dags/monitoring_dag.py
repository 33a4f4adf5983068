"""Every day: has the world changed? If a flag goes up, a new model is made and judged."""

import os
import shlex
from datetime import timedelta

from airflow.providers.standard.sensors.bash import BashSensor
from airflow.sdk import dag

from shelfcast_tasks import COMMON, HOME, WORKDIR, deno_task, environment, mapped, merge, partitions

#: The flag that `deno task monitor` raises when retraining is due.
FLAG = "reports/{{ params.dataset }}/drift_result.txt"


@dag(dag_id="monitoring_dag", schedule="0 7 * * *", doc_md=__doc__, **COMMON)
def monitoring():
    parts = partitions()
    # Parts of the panel may have been made by another run, with another number of partitions.
    indexed = merge("ingest", "--index")
    counted = mapped("summarize", parts, "--for monitor", task_id="summarize_monitor")
    joined = merge("summarize", "--for monitor", task_id="merge_monitor_counts")
    mapped("ingest", parts) >> indexed >> counted >> joined
    kept, judged = mapped("monitor", parts), merge("monitor")
    joined >> kept >> judged
    # A day without drift ends in a sensor that was skipped, not in a failure.
    flag = BashSensor(
        task_id="drift_flag",
        bash_command=f"cd {shlex.quote(HOME)} && deno run -A deploy/airflow/has_file.ts {shlex.quote(WORKDIR)} {FLAG}",
        env={**os.environ, **environment()},
        mode="reschedule",
        poke_interval=60,
        timeout=float(os.environ.get("SHELFCAST_FLAG_TIMEOUT", timedelta(minutes=10).total_seconds())),
        soft_fail=True,
    )
    judged >> flag >> deno_task("retrain")


monitoring()
