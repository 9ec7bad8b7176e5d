# Folkmoot's commands. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
THREADS ?= 4
WORKERS ?= auto
TESTS ?= tests
PARTS ?=
KILLS ?= 500

venv := .venv
bin := $(venv)/bin
flask := $(bin)/flask --app wsgi
catalogs := $(wildcard app/translations/*/LC_MESSAGES/messages.po)
compiled := $(catalogs:.po=.mo)
lock := $(bin)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help run test check format tamper bench install messages lock fresh clean translations components

##@ Every day

help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export FOLKMOOT_ENV ?= development
run: export FOLKMOOT_JSON_LOGS ?= no
run: export FOLKMOOT_BASE_URL ?= http://$(HOST):$(PORT)
run: export FOLKMOOT_CITY_NAME ?= Linden Ferry
run: export FOLKMOOT_TIMEZONE ?= America/Chicago
run: install ## Serve Folkmoot with its demo city on http://127.0.0.1:8000 (PORT=… for another)
	@$(flask) db upgrade
	@FOLKMOOT_ACCEPT_LOSS=yes $(flask) demo load --if-empty
	@$(flask) demo accounts
	@echo
	@echo "Folkmoot is at http://$(HOST):$(PORT)/ – Ctrl-C stops it, \`make run\` goes on where it stopped."
	@echo
	@scripts/serve $(bin)/granian --interface wsgi --host $(HOST) --port $(PORT) \
	  --workers 1 --blocking-threads $(THREADS) --workers-kill-timeout 5 --log-level warning wsgi:app

test: install $(venv)/develops components ## Run every test: both databases and the browser (TESTS=… for some)
	$(bin)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

check: $(venv)/develops ## Look without running: format, lint, types, layers
	@failed=0; for look in "ruff format --check" "ruff check" mypy lint-imports; do \
	  echo "» $$look"; $(bin)/$$look || failed=1; \
	done; exit $$failed

format: $(venv)/develops ## Put the code into the house's format and mend what can be mended by itself
	$(bin)/ruff check --fix
	$(bin)/ruff format

tamper: install $(venv)/develops components ## Change 1,000 single bytes of a log and its record: each must be found
	TAMPERS=1000 $(bin)/pytest -n $(WORKERS) tests/audit/test_tampering.py tests/audit/test_tampered_export.py

bench: install $(venv)/develops components ## Measure pages, casting, the log and imports as ratios (PARTS=… for some)
	$(bin)/python -m benchmarks $(PARTS)

kills: install $(venv)/develops components ## Kill acting and sequencing processes KILLS times, and look each time at what is left
	$(bin)/python -m tests.audit.kills $(KILLS)

##@ Now and then

install: $(venv)/runs translations ## Install what Folkmoot needs to run, and nothing more

messages: $(venv)/develops ## Collect the texts to be translated into app/translations
	$(bin)/python -m scripts.messages

lock: $(venv)/develops ## Choose the newest versions that fit the two .in files, and lock them with hashes
	$(lock) --upgrade -o requirements.txt requirements.in
	$(lock) --upgrade -o requirements-dev.txt requirements-dev.in

fresh: ## Forget the demo city: the next `make run` begins anew (deletes what is in instance/)
	find instance -mindepth 1 ! -name .gitkeep -delete

clean: ## Remove the environment and everything else that can be made again, but not instance/
	rm -rf $(venv) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis $(compiled)
	find app migrations tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# ---- What the commands above need. Each stamp is newer than what it was made from.

$(venv)/runs: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Folkmoot needs Python 3.11 or newer; PYTHON=… names another than $(PYTHON)."; exit 1; }
	@test -x $(bin)/pip || $(PYTHON) -m venv $(venv) || { rm -rf $(venv); exit 1; }
	@echo "Installing what Folkmoot needs into $(venv) …"
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(venv)/develops: requirements-dev.txt $(venv)/runs
	@echo "Installing what working on it needs into $(venv) …"
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(venv)/others: requirements-outside.txt $(venv)/develops
	@echo "Installing what checks our log from outside into $(venv)/outside …"
	@rm -rf $(venv)/outside
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  --ignore-requires-python --target $(venv)/outside -r requirements-outside.txt \
	  && touch $@ || echo "Not to be had; the tests that need it will be skipped." >&2

translations: $(compiled)

%.mo: %.po | $(venv)/runs
	@$(bin)/pybabel -q compile -i $< -o $@

components: $(venv)/develops $(venv)/others
	@scripts/components $(bin)
