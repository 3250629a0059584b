# Two commands set everything up on a machine that has only Python 3.11, make and git: `make audit`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PO := $(wildcard src/mpp_qms/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
# the worked example is judged as of a day in its own time
EXAMPLE_DAY := 2024-12-16

.DEFAULT_GOAL := help
.PHONY: help audit test test-oldest bench fuzz lint format messages readme clean

help: ## show these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/installed: pyproject.toml hatch_build.py $(PO)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

%.mo: %.po
	$(BIN)/python -c "from babel.messages import mofile, pofile; mofile.write_mo(open('$@', 'wb'), pofile.read_po(open('$<', 'rb')))"

audit: $(VENV)/installed ## set up, then audit the worked example as of a day in its own time
	@echo "Contoh fiktif / fictional example, as of $(EXAMPLE_DAY):"
	@$(BIN)/mpp-qms audit --root records --as-of $(EXAMPLE_DAY) || test $$? -eq 1

test: $(VENV)/installed-dev $(MO) ## everything CI checks: lint, types, layers, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

test-oldest: ## the tests on the oldest versions promised in pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-oldest/bin/python -m pip install --quiet --editable . --group dev --constraint tests/constraints-oldest.txt
	.venv-oldest/bin/pytest -n auto

bench: $(VENV)/installed-dev $(MO) ## measure speed and memory, write docs/benchmarks.md
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/installed-dev $(MO) ## the reader against mutated files, for long
	$(BIN)/pytest tests/store/test_fuzz.py --hypothesis-profile=long

lint: $(VENV)/installed-dev ## lint, types and layers only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-dev ## format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: $(VENV)/installed-dev ## bring the translations up to date with the code
	$(BIN)/python -m tests.messages update

readme: $(VENV)/installed-dev $(MO) ## renew the program's output shown in the README and the golden files
	RENEW=1 $(BIN)/pytest -n auto tests/test_readme.py tests/views/test_golden.py tests/views/test_ci_formats.py

clean: ## remove what was built
	rm -rf $(VENV) .venv-oldest dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis benchmarks/data $(MO)
