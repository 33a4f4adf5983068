"""Puts a folder's suites into a project of the real Great Expectations, and prints how many rules it sees in each.

usage: open_suites.py FOLDER
"""

import json
import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import great_expectations as gx

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def main():
    with tempfile.TemporaryDirectory() as project:
        gx.get_context(mode="file", project_root_dir=project)
        for suite in Path(sys.argv[1]).glob("*.json"):
            shutil.copy(suite, Path(project, "gx", "expectations"))
        context = gx.get_context(mode="file", project_root_dir=project)
        print(json.dumps({suite.name: len(context.suites.get(suite.name).expectations) for suite in context.suites.all()}))


if __name__ == "__main__":
    main()
