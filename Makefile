# The words of this project. Each does its own set-up; a set-up that is already done costs nothing.
#   make run    the product with demo data on http://127.0.0.1:8000 (another port: make run PORT=9000; for phones in the
#               hall: make run ARGS="--host 0.0.0.0")
#   make test   every test, the browser ones included (some: make test ARGS="tests/core -k storage")
#   make check  what reviewers should not have to say;  make fix  mends what a machine can mend
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
.DEFAULT_GOAL := run
.PHONY: setup run test check types manners fix messages pictures gallery lock clean

setup:
	@$(PYTHON) tools/setup run

run: setup
	@ANKE_ENV=$${ANKE_ENV:-demo} $(BIN)/anke init --demo
	@ANKE_ENV=$${ANKE_ENV:-demo} exec $(BIN)/anke serve $(ARGS)

test:
	@$(PYTHON) tools/setup test
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check:
	@$(PYTHON) tools/setup test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync types manners

types:
	$(BIN)/mypy

manners:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/check/translations.py
	$(BIN)/python tools/check/docstrings.py
	$(BIN)/python tools/check/hosts.py
	$(BIN)/python tools/check/licences.py

fix:
	@$(PYTHON) tools/setup test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# New words of the pages into the English catalogue, where they wait for their translation.
messages:
	@$(PYTHON) tools/setup test
	$(BIN)/python tools/check/translations.py --update

# The pictures of docs/, taken by the tests that walk there; one after the other, so that no picture waits for another walk. By a
# Chromium that says “选择文件” where there is one (Debian: apt-get install chromium chromium-l10n).
WALKS := $(patsubst %,tests/journey/test_%.py,lecture_day trainer_desk officer)
pictures:
	@$(PYTHON) tools/setup test
	ANKE_DOCS_PICTURES=1 ANKE_CHROMIUM=$${ANKE_CHROMIUM:-chromium} $(BIN)/python -m pytest -q $(WALKS) $(ARGS)

# Every page of the demo in every role, into var/gallery (elsewhere: make gallery ARGS=FOLDER; in English: ARGS="FOLDER en").
gallery:
	@$(PYTHON) tools/setup test
	$(BIN)/python -m tools.gallery $(ARGS)

# The newest versions that pyproject.toml and package.json allow. Hashes and integrity, no addresses.
lock:
	@test -x $(BIN)/pip-compile || $(PYTHON) tools/setup test
	$(BIN)/python tools/setup/lock.py $(ARGS)

# Everything that was made, but not var/: that is somebody's data.
clean:
	rm -rf .venv node_modules lms/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find lms tests tools migrations -name __pycache__ -prune -exec rm -rf {} +
	find lms/translations -name '*.mo' -delete
