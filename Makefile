# All that a developer or a newcomer does here, one word each. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help start test test-whoosh lint check format translations bench pictures clean
.DEFAULT_GOAL := help

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A stamp per set of dependencies: made again only when setup.cfg or pyproject.toml changes.
$(VENV)/run.stamp: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@ $(VENV)/run.stamp

start: $(VENV)/run.stamp ## set everything up and serve the knowledge base
	$(BIN)/kb start

test: $(VENV)/dev.stamp ## run the tests: all on SQLite, then on PostgreSQL those that use a database
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(TESTS)
	$(BIN)/python -m pytest -n auto --dist worksteal -q --database postgres -m 'not browser' --ignore=tests/house $(TESTS)

test-whoosh: $(VENV)/dev.stamp ## run the tests of the search on Whoosh 2.7.4 too
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --no-deps --target $(VENV)/whoosh-2.7.4 whoosh==2.7.4
	PYTHONPATH=$(VENV)/whoosh-2.7.4 $(BIN)/python -m pytest -n auto -q tests/search

lint: $(VENV)/dev.stamp ## style, types and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## everything that must be green before a commit

format: $(VENV)/dev.stamp ## let ruff mend what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Running it twice changes nothing: no guesses at what a changed sentence means, no places, no dates. The gathered
# template is not kept; the first sentence given to a refusal is shown to readers, so it counts as marked.
PYBABEL := $(BIN)/pybabel --quiet
CATALOGUE := $(VENV)/messages.pot

translations: $(VENV)/dev.stamp ## gather the strings on screen, then compile the catalogues
	$(PYBABEL) extract --mapping-file=pyproject.toml --keywords='_l Conflict Forbidden LinkOver NotReady Outdated QueryError Refusal TooOften' --no-location --sort-output --no-wrap --output-file=$(CATALOGUE) .
	$(PYBABEL) update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap --input-file=$(CATALOGUE) --output-dir=kb/translations
	$(PYBABEL) compile --directory=kb/translations

bench: $(VENV)/dev.stamp ## measure import, index, pages and search, and how it grows on SQLite and PostgreSQL
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.postgres --cases 10000
	$(BIN)/python -m benchmarks.growth --cases 1000,10000

pictures: $(VENV)/dev.stamp ## take the picture of the README from the running product
	$(BIN)/python docs/images/make.py

clean: ## remove the virtual environment and caches (your data in instance/ stays)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
