# All that a developer or a newcomer does here, one word each. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help start test lint check format translations bench clean
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

test: $(VENV)/dev.stamp ## install what the tests need and run them
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(TESTS)

lint: $(VENV)/dev.stamp ## style, types and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## everything that must be green before a commit

format: $(VENV)/dev.stamp ## let ruff mend what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

translations: $(VENV)/dev.stamp ## gather the strings on screen, then compile the catalogues
	$(BIN)/pybabel extract --quiet -F pyproject.toml -k _l -k lazy_gettext --no-location --sort-output --omit-header -o kb/translations/messages.pot .
	$(BIN)/pybabel update --quiet --no-fuzzy-matching --omit-header --ignore-obsolete -i kb/translations/messages.pot -d kb/translations -l nl
	$(BIN)/pybabel compile --quiet -d kb/translations

bench: $(VENV)/dev.stamp ## measure import, index, pages and search
	$(BIN)/python -m benchmarks.run

clean: ## remove the virtual environment and caches (your data in instance/ stays)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
