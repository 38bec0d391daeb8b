# `make up` starts Headwater, `make test` tests it. PORT=, HOST=, DATA_DIR= and every variable of docs/configure.md may
# follow: make up PORT=9000 DATA_DIR=/srv/headwater
.PHONY: up demo test check browser bench catalogs lock setup-run setup-dev
BIN := .venv/bin
PORT ?= 8000
HOST := 127.0.0.1
export HOST
# Empty: the demonstration measures a repository made up for it.
REPO ?=
TESTS ?= tests
# HOUSE= leaves out the house tests of `make check`, where the whole suite follows.
HOUSE ?= tests/house
# ONLY=--services leaves out what is plain Python, for a second run on other services.
ONLY ?=
# Three workers, also on two processors, since a browser or a server is often waited for. Tests of one file stay together,
# so a browser is started once.
# The order of tests/conftest.py stays. A worker that dies is not replaced: the others run on, and the run says which test it died in.
PYTEST ?= $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# The leash ends everything also when make itself is killed.
up: setup-run
	@exec $(BIN)/python -S core/leash.py $$PPID $(abspath $(BIN)/python) manage.py up --host "$(HOST)" --port "$(PORT)"

demo: setup-run
	@$(BIN)/python manage.py demo $(if $(REPO),--repository "$(REPO)")

test: setup-dev
	@$(PYTEST) $(ONLY) $(TESTS)

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy .
	$(BIN)/lint-imports --no-cache
	git ls-files -z 'templates/*.html' | xargs -0r $(BIN)/djade --target-version 5.2 --check
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(if $(HOUSE),$(BIN)/python -m pytest -q -p no:randomly $(HOUSE))

browser: setup-dev
	@bin/browser

bench: setup-dev
	@$(BIN)/python -m bench

# New texts of the interface into the catalogs of all languages, and the compiled files anew: docs/translating.md.
catalogs: setup-dev
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.catalogs

# Needs uv. The lock files hold no address, so any package index may serve them.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt requirements-dev.in

setup-run setup-dev:
	@bin/setup $(@:setup-%=%)
