# The portal's commands. 'make' alone lists them.
# Everything that needs more than a line is Python: edi_portal/embedded/.

PORT ?= 8000
PYTHON ?= python3
ARGS ?=
MODULES ?=
export PORT

# Makes .venv and build/ where they are missing or out of date, then becomes the command that follows.
PREPARED := @$(PYTHON) -m edi_portal.embedded.environment
# Runs a command with a PostgreSQL and Redis of its own, or with those of DATABASE_URL and REDIS_URL.
WITH_SERVERS := $(PREPARED) python -m edi_portal.embedded exec --

.DEFAULT_GOAL := help
.PHONY: help run test test-long test-api mutants coverage evidence check gameday load soak bench assets environment lock clean

help: ## List these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Start the portal with demonstration data on PORT (8000); Ctrl-C stops it
	$(PREPARED) python -m edi_portal.embedded run

# A file stays with one worker: what its tests share is made once.
test: ## Run the tests; ARGS go to pytest
	$(WITH_SERVERS) python -m pytest -n 2 --dist loadfile $(ARGS)

test-long: ## Run what is too slow for every run: long attacks, sizes, every page through axe-core and at 400% zoom
	$(WITH_SERVERS) env PORTAL_LONG=1 python -m pytest -n 2 $(ARGS)

test-api: ## Try the API with what its schema allows and forbids; API_EXAMPLES (20) for each request
	$(WITH_SERVERS) env PORTAL_LONG=1 python -m pytest -n 0 tests/api/test_contract.py $(ARGS)

mutants: ## Put small faults into the code and see whether a test notices; ARGS="stats --size 100" tries one part
	$(WITH_SERVERS) python -m tests.quality.mutants $(ARGS)

coverage: ## Run tests and list the modules with many lines that none runs; ARGS="tests/kpis" MODULES=kpis narrows it
	$(WITH_SERVERS) env COVERAGE_FILE=var/coverage python -m pytest -n 2 --dist loadfile --cov --cov-report= $(ARGS)
	$(PREPARED) python -m tests.quality.coverage_table $(MODULES)

evidence: ## Run what docs/security.md and docs/reliability.md name; ARGS="F7 13 --write" puts the figures into these rows
	$(WITH_SERVERS) python -m tests.quality.evidence $(ARGS)

check: ## Style, types, import contracts, missing migrations, templates, settings
	$(WITH_SERVERS) python -m edi_portal.embedded check

gameday: ## Pull the plug on a demonstration of its own: pass or fail for each fault; ARGS="F1 F5" plays these
	$(PREPARED) python -m edi_portal.gameday $(ARGS)

load: ## Play the hour before a deadline on a portal of its own; ARGS="--seconds 60 --times 10 --with-restarts"
	$(PREPARED) python -m edi_portal.load $(ARGS)

soak: ## Play a year on a portal of its own, day by day; ARGS="--days 60"
	$(PREPARED) python -m edi_portal.soak $(ARGS)

bench: ## Measure speed and count queries
	$(WITH_SERVERS) python manage.py bench $(ARGS)

assets: ## Build the browser's files into build/
	$(PREPARED)

environment: assets ## Make .venv and build/ without starting anything

lock: ## Renew the lock files after a change of pyproject.toml or package.json
	$(PREPARED) python -m edi_portal.embedded lock $(ARGS)

clean: ## Remove built files and the data of instances that do not run
	@$(PYTHON) -m edi_portal.embedded clean
