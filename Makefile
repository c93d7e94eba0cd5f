# Everything that a person or a machine does with this checkout. Needs Python 3.11 or newer and make alone.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SOURCES := ceasefire tracker tests bench manage.py
# The checks' own settings: no server is asked, and the deployment that is checked is a public one.
CHECKING := DJANGO_SETTINGS_MODULE=ceasefire.settings SECRET_KEY=$$(printf 'checking-%.0s' 1 2 3 4 5 6 7 8) \
	ALLOWED_HOSTS=ceasefire.example DATABASE_URL=postgresql://nobody:none@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL := help
.PHONY: help up test test-servers check lock messages openapi bench mutants clean

help:
	@echo 'make up            run the service on this machine (PORT=8000), Ctrl-C stops it'
	@echo 'make test          the whole suite, on servers of its own (ARGS="-k words" chooses)'
	@echo 'make test-servers  a short suite on the servers that DATABASE_URL and REDIS_URL name'
	@echo 'make bench         the benchmarks, as ratios (SIZE=small or full, ARGS="words" chooses)'
	@echo 'make mutants       break the rules in every small way, and count what their tests notice'
	@echo 'make check         lint, types, imports, clock, migrations, OpenAPI, translations, deployment, locks'
	@echo 'make lock          pin the dependencies of pyproject.toml anew, with hashes'
	@echo 'make messages      gather and compile the texts to translate'
	@echo 'make openapi       write docs/openapi.json anew'

# The environment: `runtime` is what the service needs, `development` adds what its tests and checks need.
# uv installs in a third of pip's time; where it cannot reach a package, pip tries with its own configuration.

# Wheels alone, so that nothing is compiled; only these two pure Python packages, for the tests, have none.
BINARIES := --only-binary :all: --no-binary libhxl --no-binary python-io-wrapper

INSTALL = $(VENV)/bin/uv pip install --quiet --python $(RUN) --require-hashes $(BINARIES) -r $(1) \
	|| $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes $(BINARIES) -r $(1)

$(VENV)/installer: requirements-installer.lock
	@echo 'Making the environment …'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

$(VENV)/runtime: requirements.lock $(VENV)/installer
	@echo 'Installing the locked packages …'
	@$(call INSTALL,$<)
	@touch $@

$(VENV)/development: requirements-dev.lock $(VENV)/runtime
	@echo 'Installing the locked packages for development …'
	@$(call INSTALL,$<)
	@touch $@

up: $(VENV)/runtime
	@PORT='$(PORT)' $(RUN) -m ceasefire.up

test: $(VENV)/development
	@$(RUN) -m ceasefire.assets
	@env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL $(RUN) -m pytest -n 2 --dist loadfile $(ARGS)

test-servers: $(VENV)/development
	@test -n "$$DATABASE_URL" -a -n "$$REDIS_URL" || { echo 'Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL first.' >&2; exit 2; }
	@$(RUN) -m ceasefire.assets
	@$(RUN) -m pytest -m servers $(ARGS)

check: $(VENV)/development
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/ruff format --check $(SOURCES)
	$(CHECKING) $(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(CHECKING) $(RUN) -m tests.checks
	$(CHECKING) $(RUN) manage.py check --deploy --fail-level WARNING

lock: $(VENV)/installer
	@$(RUN) -m tests.checks.locks --write

messages: $(VENV)/development
	@$(RUN) -m tests.checks.translations --gather
	@$(RUN) -m ceasefire.assets

openapi: $(VENV)/development
	@$(CHECKING) $(RUN) manage.py spectacular --format openapi-json --file docs/openapi.json

bench: $(VENV)/development
	@$(RUN) -m ceasefire.assets
	@env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL $(RUN) -m bench $(or $(SIZE),small) $(ARGS)

# Half an hour on two cores; each mutant is bounded in time and memory. Writes docs/mutants.json, which
# docs/mutants.md argues. ARGS="scope weigh" tries the files of these names alone.
mutants: $(VENV)/development
	@nice -n 19 $(RUN) -m tests.checks.mutants $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
