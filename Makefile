# The thin front of workflow/Snakefile. `make book` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
# A user's switches of Python and language change nothing here: see companion.build.surroundings.
unexport PYTHONPATH PYTHONOPTIMIZE PYTHONWARNINGS PYTHONDEVMODE PYTHONSTARTUP PYTHONINSPECT PYTHONHOME
export PYTHONUTF8 := 1
export LC_ALL := C.UTF-8

.PHONY: help env notebook book site-test pdf note test check proofs proofs-all experiments recheck \
  recheck-sample recheck-pools retrain mutants twice stress digests verdicts bench clean lock
help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

env: ## only the environment (.venv, pinned versions)
	@$(PYTHON) src/companion/build/environment.py

notebook: env ## run one notebook: make notebook NAME=d_optimal_error
	@$(BIN)/python -m companion.build.launch --notebook "$$NAME"

book: env ## run every notebook and build the book
	@$(BIN)/python -m companion.build.launch book
	@echo "open build/html/index.html"

note: book ## the proof for every function as a paper of its own, in build/html (needs chromium)
	@$(BIN)/python -m companion.build.print_note

site-test: env ## read the built book in a browser (after make book; needs chromium)
	@nice $(BIN)/python -m companion.build.run_tests -m site tests/site -n 2

pdf: book ## the whole book as one PDF, in build/html (needs chromium)
	@$(BIN)/python -m companion.build.print_book --output build/html/maxpooling.pdf

test: env ## run the tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m companion.build.run_tests

check: env ## lint, types, layers, notebook round trip
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command as c; c()' --no-cache
	$(BIN)/python -m companion.build.check_notebooks --contents book/_toc.yml notebooks/*.py book/*.md

# Needs coqc, and of Python 3.11 only the standard library; says how to install Coq if it is missing.
proofs: ## check the machine proofs with Coq (about a minute)
	@$(PYTHON) proofs/check.py

proofs-all: ## the same with nine and ten inputs (some minutes more, 1.7 GB)
	@$(PYTHON) proofs/check.py --all

PROFILE ?= quick
export NAME PROFILE CHAPTERS BUDGET # to the recipes as they are: a shell never reads what they hold
experiments: env ## train and attack all networks: make experiments PROFILE=quick|cpu|paper
	@$(BIN)/python -m companion.build.launch experiments --profile "$$PROFILE"

recheck: env ## count again all that is recorded of networks whose weights are kept (hours; goes on)
	@$(BIN)/python -m companion.experiments.runs.recheck
	@$(BIN)/python -m companion.experiments.attacks.normalised --again

recheck-sample: env ## a sample of that drawn from the commit, and a network trained anew (2 minutes)
	@$(BIN)/python -m companion.experiments.runs.recheck --sample
	@$(BIN)/python -m companion.experiments.runs.retrain --seconds 20

recheck-pools: env ## count again what exact pools of ReLUs make of recorded networks (long)
	@$(BIN)/python -m companion.experiments.exact_pools --again

retrain: env ## train a sample of the recorded networks anew and compare bit for bit (5 minutes)
	@$(BIN)/python -m companion.experiments.runs.retrain

# All mutants take about half an hour of one core; BUDGET draws as many as fit (CPU seconds).
mutants: env ## change the verifiers line by line: does a test notice? make mutants BUDGET=300
	@$(BIN)/python tests/mutants/run.py $${BUDGET:+--budget "$$BUDGET"}

bench: env ## the benchmarks, one after the other
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

twice: env ## build in two folders and compare every byte: make twice CHAPTERS="a_algebraic b_proofs"
	@$(BIN)/python -m companion.build.twice --chapters "$$CHAPTERS"

stress: env ## kill, damage and fill up, and record what caught it (data/ours/stress.json)
	@$(BIN)/python -m companion.build.stress

digests: env ## accept edits of data: write the lists of digests (SHA256SUMS) anew
	@$(BIN)/python -m companion.build.digests

verdicts: env ## accept the ledger's verdicts as they are now (data/paper/verdicts.lock)
	@$(BIN)/python -m companion.build.launch verdicts

clean: ## remove everything generated except downloaded data
	rm -rf build .snakemake

lock: env ## renew the locks and environment.yml from pyproject.toml
	@$(BIN)/python -m companion.build.lock
