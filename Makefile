# Kaoping (考评). `make help` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PY := $(BIN)/python
PYTEST := $(PY) -m pytest
SETUP := .venv/.set-up
SPARK := .venv/.set-up-spark
BENCH := .bench/.set-up
REPORTS := var/reports
SIZE ?= ci
WITH_TOOLS := heavy or postgres or spark or office

help: ## list these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19

setup: $(SETUP) ## install everything into .venv, from the lock (once; later runs do nothing)

$(SETUP): pyproject.toml requirements.lock requirements-boot.lock tools/setup
	tools/setup
	@touch $@

$(SPARK): requirements-spark.lock $(SETUP)
	tools/setup spark
	@touch $@

$(BENCH): requirements-bench.lock $(SETUP)
	tools/setup bench
	@touch $@

run: $(SETUP) ## set up if needed, then score the sample city: table here, workbook in var/shili-2026
	$(BIN)/kaoping score examples/shili-2026/plan.yaml examples/shili-2026/facts.csv -o var/shili-2026

test: $(SETUP) ## set up if needed, then every test that is quick and needs no other program
	$(PYTEST) -m "not ($(WITH_TOOLS))" --junitxml=$(REPORTS)/test.xml

check: format lint types floors docs test ## format, lint, types, floors, documents, tests

all: $(SPARK) ## check, then the large tests, PostgreSQL, LibreOffice, Spark and the benchmarks at their smallest
	rm -rf $(REPORTS)
	$(MAKE) check
	KAOPING_HEAVY=1 $(PYTEST) -n auto -m "heavy" --junitxml=$(REPORTS)/heavy.xml
	KAOPING_REQUIRE=postgres,spark,office $(PYTEST) -m "($(WITH_TOOLS)) and not heavy" --junitxml=$(REPORTS)/all.xml
	$(MAKE) bench SIZE=ci

torture: $(SETUP) ## the tests at their largest: KAOPING_TORTURE=1, on all cores
	KAOPING_TORTURE=1 $(PYTEST) -n auto -m "not (postgres or spark or office)" --junitxml=$(REPORTS)/torture.xml

bench: $(BENCH) ## the benchmarks, SIZE=ci (default) or SIZE=full
	@tools/bench $(SIZE)

fmt: $(SETUP) ## format everything
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

format: $(SETUP) ## is everything formatted?
	$(BIN)/ruff format --check .

lint: $(SETUP) ## ruff
	$(BIN)/ruff check .

types: $(SETUP) ## mypy
	$(BIN)/mypy

floors: $(SETUP) ## no import goes up or sideways
	$(BIN)/lint-imports --no-cache

docs: $(SETUP) ## links lead somewhere, generated pages are current
	$(PY) tools/check_docs.py
	$(PY) tools/trace.py --check
	$(PY) tools/methods_page.py --check

trace: $(SETUP) ## write docs/traceability.md: which test shows which requirement
	$(PY) tools/trace.py

methods: $(SETUP) ## write docs/methods.md: every scoring method with worked examples
	$(PY) tools/methods_page.py

lock: $(SETUP) ## choose the newest allowed versions and write the lock files anew
	tools/lock

clean: ## remove what was installed and computed
	rm -rf .venv .boot .bench var dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find kaoping tests tools -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help setup run test check all torture bench fmt format lint types floors docs trace methods lock clean
