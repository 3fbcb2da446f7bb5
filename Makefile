# `make` or `make help` lists the targets. Only python3 and make need to be there.

SCENARIO ?= oracle-vs-memphis
PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin

# A path may hold spaces, quotes and dollars: it goes through the environment, as it was written,
# so that neither make nor the shell reads a character of it.
override SCENARIO := $(value SCENARIO)
export SCENARIO

# The environment is made again when the lock, the project file, the Python or the folder changes.
KEY   := $(shell $(PYTHON) -I -c 'import hashlib, os, sys; print(hashlib.sha256(repr((sys.version, os.getcwd())).encode() \
	+ b"".join(open(name, "rb").read() for name in ("requirements.lock", "pyproject.toml"))).hexdigest()[:16])')
STAMP := $(VENV)/made-$(KEY)

# A reader's own Jupyter, IPython and Python settings stay out of it.
export JUPYTER_PLATFORM_DIRS := 1
export JUPYTER_CONFIG_DIR    := $(CURDIR)/$(VENV)/jupyter/config
export JUPYTER_DATA_DIR      := $(CURDIR)/$(VENV)/jupyter/data
export JUPYTER_RUNTIME_DIR   := $(CURDIR)/$(VENV)/jupyter/runtime
export IPYTHONDIR            := $(CURDIR)/$(VENV)/ipython
unexport $(filter PYTHON%,$(.VARIABLES))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv report book serve test check notebooks headlines rooms lab faults bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

venv: $(STAMP) ## make the environment in .venv (done by every other target when needed)

$(STAMP): # no prerequisite: its name is the key
	@echo "making $(VENV) (once, less than a minute)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --no-compile --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-compile --no-deps --no-build-isolation -e .
	@touch $@

report: $(STAMP) ## compute SCENARIO and write its report (SCENARIO=own-case for yours)
	@$(BIN)/python -m analysis report -- "$$SCENARIO"

book: $(STAMP) ## the report and all chapters as one site: reports/SCENARIO/index.html
	@$(BIN)/python -m analysis report --book -- "$$SCENARIO"

serve: $(STAMP) ## open the explorer with its sliders on this machine
	@$(BIN)/python -m analysis serve

test: $(STAMP) ## run the tests, then run the notebooks and compare their outputs
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests
	@PYTHONPATH=tests $(BIN)/python -m pytest -p tools.nine_digits --nbval --nbval-current-env --nbval-cell-timeout=120 --nbval-sanitize-with=tests/nbval.cfg -n 2 --dist loadfile notebooks/*.ipynb

check: $(STAMP) ## lint, formatting and types
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m mypy

notebooks: $(STAMP) ## execute every notebook in place and store its outputs
	@$(BIN)/python tests/tools/rerun_notebooks.py

headlines: $(STAMP) ## rewrite the shipped answers that the tests compare with
	@$(BIN)/python tests/tools/write_headlines.py

rooms: $(STAMP) ## draw the rooms of the package again from its imports
	@cd tests && ../$(BIN)/python -m tools.draw_rooms

lab: $(STAMP) ## open the notebooks in JupyterLab, offline (LAB_FLAGS=--allow-root in a container)
	@$(BIN)/python -m jupyter trust notebooks/*.ipynb >/dev/null # else Lab shows no picture that is stored
	@JUPYTER_CONFIG_PATH=lab $(BIN)/python -m jupyter lab $(LAB_FLAGS) notebooks

faults: $(STAMP) ## both implementations on 100,000 random scenarios, and batches killed 200 times
	@cd tests && ../$(BIN)/python -m tools.faults
	@cd tests && ../$(BIN)/python -m tools.batch_faults --kills 200

bench: $(STAMP) ## time the flagship scenario, its sensitivities, its reports, and the explorer from key to picture
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/flagship.py
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/sensitivities.py
	@$(BIN)/python tests/bench/explorer.py
	@$(BIN)/python tests/bench/reports.py --variants 20

clean: ## remove the environment and the caches; reports stay
	@rm -rf $(VENV) build *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
