# Run, check and maintain the product. Each target is a few lines; the work is done in bin/, devservices/ and manage.py.

PORT ?= 8000
VENV ?= .venv
PYTHON ?=
PY = $(VENV)/bin/python
BOOLEAN_OFF = 0 no false

STARTED_AT := $(shell date +%s) # for the seconds in front of the lines of progress

export PYTHON STARTED_AT
.DEFAULT_GOAL = help
.PHONY: help demo test check lint format seed bench messages assets lock runtime development

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: runtime ## Start everything on PORT=8000 with the demo company; RESET=1 starts afresh; Ctrl-C stops
	@$(PY) manage.py demo --port "$(PORT)" $(if $(filter-out $(BOOLEAN_OFF),$(RESET)),--reset)

test: development ## All checks and all tests on servers of their own; ARGS go to pytest
	@sh bin/chromium
	@$(MAKE) --no-print-directory check
	@sh bin/tests $(PY) $(ARGS)

check: development lint ## Lint, import contracts, types, migrations, locked requirements
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
	@WHEELHOUSE_MODE=test $(PY) -m mypy .
	@$(PY) -m devservices $(PY) manage.py makemigrations --check --dry-run
	@$(PY) bin/check_lock.py

lint: development ## Style of Python and templates
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint templates --check --quiet

format: development ## Put the style right where that can be done
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@$(PY) -m djlint templates --reformat --quiet

seed: runtime ## A large organisation in the demo's database: PEOPLE=10000; ARGS=--replace removes what is there
	@$(PY) manage.py seed --people $(or $(PEOPLE),10000) $(ARGS)

bench: development ## Measure on servers of its own and print the conditions; ARGS names benchmarks
	@$(PY) -m devservices $(PY) -m bench $(ARGS)

messages: development ## Gather and compile the translated words of the pages that people who are asked read
	@WHEELHOUSE_MODE=test $(PY) bin/messages.py

assets: runtime ## Rebuild the committed icon sprite and fonts from their packages
	@$(PY) manage.py build_assets

lock: development ## Write requirements*.txt from requirements*.in; ARGS=--upgrade for newer versions
	@sh bin/lock "$(VENV)" $(ARGS)

runtime:
	@sh bin/setup "$(VENV)" requirements.txt

development:
	@sh bin/setup "$(VENV)" requirements-dev.txt
