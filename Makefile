# `make run` and `make test` do all set-up on a machine with Python 3.11, make and git.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test chromium check gate index bench install clean
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
	$(BIN)/kb sample articles
	$(BIN)/kb serve --sample-users

test: $(INSTALLED) chromium
	$(BIN)/python -m pytest

# For the browser tests. Where it cannot be had they are skipped and say so; in CI they fail.
chromium:
	@for name in chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	test "$$(id -u)" = 0 && as_root= || as_root="sudo -n"; \
	echo "Chromium is missing; installing it with apt-get …"; \
	$$as_root apt-get update -qq && \
	$$as_root apt-get install -qq --yes --no-install-recommends chromium || \
	echo "Could not: run 'apt-get install chromium' as root. The browser tests are skipped."

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
