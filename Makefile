# The thin front of workflow/Snakefile. `make book` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
.DEFAULT_GOAL := help

.PHONY: help env notebook book site-test pdf test check proofs proofs-all experiments recheck verdicts bench \
  mutants clean lock
help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

env: $(VENV)/.complete ## only the environment (.venv, pinned versions)

# The stamp is written last: an installation that was cut off is begun anew.
$(VENV)/.complete: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@echo "making $(VENV) (once; some minutes)"
	@rm -rf $(VENV)
	@mkdir -p build/logs
	@$(PYTHON) -m venv $(VENV)
	@{ $(PIP) -r requirements.lock && $(PIP) --no-deps --no-build-isolation -e .; } > build/logs/environment.log 2>&1 \
	  || { grep -i '^error' build/logs/environment.log | tail -n 5; echo "the whole log: build/logs/environment.log"; exit 1; }
	@touch $@

notebook: env ## run one notebook: make notebook NAME=d_optimal_error
	@$(BIN)/python -m companion.build.launch --notebook "$$NAME"

book: env ## run every notebook and build the book
	@$(BIN)/python -m companion.build.launch book
	@echo "open build/html/index.html"

site-test: env ## read the built book in a browser (after make book; needs chromium)
	@nice $(BIN)/python -m pytest -m site tests/site -n 2

pdf: book ## the whole book as one PDF, in build/html (needs chromium)
	@$(BIN)/python -m companion.build.print_book --output build/html/maxpooling.pdf

test: env ## run the tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto

check: env ## lint, types, layers, notebook round trip
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m companion.build.check_notebooks --contents book/_toc.yml notebooks/*.py book/*.md

# Needs coqc, and of Python 3.11 only the standard library; says how to install Coq if it is missing.
proofs: ## check the machine proofs with Coq (about a minute)
	@$(PYTHON) proofs/check.py

proofs-all: ## the same with nine and ten inputs (another minute, 1.7 GB)
	@$(PYTHON) proofs/check.py --all

PROFILE ?= quick
export NAME PROFILE BUDGET # to the recipes as they are: a shell never reads what they hold
experiments: env ## train and attack all networks: make experiments PROFILE=quick|cpu|paper
	@$(BIN)/python -m companion.build.launch experiments --profile "$$PROFILE"

recheck: env ## evaluate the recorded networks again and compare
	$(BIN)/python -m companion.experiments.runs.recheck

# All mutants take about half an hour of one core; BUDGET draws as many as fit (CPU seconds).
mutants: env ## change the verifiers line by line: does a test notice? make mutants BUDGET=300
	@$(BIN)/python tests/mutants/run.py $${BUDGET:+--budget "$$BUDGET"}

bench: env ## the benchmarks, one after the other
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

verdicts: env ## accept the ledger's verdicts as they are now (data/paper/verdicts.lock)
	@$(BIN)/python -m companion.build.launch verdicts

clean: ## remove everything generated except downloaded data
	rm -rf build .snakemake

lock: ## renew requirements.lock and environment.yml from pyproject.toml
	$(PYTHON) src/companion/build/lock.py
