"""Every night: the source's new sales become a panel that keeps its contracts."""

from airflow.sdk import dag

from shelfcast_tasks import COMMON, PANEL, deno_task, mapped, merge, partitions


@dag(dag_id="ingest_sales_dag", schedule="0 3 * * *", doc_md=__doc__, **COMMON)
def ingest_sales():
    laid_out = mapped("ingest", partitions())
    # Data that breaks a contract ends the run here: nothing tells the next DAG to begin.
    laid_out >> merge("ingest") >> deno_task("validate", outlets=[PANEL])


ingest_sales()
