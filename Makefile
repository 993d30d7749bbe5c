# `make run` and `make test` do all set-up on a machine with Python 3.11, make and git.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test check gate index bench install clean
.DEFAULT_GOAL := run

install: $(INSTALLED)

# Reinstalls only when the dependencies changed.
$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

index: $(INSTALLED)
	$(BIN)/kb index articles

run: index
	$(BIN)/kb serve

test: $(INSTALLED)
	$(BIN)/python -m pytest

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# In single precision: processors with and without bfloat16 then agree.
gate: $(INSTALLED)
	KB_EMBEDDING_PRECISION=float32 $(BIN)/kb eval gate articles/golden \
		--baseline articles/golden/baseline.json --max-drop 0.01

bench: $(INSTALLED)
	$(BIN)/kb eval bench

clean:
	rm -rf $(VENV) data build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
