# Two commands do all: `make demo` and `make test`. The others are for developers.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
UV := PYTHONPATH=.tools $(PYTHON) -m uv
export UV_PYTHON_DOWNLOADS := never
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test setup test-setup libraries migration words lock bench soak

demo: setup libraries
	@exec $(BIN)/conference demo --port $(PORT)

setup: $(VENV)/.ready
	@$(BIN)/python -m compileall -q conference

$(VENV)/.ready: requirements.txt pyproject.toml
	@echo "Setting up: libraries with hashes into $(VENV)"
	@test -x .tools/bin/uv || $(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools uv
	@test -d $(VENV) || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# What the PDFs need from the system. Without it everything else works, and PDF jobs wait.
libraries:
	@bash .ci/libraries $(BIN)/python

test: test-setup
	@bash .ci/test

test-setup: $(VENV)/.ready-for-tests

$(VENV)/.ready-for-tests: tests/requirements.txt $(VENV)/.ready tests/checkers/package.json
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r tests/requirements.txt
	@cd tests/checkers && npm install --silent --no-audit --no-fund --no-package-lock
	@touch $@

migration:
	@$(BIN)/conference migration "$(NAME)"

words:
	@$(BIN)/python -m conference.core.words

lock:
	@$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --no-annotate --extra install pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --no-annotate tests/requirements.in -o tests/requirements.txt

bench: test-setup
	@$(BIN)/python -m tests.bench

soak: test-setup
	@SOAK_ROUNDS=50 $(BIN)/python -m pytest tests/soak -q
