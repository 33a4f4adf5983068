"""Runs a notebook in a fresh kernel and lays it out as the body of a page; tells how far it is as JSON lines.

    python run_notebook.py NOTEBOOK EXECUTED.ipynb BODY.html SECONDS_PER_CELL

Between the cells it asks the kernel for promises that were rejected while nobody awaited them: a kernel alone says
nothing of those. The notebook file itself is left as it is.
"""
import json
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

WATCH = """
globalThis.shelfcastStray = [];
for (const kind of ["unhandledrejection", "error"]) {
  globalThis.addEventListener(kind, (event) => {
    event.preventDefault();
    const reason = event.reason ?? event.error ?? event.message;
    globalThis.shelfcastStray.push(String(reason?.message ?? reason));
  });
}
"""
# Two turns of the event loop: a rejection is reported in the turn after the one that it happens in.
ASK = """
for (let turn = 0; turn < %d; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
if (globalThis.shelfcastStray.length > 0) {
  throw new Error("A promise that no one awaited was rejected: " + globalThis.shelfcastStray.join("; "));
}
"""


def say(**event):
    print(json.dumps(event), flush=True)


def guard(source):
    return nbformat.v4.new_code_cell(source, metadata={"shelfcast": "guard"})


def is_guard(cell):
    return cell.metadata.get("shelfcast") == "guard"


def guarded(notebook):
    """The notebook with a question after each code cell, and the place of every code cell in it."""
    cells, places, number = [guard(WATCH)], {}, 0
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        number += 1
        places[len(cells) - 1] = places[len(cells)] = number
        cells.append(guard(ASK % 2))
    cells.append(guard(ASK % 10))
    places[len(cells) - 1] = number
    notebook.cells = cells
    return places


def unguarded(notebook):
    """The notebook as its author wrote it, with outputs; cells are counted as a reader counts them."""
    notebook.cells = [cell for cell in notebook.cells if not is_guard(cell)]
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        number += 1
        cell.execution_count = number
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def plain(text):
    """A kernel colours its messages; a log does not."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def main(source, executed, body, limit):
    source = pathlib.Path(source)
    notebook = nbformat.read(source, as_version=4)
    places = guarded(notebook)
    count = max(places.values(), default=0)
    current = [0]

    def started(cell, cell_index):
        if is_guard(cell) or cell_index not in places:
            return
        current[0] = places[cell_index]
        say(event="cell", cell=current[0], cells=count)

    client = NotebookClient(
        notebook,
        timeout=limit,
        startup_timeout=60,
        kernel_name="deno",
        resources={"metadata": {"path": str(source.parent.resolve())}},
        on_cell_execute=started,
    )
    began = time.monotonic()
    try:
        client.execute()
    except CellTimeoutError:
        return say(event="failed", cell=current[0], error=f"the cell ran longer than {limit} seconds")
    except (CellExecutionError, DeadKernelError) as error:
        # Of an error in a cell: what the kernel says, without the repeated source.
        text = getattr(error, "evalue", "") or str(error)
        return say(event="failed", cell=current[0], error=plain(text))
    unguarded(notebook)
    nbformat.write(notebook, executed)
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        mathjax_url="",
        require_js_url="",
    )
    html, _ = exporter.from_notebook_node(notebook)
    pathlib.Path(body).write_text(html, encoding="utf-8")
    say(event="done", cells=count, seconds=round(time.monotonic() - began, 2))


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
