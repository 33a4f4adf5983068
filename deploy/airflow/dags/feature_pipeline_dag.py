"""When there is a new panel: its features, built in partitions and proved free of leaks."""

from airflow.sdk import dag

from shelfcast_tasks import COMMON, FEATURES, PANEL, deno_task, mapped, merge, partitions, summarized


@dag(dag_id="feature_pipeline_dag", schedule=[PANEL], doc_md=__doc__, **COMMON)
def feature_pipeline():
    parts = partitions()
    told = summarized("features", parts, before=parts)
    told >> mapped("featurize", parts) >> merge("featurize") >> deno_task("leakcheck", outlets=[FEATURES])


feature_pipeline()
