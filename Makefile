# `make chat` and `make test` set up all that they need; when nothing changed they go straight to work.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: chat test sweep lint eval bench browser clean

chat: .venv/.installed
	$(BIN)/byline chat $(ARGS)

# Two files at a time, each with one thread: threads of two models that share two cores wait for each other.
test: .venv/.installed-dev browser lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term -m "not sweep" $(ARGS)

# The tests of kills and damage at every point, minutes long.
sweep: .venv/.installed-dev
	$(BIN)/pytest -m sweep $(ARGS)

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The README's figures on the seeds and on what names outlets and days; with DATA=DIR those over the datasets too.
# Results go to .byline-eval/results, stores beside them (gigabytes with DATA).
eval: .venv/.installed
	$(BIN)/python -m evals.bench.reproduce $(if $(DATA),--data "$(DATA)") $(ARGS)

# Kills of an ingest and damage to a store; results go to evals/results.
bench: .venv/.installed
	$(BIN)/python -m evals.bench $(ARGS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Byline needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python's venv module is missing: on Debian, apt install python3-venv" >&2; exit 2; }

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable ".[dev]"
	touch .venv/.installed $@

# The browser tests drive Debian's chromium; where it cannot be installed they are skipped and say so.
browser:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		echo "chromium is missing and cannot be installed here: the browser tests will be skipped"

clean:
	rm -rf .venv build *.egg-info
