# What a person does with a clone: make demo, make test. Each needs Python >= 3.11 with venv, and make.
# Variables: PYTHON=python3.13 (for a new .venv), ARGS="-k ledger" (for test and fast), UPGRADE=--upgrade (for lock).

PYTHON ?= python3
UV ?= $(firstword $(wildcard .venv/bin/uv) uv)
ARGS ?=
UPGRADE ?=
HOME_FOLDER ?= demo/clinic

BIN := .venv/bin
INSTALLED := .venv/installed
# The custodian's program is a distribution of its own: everything else works without it.
SEALED := $(wildcard sealed/pyproject.toml)
BENCHMARKS := $(filter-out $(if $(SEALED),,benchmarks/sealed.py),$(sort $(wildcard benchmarks/*.py)))

.DEFAULT_GOAL := help
.PHONY: help demo test check lint imports fast bench serve words pictures lock clean

help:
	@echo "make demo    the whole reference trial, from study file to report, into demo/"
	@echo "make test    every test"
	@echo "make check   style, types, imports and the fast tests: before each commit"
	@echo "make bench   how speed grows with the size of a trial and of a sealed list"
	@echo "make serve   the web application, on the clinic that make demo made"
	@echo "make words   collect the pages' texts for translation into Chinese, and compile those translated"
	@echo "make pictures  the pictures of the application in docs/screenshots, anew (needs Chromium)"
	@echo "make lock    resolve requirements.lock again (needs uv; UPGRADE=--upgrade takes newer versions)"
	@echo "make clean   remove what the other targets made"

$(INSTALLED): requirements.lock pyproject.toml $(SEALED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Cicatrix needs Python 3.11 or newer: install it, or name it (make PYTHON=python3.13 ...)." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python has no venv: install it (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 2; }
	@echo "Making .venv from requirements.lock (about a minute, once)."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-build-isolation --no-deps \
	  -e . $(if $(SEALED),-e sealed)
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/cicatrix demo demo

test: $(INSTALLED)
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: lint imports fast

lint: $(INSTALLED)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

imports: $(INSTALLED)
	@$(BIN)/lint-imports --no-logo
	@$(if $(SEALED),$(BIN)/lint-imports --no-logo --config $(SEALED))

fast: $(INSTALLED)
	@$(BIN)/python -m pytest -n auto -m "not slow" $(ARGS)

bench: $(INSTALLED)
	@for file in $(BENCHMARKS); do $(BIN)/python "$$file" || exit 1; done

serve: $(INSTALLED)
	@[ -d $(HOME_FOLDER) ] || { echo "$(HOME_FOLDER) is not there: run make demo first, or name a home (make serve HOME_FOLDER=trial)." >&2; exit 2; }
	@$(BIN)/cicatrix serve $(HOME_FOLDER)

words: $(INSTALLED)
	@$(BIN)/python -m cicatrix.web.language.catalogue

pictures: $(INSTALLED)
	@$(BIN)/python tests/pictures.py

lock:
	$(UV) pip compile --universal --generate-hashes --python-version 3.11 --annotation-style line $(UPGRADE) \
	  --custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv demo build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
