# From a fresh machine to a forecast. Needs Python >= 3.10 with venv, make, and on Linux libgomp1; nothing else.
# Each target makes what it needs first, then calls one `deno task`. Everything made here is deleted by `make clean`.

PYTHON ?= python3
ARGS ?=

# An empty, missing or read-only HOME is enough: what would go there stays inside the project.
ifeq ($(shell [ -d "$$HOME" ] && [ -w "$$HOME" ] && echo yes),)
export DENO_DIR ?= $(CURDIR)/.cache/deno
endif
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Jupyter keeps what it writes inside the project too.
export JUPYTER_CONFIG_DIR := $(CURDIR)/.cache/jupyter/config
export JUPYTER_DATA_DIR := $(CURDIR)/.cache/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/.cache/jupyter/runtime
export JUPYTERLAB_SETTINGS_DIR := $(CURDIR)/.cache/jupyter/lab/settings
export JUPYTERLAB_WORKSPACES_DIR := $(CURDIR)/.cache/jupyter/lab/workspaces
export IPYTHONDIR := $(CURDIR)/.cache/jupyter/ipython
export DENO_NO_UPDATE_CHECK := 1

RUNTIME := .venv/.runtime
TOOLS := .venv/.tools
PACKAGES := node_modules/.shelfcast
INTEROP := .venv-interop/.interop
AIRFLOW := .venv-airflow/.airflow
FEAST := .venv-feast/.feast
LAB := .venv/.lab
# Jupyter refuses to serve root, who is the only user of many containers; it is open to this machine alone.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# What checks the workflows is a Go module: where Go is, it is built; elsewhere its test says that it was skipped.
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.7
PIP := .venv/bin/python -m pip --quiet --no-input install --no-deps --require-hashes

.DEFAULT_GOAL := help
.PHONY: help setup pipeline serve demo lab notebooks test soak bench ci interop tools clean

help: ## show this menu
	@echo "shelfcast: sales forecasts for shops, from raw files to a registered model"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Flags go through ARGS:  make pipeline ARGS=\"--dataset walmart --seed 2\""

setup: $(RUNTIME) $(PACKAGES) ## install Deno, the native libraries and the npm packages
	@:

pipeline: setup ## forecast the embedded default data, end to end
	@deno task pipeline $(ARGS)

serve: setup ## serve the deployed model: the API, its documentation and the dashboard
	@deno task serve $(ARGS)

demo: setup ## from nothing to the dashboard on the embedded data, approved with a throwaway key
	@deno task demo --workdir .cache/demo $(ARGS)

lab: setup $(LAB) ## open the notebooks in JupyterLab, on this machine only
	@.venv/bin/jupyter lab --notebook-dir=notebooks --ServerApp.ip=127.0.0.1 $(AS_ROOT) $(ARGS)

notebooks: setup $(LAB) ## execute the notebooks, and write them as pages that open offline
	@deno task notebooks $(ARGS)

test: setup $(LAB) $(INTEROP) ## run every test, also those that open our files with the real tools
	@SHELFCAST_REQUIRE_INTEROP=1 deno task test:all $(ARGS)

soak: setup $(INTEROP) $(AIRFLOW) $(FEAST) ## run the long tests: size, kills, endurance, Airflow
	@deno task soak $(ARGS)

bench: setup ## measure each stage
	@deno task bench $(ARGS)

ci: ## do what the build machine does
	@.ci/run

interop: setup $(INTEROP) $(AIRFLOW) $(FEAST) ## install the tools that tests open our files with
	@:

tools: setup $(LAB) $(INTEROP) ## install everything that tests use, and run none
	@:

clean: ## delete what was installed, not what was computed
	rm -rf .venv .venv-interop .venv-airflow .venv-feast node_modules .cache

$(RUNTIME): requirements/runtime.txt requirements/check.py
	@$(PYTHON) requirements/check.py
	@echo "Installing Deno and the native libraries into .venv"
	@rm -f $@
	@$(PYTHON) -m venv .venv
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(PACKAGES): deno.json deno.lock $(RUNTIME)
	@echo "Installing the npm packages into node_modules"
	@deno install --quiet --frozen
	@touch $@

$(TOOLS): requirements/tools.txt $(RUNTIME)
	@rm -f $@
	@$(PIP) -r requirements/tools.txt
	@touch $@

$(LAB): requirements/lab.txt $(TOOLS)
	@echo "Installing JupyterLab and the Deno kernel into .venv"
	@rm -f $@
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes -r requirements/lab.txt
	@XDG_DATA_HOME="$(CURDIR)/.venv/share" deno jupyter --install --force --name deno --display Deno 2> /dev/null
	@touch $@

$(INTEROP): requirements/interop.txt $(TOOLS)
	@echo "Installing MLflow and the other tools that tests use into .venv-interop"
	@rm -f $@
	@.venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv-interop
	@.venv/bin/uv pip install --quiet --python .venv-interop/bin/python --no-deps --require-hashes \
		-r requirements/interop.txt
	@if command -v go > /dev/null; then \
		GOBIN="$(CURDIR)/.venv-interop/bin" go install $(ACTIONLINT) || echo "actionlint was not built"; fi
	@touch $@

# Apart from the other tools: Airflow pins what they want in other versions.
$(AIRFLOW): requirements/airflow.txt $(TOOLS)
	@echo "Installing Airflow into .venv-airflow"
	@rm -f $@
	@.venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv-airflow
	@.venv/bin/uv pip install --quiet --python .venv-airflow/bin/python --no-deps --require-hashes \
		-r requirements/airflow.txt
	@touch $@

$(FEAST): requirements/feast.txt $(TOOLS)
	@echo "Installing Feast into .venv-feast"
	@rm -f $@
	@.venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv-feast
	@.venv/bin/uv pip install --quiet --python .venv-feast/bin/python --no-deps --require-hashes -r requirements/feast.txt
	@touch $@
