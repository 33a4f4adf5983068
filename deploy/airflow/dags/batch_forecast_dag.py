"""Every morning: the next horizon of every series, by the model in production."""

import os

from airflow.sdk import dag

from shelfcast_tasks import COMMON, FORECASTS, mapped, merge, partitions, summarized

#: Which model: the deployed bundle by default, or models:/NAME/Production.
MODEL_FROM = os.environ.get("SHELFCAST_MODEL", "dir")


@dag(dag_id="batch_forecast_dag", schedule="0 5 * * *", doc_md=__doc__, **COMMON)
def batch_forecast():
    parts = partitions()
    # Parts of the panel may have been made by another run, with another number of partitions.
    laid_out = mapped("ingest", parts)
    indexed = merge("ingest", "--index")
    laid_out >> indexed
    told = summarized("forecast", parts, before=indexed)
    ahead = mapped("forecast", parts, "--model", MODEL_FROM, task_id="forecast_parts")
    told >> ahead >> merge("forecast", outlets=[FORECASTS])


batch_forecast()
