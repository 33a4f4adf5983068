"""Every week, once there are features: train, evaluate, register, and ask the gate.

A model that the gate refuses is no failure: it stays in Staging, and nothing tells the forecasts to begin.
"""

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag

from shelfcast_tasks import COMMON, FEATURES, MODEL, deno_task, mapped, merge, partitions

#: New features, and Monday morning in any case.
SCHEDULE = AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 6 * * 1", timezone="UTC"), assets=[FEATURES])


@dag(dag_id="training_pipeline_dag", schedule=SCHEDULE, doc_md=__doc__, **COMMON)
def training_pipeline():
    trained = deno_task("train")
    evaluated = deno_task("evaluate")
    trained >> mapped("evaluate", partitions()) >> merge("evaluate")
    registered = deno_task("register")
    gate = deno_task("gate", after="|| [ $? -ne 1 ] || exit 99", skip_on_exit_code=99, outlets=[MODEL])
    trained >> evaluated >> registered >> gate


training_pipeline()
