# Each target makes its own environment in $(VENV); the system's Python stays as it is.
#   make demo                       install, then read the sample reports
#   make test lint types            what .ci/run does
#   make test-spark                 the tests that start a Spark cluster (Java, 400 MB of pyspark)
#   make test-browser               the tests that open pages in a browser (Chromium)
#   make bench                      sinsight's speed beside that of others (half an hour); make bench QUICK=--quick
#   make test PYTHON=python3.12     with a Python of your choice; VENV=DIR for another environment

VENV ?= .venv
PYTHON ?=
# Of its own, since the systems compared with bring packages that nothing else needs.
BENCH ?= .venv-bench
BIN = $(VENV)/bin
# All tests are shared out among the cores; a few chosen ones (TESTS=...) are done before that has begun.
SHARED = $(if $(TESTS),,--numprocesses auto --maxprocesses 8 --dist worksteal)
SOURCES = extractor tests benchmarks

.PHONY: demo test test-spark test-browser lint types format mutants bench clean

demo: $(VENV)/.installed
	@$(BIN)/sinsight demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(SHARED) $(TESTS)

test-spark: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spark]'
	$(BIN)/python -m pytest -m spark tests/test_spark.py

test-browser: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'playwright>=1.40'
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(VENV)/axe 'axe-core@4'; fi
	SINSIGHT_AXE="$$(ls $(VENV)/axe/node_modules/axe-core/axe.min.js 2>/dev/null)" \
	  $(BIN)/python -m pytest -m browser tests/test_browser.py tests/test_page_*.py

lint: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.dev
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

mutants: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'cosmic-ray>=8.4'
	rm -f mutants.sqlite
	PATH="$(CURDIR)/$(BIN):$$PATH" cosmic-ray init mutants.toml mutants.sqlite
	PATH="$(CURDIR)/$(BIN):$$PATH" cr-filter-operators mutants.sqlite mutants.toml
	PATH="$(CURDIR)/$(BIN):$$PATH" cosmic-ray exec mutants.toml mutants.sqlite
	$(BIN)/cr-report mutants.sqlite --show-pending

bench: $(BENCH)/.installed
	$(BENCH)/bin/python -m benchmarks all $(QUICK)

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist mutants.sqlite

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing sinsight in $(VENV), a minute or two the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BENCH)/.installed: pyproject.toml
	@python="$$(sh .ci/find-python $(PYTHON))" && "$$python" -m venv $(BENCH)
	@echo "Installing sinsight and the systems to compare it with in $(BENCH), some minutes the first time."
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[plots]' 'edsnlp>=0.16' 'negspacy>=1'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing sinsight and its test tools in $(VENV), a minute or two the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/bin/python:
	@python="$$(sh .ci/find-python $(PYTHON))" && echo "Making $(VENV) with $$python." && "$$python" -m venv $(VENV)
