# Everything starts here: `make demo` and `make test` do all the set-up they need.
# A bare Debian 12 or Raspberry Pi OS (64-bit) lacks only `make` itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := mosquitto mosquitto-clients libzbar0 mbpoll socat fuse3 faketime chromium
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# An environment made without pip is filled by the pip of the system.
PIP = $(if $(wildcard $(BIN)/pip),$(BIN)/python -m pip,$(PYTHON) -m pip --python $(BIN)/python) --disable-pip-version-check

.PHONY: help setup setup-test demo test check format bench screenshots torture lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.setup ## .venv with the gateway and what it runs on, nothing else

# The four ways to an environment, the plainest first; Debian keeps ensurepip in a package of its own.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed (found: $$($(PYTHON) --version 2>&1)); try make PYTHON=python3.11" >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV); then :; \
	elif rm -rf $(VENV); command -v virtualenv >/dev/null && virtualenv -q -p $(PYTHON) $(VENV); then :; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1 && $(PYTHON) -m venv --without-pip $(VENV); then :; \
	else $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qqy python3-venv >/dev/null \
	    && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); fi

$(VENV)/.setup: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install -q --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@# the service may not write beside its own code, so it would compile all of it at each start
	@$(BIN)/python -m compileall -q gateway firmware_mock
	@$(BIN)/python -m gateway.web.fonts
	@touch $@

setup-test: $(VENV)/.setup-test ## what the tests need besides: Python, Debian and npm packages
	@.ci/debian-packages $(PACKAGES)

$(VENV)/.setup-test: requirements-test.lock $(VENV)/.setup $(wildcard package-lock.json)
	$(PIP) install -q --require-hashes -r requirements-test.lock
	@if [ -f package.json ] && command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund; fi
	@touch $@

demo: setup ## a whole packing house on this machine, until Ctrl-C
	@$(BIN)/gateway demo

# The quick half; `make test` runs it and goes on with every test.
STATIC = $(BIN)/ruff format --check -q . && $(BIN)/ruff check -q . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

# What needs no process, broker or printer: some 2,300 tests in half a minute.
QUICK := tests/rules $(addprefix tests/test_,$(addsuffix .py,books capture chain chart clock columns config_difference config_locate \
    config_mistakes counters crew digital_link envelope epcis identifiers journal label_fields label_template layout \
    locale modbus_polls mqtt_topics names page_views projections register_map road scale scales scanned standstill stations \
    uplink_judge uplink_window watch web_tally web_words wire workers))

check: setup-test ## format, lint, types, floors and the quick tests: at most a minute
	$(STATIC)
	$(BIN)/pytest -m "not slow" $(QUICK)

test: setup-test ## everything CI runs
	$(STATIC)
	$(BIN)/pytest

format: setup-test ## write the code the way ruff wants it
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

bench: setup-test ## the figures, with pass or fail
	@failed=0; for figure in $(filter-out benchmarks/torture.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$figure || failed=1; done; exit $$failed

screenshots: setup-test ## every view of the page, tablet, wall and phone, light and dark, into screenshots/
	$(BIN)/python -m tests.screenshots screenshots

torture: setup-test ## every fault many times over, as a table; half an hour (FAULT="power lying" for some, SHORT=1 for short numbers)
	$(BIN)/python benchmarks/torture.py $(if $(SHORT),--short) $(FAULT)

# Names, versions and hashes for every machine we run on; never an address. setuptools builds this package itself.
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: | $(BIN)/python ## pin anew what pyproject.toml asks for (UPGRADE=1: the newest that fits)
	$(PIP) install -q uv==0.13.9
	echo 'setuptools>=77' | $(COMPILE) pyproject.toml - -o requirements.lock
	$(COMPILE) --group test -c requirements.lock -o requirements-test.lock

clean: ## remove what these targets made
	rm -rf $(VENV) build gateway/web/cut node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
