# make demo    a legacy database with planted defects, migrated, validated and served   (SCALE, SEED, SERVE, PORT)
# make test    every test but those in a browser                                        (ARGS="-k name")
# make browser what staff do, in a headless Chromium that has to be installed           (pictures: .data/screenshots)
# make prove   the demo's migration, checked by plain SQL and spoilt in many ways  (SCALE=1: the original's size)
# make bench   rows per second on this machine                                          (N, ROUNDS, ARGS="--profile")
# make lint    ruff and mypy
# make stop    end the embedded PostgreSQL of the demo
# Nothing but python3 (3.11 or newer) is needed: PostgreSQL comes from a wheel.

PYTHON ?= python3
SCALE ?= 0.02
SEED ?= 1
SERVE ?= 1
PORT ?= 8000
N ?= 200000
ROUNDS ?= 5
ARGS ?=

PY := .venv/bin/python

.PHONY: demo test browser prove bench lint stop venv
.DEFAULT_GOAL := help
.PHONY: help

help:
	@sed -n 's/^# //p' Makefile

demo: venv
	$(PY) manage.py demo --scale $(SCALE) --seed $(SEED) --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve,--serve)

test: venv
	$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadscope --no-loadscope-reorder --ignore=tests/browser $(ARGS)

browser: venv
	@$(PY) -m pip install --quiet --disable-pip-version-check -r .ci/browser.txt
	$(PY) -m pytest tests/browser $(ARGS)

prove: venv
	E2E_SCALE=$(SCALE) $(PY) -m pytest tests/e2e/test_demo_migration.py tests/e2e/test_predecessor.py tests/e2e/test_corruptions.py $(ARGS)

bench: venv
	$(PY) -m tests.benchmarks --rows $(N) --rounds $(ROUNDS) $(ARGS)

lint: venv
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .

stop: venv
	$(PY) manage.py embedded stop

venv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed: Python 3.11 or newer is needed." >&2; exit 1; }
	@$(PYTHON) .ci/venv.py
