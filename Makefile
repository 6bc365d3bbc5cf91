# All that is needed: Python 3.11 or newer, git and make. `make help` lists what there is to do.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

# Tests judge the shipped tables, whatever folder of their own a user works with.
PYTEST := env -u LIBYA_ANALYSIS_DATA $(BIN)/python -m pytest
NBVAL  := --nbval --nbval-current-env --nbval-cell-timeout 120 --nbval-sanitize-with tests/nbval/sanitize.cfg

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help report lab app check test lint types layers data-checks unit fuzz notebooks-test reports-test browser-test \
        wheel-test notebooks images benchmark clean

# Runs a step, names it and says how long it took: $(call step,NAME,COMMAND)
step = @printf '\n== %s\n' '$(1)'; start=$$(date +%s); \
       if { $(2); }; then printf '== %s: %s s\n' '$(1)' $$(($$(date +%s) - start)); \
       else printf '== %s: FAILED after %s s\n' '$(1)' $$(($$(date +%s) - start)); exit 1; fi

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# ---------------------------------------------------------------- use

report: $(BIN)/.ready ## Make all reports into reports/out
	$(BIN)/libya-analysis report --out reports/out
	@echo 'Open reports/out/index.html in a browser.'

lab: $(BIN)/.ready ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks

app: $(BIN)/.ready-app ## Open the explorer as a page of its own, for this machine only
	JUPYTER_PATH="$$PWD/libya_analysis/explorer/app" JUPYTER_CONFIG_PATH="$$PWD/libya_analysis/explorer/app" \
	  $(BIN)/voila notebooks/explorer.ipynb

check: $(BIN)/.ready ## Check the tables
	$(BIN)/libya-analysis check

# ---------------------------------------------------------------- test, what fails fast first

test: lint types layers data-checks unit notebooks-test reports-test browser-test wheel-test ## Run every check and test
	@printf '\nAll checks and tests passed.\n'

lint: $(BIN)/.ready-dev ## Style and formatting of the code
	$(call step,lint,$(BIN)/ruff check --output-format=concise . && $(BIN)/ruff format --check .)

types: $(BIN)/.ready-dev ## Types
	$(call step,types,$(BIN)/mypy)

layers: $(BIN)/.ready-dev ## Which module may import which
	$(call step,layers,$(BIN)/lint-imports --no-logo)

data-checks: $(BIN)/.ready-dev ## The tables, by our own check and by frictionless
	$(call step,data,$(BIN)/libya-analysis check data && $(BIN)/frictionless validate data/datapackage.json)

fuzz: $(BIN)/.ready-dev ## Try new odd inputs for some minutes; `make test` tries the same ones each time
	$(PYTEST) -q --hypothesis-profile=free tests/test_fuzz.py

unit: $(BIN)/.ready-dev ## Unit tests and the examples in docstrings
	$(call step,unit tests,$(PYTEST) -q -m 'not browser and not notebooks and not wheel')

notebooks-test: $(BIN)/.ready-dev ## Run the notebooks and compare with what is stored in them
	$(call step,notebooks,$(BIN)/python -m tests.nbval.references && $(PYTEST) -q $(NBVAL) notebooks tests/nbval \
	  && $(PYTEST) -q -m notebooks)

reports-test: $(BIN)/.ready-dev ## Make all reports anew
	$(call step,reports,rm -rf build/reports && $(BIN)/libya-analysis report --out build/reports)

browser-test: $(BIN)/.ready-dev ## Reports and notebooks in a Chromium
	$(call step,browser tests,$(PYTEST) -q -m browser)

wheel-test: $(BIN)/.ready-dev ## Build the wheel and use it from a new environment
	$(call step,wheel,$(PYTEST) -q -m wheel)

# ---------------------------------------------------------------- renew what is committed

notebooks: $(BIN)/.ready-dev ## Run notebooks and references anew and store their outputs
	env -u LIBYA_ANALYSIS_DATA $(BIN)/python -m tests.nbval.references --write

images: $(BIN)/.ready-dev ## Draw the pictures of the README
	$(BIN)/libya-analysis figure network matrix --format png --out reports/images -p sources=moscow-truce-2020
	$(BIN)/libya-analysis figure timeline ceasefire --format png --out reports/images

benchmark: $(BIN)/.ready-dev ## Measure how fast reports are made, and how each step grows with the tables
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.growth --notebooks
	$(BIN)/python -m tests.benchmarks.proposals

# ---------------------------------------------------------------- set-up

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or newer is needed, and $(PYTHON) is' "$$("$(PYTHON)" --version 2>/dev/null || echo not there)."; \
	  echo 'If you have one under another name: make PYTHON=python3.12 ...'; exit 1; }
	@echo 'Setting up $(VENV); this takes about a minute, once.'
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python could not make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv'; exit 1; }

$(BIN)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) install -qq -c constraints.txt hatchling
	@$(PIP) install -qq -c constraints.txt --no-build-isolation -e .
	@touch $@

$(BIN)/.ready-app: $(BIN)/.ready
	@$(PIP) install -qq -c constraints.txt --no-build-isolation -e '.[app]'
	@touch $@

$(BIN)/.ready-dev: $(BIN)/.ready
	@$(PIP) install -qq -c constraints.txt --no-build-isolation -e '.[dev,images,app,coding,dask]'
	@touch $@

clean: ## Remove the environment, caches and everything made
	rm -rf $(VENV) build dist reports/out .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
