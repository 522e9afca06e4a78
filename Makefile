# `make run` and `make test` need Python 3.11 or newer, a shell and make; they fetch the rest themselves.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run phone test check contracts lock build clean system-for-tests

BIN := .venv/bin
PY := $(BIN)/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
# The virtual environment's Node, if it has one, comes before the system's.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
# A file's tests share what they set up, so a file stays on one core.
EVERY_CORE := -n auto --dist loadfile
NPM := cd pwa && $(WITH_NODE) npm --loglevel=error
PWA_SOURCES := $(shell find pwa/src pwa/service-worker pwa/public) pwa/index.html pwa/vite.config.ts pwa/vite.verify.config.ts pwa/precompress.mjs pwa/tsconfig.json

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run build ## Build, migrate, load the sample city and serve it (PORT=8000)
	@SUICHA_DEMO="$${SUICHA_DEMO-1}" $(PY) -m backend run

phone: .venv/.run build ## Serve the sample city to a phone on the same network (HTTPS, QR code)
	@SUICHA_DEMO=1 $(PY) -m backend phone

test: export SUICHA_LONG = $(if $(LONG),1)
test: system-for-tests check build ## Install what tests need and run them all (LONG=1: the long ones too)
	$(NPM) test
	$(PY) -m pytest $(EVERY_CORE)
	$(if $(LONG),SUICHA_TEST_POSTGRES=1 $(PY) -m pytest $(EVERY_CORE) tests/stages tests/faults/test_ingest_concurrent.py)

check: .venv/.test pwa/node_modules/.stamp ## Format, lint, types and import contracts; no tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run types
	$(NPM) run lint
	$(NPM) run depcruise

contracts: .venv/.run pwa/node_modules/.stamp ## Write schemas/openapi.json and pwa/src/contracts anew
	SUICHA_DEMO=1 $(PY) -m backend openapi > .venv/written && mv .venv/written schemas/openapi.json
	$(PY) -m backend vocabulary > .venv/written && mv .venv/written pwa/src/contracts/vocabulary.ts
	cd pwa && $(WITH_NODE) node_modules/.bin/openapi-typescript ../schemas/openapi.json -o src/contracts/api.ts

lock: $(PY) ## Choose new pinned versions from pyproject.toml
	$(PIP) uv
	cd requirements && for extra in run test; do \
		../$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate --no-emit-index-url \
			--custom-compile-command "make lock" $$([ $$extra = run ] || echo --extra $$extra) \
			../pyproject.toml --output-file $$extra.txt || exit 1; done

build: pwa/dist/index.html ## Build the PWA, if its sources changed

clean: ## Remove what make made; data in var/ stays
	rm -rf .venv pwa/node_modules pwa/dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find backend schemas sync tests -name __pycache__ -prune -exec rm -rf {} +

$(PY):
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python."; exit 1; }
	@echo "Preparing .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/.run: requirements/run.txt | $(PY)
	@echo "Installing Python packages (run)"
	@$(PIP) -r requirements/run.txt
	@touch $@

.venv/.test: requirements/test.txt | $(PY)
	@echo "Installing Python packages (test)"
	@$(PIP) -r requirements/test.txt
	@touch $@

.venv/.node: requirements/node.txt | $(PY)
	@if node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null && npm --version >/dev/null 2>&1; \
	then echo "Using Node $$(node --version)"; \
	else echo "No Node 20 or newer here: installing it into .venv"; $(PIP) -r requirements/node.txt; fi
	@touch $@

pwa/node_modules/.stamp: pwa/package-lock.json | .venv/.node
	$(NPM) ci --no-audit --no-fund
	@touch $@

pwa/dist/index.html: $(PWA_SOURCES) pwa/node_modules/.stamp
	$(NPM) run build
	@touch $@

system-for-tests:
	@want=""; \
	command -v chromium >/dev/null || want="$$want chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want="$$want postgresql"; \
	ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc >/dev/null 2>&1 || want="$$want fonts-noto-cjk"; \
	[ -n "$$want" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing$$want"; export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $$want >/dev/null && exit 0; \
	fi; \
	echo "Missing for the tests in the browser and on PostgreSQL:$$want"; \
	echo "  On Debian and Ubuntu: sudo apt-get install$$want"
