# `make up` starts Headwater, `make test` tests it. PORT=, HOST=, DATA_DIR= and every variable of docs/configure.md may
# follow: make up PORT=9000 DATA_DIR=/srv/headwater
.PHONY: up demo test check browser bench catalogs lock setup-run setup-dev
BIN := .venv/bin
PORT ?= 8000
HOST := 127.0.0.1
export HOST
REPO ?= $(CURDIR)
TESTS ?= tests
# Two workers share the pure and database tests; tests of one file stay together, so a browser is started once.
PYTEST ?= $(BIN)/python -m pytest -q -n 2 --dist loadfile

# The leash ends everything also when make itself is killed.
up: setup-run
	@exec $(BIN)/python -S core/leash.py $$PPID $(abspath $(BIN)/python) manage.py up --host "$(HOST)" --port "$(PORT)"

demo: setup-run
	@$(BIN)/python manage.py demo --repository "$(REPO)"

test: setup-dev
	@$(PYTEST) $(TESTS)

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy .
	$(BIN)/lint-imports --no-cache
	git ls-files -z 'templates/*.html' | xargs -0r $(BIN)/djade --target-version 5.2 --check
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -q -p no:randomly tests/house

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
