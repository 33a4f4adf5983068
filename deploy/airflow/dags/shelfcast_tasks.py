"""What the DAGs of shelfcast share: how a task is called, over which partitions, and what tells another DAG to begin.

Set by the environment of scheduler and workers:

  SHELFCAST_HOME     the project's folder on every worker (default: the one that this file is in)
  SHELFCAST_WORKDIR  where data, models and reports are: a shared folder, or s3://bucket/prefix
  SHELFCAST_DATASET  rossmann, walmart or store-item (default: rossmann)
  SHELFCAST_PARTS    how many partitions a run is cut into (default: 4)
  SHELFCAST_FLAGS    further flags of every task, such as --source s3://… or --seed 2
"""

import os
import shlex
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, Param, task

HOME = os.environ.get("SHELFCAST_HOME") or str(Path(__file__).resolve().parents[3])
WORKDIR = os.environ.get("SHELFCAST_WORKDIR") or HOME
FLAGS = os.environ.get("SHELFCAST_FLAGS", "")

#: What a DAG leaves behind for others: a run of one begins when what it needs is new.
PANEL = Asset("shelfcast_panel")
FEATURES = Asset("shelfcast_features")
MODEL = Asset("shelfcast_model")
FORECASTS = Asset("shelfcast_forecasts")

#: Summaries rest on one another: sums and who has a level, who needs one, which it is, what departs from it. A round
#: after the last one has nothing to tell.
ROUNDS = range(1, 5)

#: A task that is run again leaves the same bytes, so that trying again is always safe.
DEFAULT_ARGS = {
    "owner": "shelfcast",
    "retries": int(os.environ.get("SHELFCAST_RETRIES", "2")),
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=3),
}

PARAMS = {
    "dataset": Param(
        os.environ.get("SHELFCAST_DATASET", "rossmann"),
        enum=["rossmann", "walmart", "store-item"],
        description="Whose sales are forecast.",
    ),
    "parts": Param(
        int(os.environ.get("SHELFCAST_PARTS", "4")),
        type="integer",
        minimum=1,
        maximum=10_000,
        description="How many partitions run side by side.",
    ),
}

#: What every DAG has in common.
COMMON = {
    "start_date": datetime(2026, 1, 1),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULT_ARGS,
    "params": PARAMS,
    "tags": ["shelfcast"],
}


def command(name: str, *flags: str, after: str = "") -> str:
    """The line of shell that runs one of the project's tasks; `after` says what to make of its exit code."""
    words = ["deno", "task", "--quiet", name, "--dataset", "{{ params.dataset }}", "--workdir", shlex.quote(WORKDIR)]
    return " ".join(word for word in [*words, *flags, FLAGS, after] if word)


def environment() -> dict[str, str]:
    """Deno is in the project's own environment of programs."""
    return {"PATH": f"{HOME}/.venv/bin:{os.environ.get('PATH', '/usr/bin:/bin')}", "NO_COLOR": "1"}


def deno_task(name: str, *flags: str, task_id: str | None = None, after: str = "", **more) -> BashOperator:
    """One task of the project, over all series."""
    return BashOperator(
        task_id=task_id or name.replace(":", "_"),
        bash_command=command(name, *flags, after=after),
        cwd=HOME,
        env=environment(),
        append_env=True,
        **more,
    )


@task
def partitions(params=None) -> list[dict[str, str]]:
    """The partitions of this run, one environment each."""
    parts = int(params["parts"])
    return [{**environment(), "PART": f"{part}/{parts}"} for part in range(1, parts + 1)]


def mapped(name: str, parts, *flags: str, task_id: str | None = None, **more):
    """One task of the project for every partition, side by side on as many workers as there are."""
    return BashOperator.partial(
        task_id=task_id or f"{name}_parts",
        bash_command=command(name, '--partition "$PART"', *flags),
        cwd=HOME,
        append_env=True,
        map_index_template="{{ task.env['PART'] }}",
        **more,
    ).expand(env=parts)


def merge(stage: str, *flags: str, task_id: str | None = None, **more) -> BashOperator:
    """Joins what the partitions of a stage have made."""
    return deno_task(
        "merge", "--stage", stage, "--parts {{ params.parts }}", *flags, task_id=task_id or f"merge_{stage}", **more
    )


def summarized(what: str, parts, before):
    """The rounds in which partitions tell one another what they know; returns the last task."""
    for number in ROUNDS:
        flags = ("--for", what, "--round", str(number))
        told = mapped("summarize", parts, *flags, task_id=f"summarize_{what}_{number}")
        joined = merge("summarize", *flags, task_id=f"merge_{what}_{number}")
        before >> told >> joined
        before = joined
    return before
