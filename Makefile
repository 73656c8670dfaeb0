# Everything runs in .venv, which the first target that needs it makes; it is made anew when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint types format sync docs bench soak fuzz cassettes oldest wheel clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("fmorm needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY) ## run the main job on the embedded server
	@$(BIN)/python examples/quickstart.py

ALL_CORES := --numprocesses=auto --dist=worksteal

test: $(READY) ## run the tests
	$(BIN)/python -m pytest $(ALL_CORES)

lint: $(READY) ## ruff, the format, and that fmorm/_sync is what the tool writes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/unasync.py --check

types: $(READY) ## mypy strict and pyright strict
	$(BIN)/mypy
	$(BIN)/pyright

format: $(READY) ## put the code into shape and write fmorm/_sync from fmorm/_async
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/unasync.py

sync: $(READY) ## write fmorm/_sync from fmorm/_async
	$(BIN)/python tools/unasync.py

docs: $(READY) ## build the documentation
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

cassettes: $(READY) ## record the cassettes anew from the embedded server
	$(BIN)/python -m pytest tests/cassettes/test_conversations.py --record-mode=rewrite

bench: $(READY) ## time the hot paths as ratios against a baseline
	$(BIN)/python tools/bench

soak: $(READY) ## work under 100,000 faults, and look whether anything was lost or doubled
	@$(BIN)/python tools/soak

fuzz: $(READY) ## treat the embedded server badly for five minutes, and see whether it stays what it should be
	@$(BIN)/python tools/fuzz

# What depends on no release of anything: pages, timings, the embedded server but for its sockets, and what takes longest.
SOCKETS := tests/server/test_mounts%.py tests/server/test_faults__socket.py tests/server/test_containers__mounts.py
OUR_OWN := tests/docs tests/test_bench.py tests/test_soak.py tests/test_fuzz.py tests/test_compare_replies.py \
	tests/faults/test_table.py tests/conformance tests/drafting tests/checking tests/generating tests/examples \
	tests/query/test_algebra.py tests/query/test_compile__exact.py tests/testing tests/server/page \
	tests/server/calculations tests/server/robust tests/server/scripts $(filter-out $(SOCKETS),$(wildcard tests/server/test_*.py))

oldest: $(READY) ## run the tests on the oldest releases of the dependencies that are allowed
	@test -x $(VENV)-oldest/bin/python || $(PYTHON) -m venv $(VENV)-oldest
	@$(VENV)-oldest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' $$($(BIN)/python tools/oldest.py)
	$(VENV)-oldest/bin/python -m pytest $(ALL_CORES) $(OUR_OWN:%=--ignore=%) -p no:cacheprovider

# What needs no extra: the order of text is that of its language with the extra server only.
BARE := tests/model tests/query tests/wire tests/protocol tests/mapper --ignore=tests/query/test_algebra.py \
	--ignore=tests/wire/test_quick.py --ignore=tests/model/test_build__quick.py

wheel: $(READY) ## build the wheel and try it in an empty environment
	rm -rf dist $(VENV)-wheel
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@$(PYTHON) -m venv $(VENV)-wheel
	@$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	cd / && $(abspath $(VENV))-wheel/bin/python -I $(abspath tools/try_wheel.py) $(CURDIR)
	@$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check pytest hypothesis
	$(VENV)-wheel/bin/pytest -p no:cacheprovider $(BARE)
	@$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls dist/*.whl)[testing]"
	cp -R examples/sample_project $(VENV)-wheel/ && cd $(VENV)-wheel/sample_project && \
		../bin/python -m pytest -p no:cacheprovider && ../bin/fmorm audit

clean: ## remove .venv and everything generated that is not committed
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-wheel build site dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
