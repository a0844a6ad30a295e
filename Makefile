# Two commands matter: `make run` shows Latchkey, `make test` proves it. Everything they need they set up by themselves.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 4 ? n + 2 : n )))

.PHONY: setup setup-dev run test check bench corpus soak promises lock clean

setup: .venv/.run-stamp
setup-dev: .venv/.dev-stamp

.venv/bin/uv: requirements-uv.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	touch $@

.venv/.run-stamp: .venv/bin/uv requirements.lock pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/latchkey.pth"
	printf '#!%s/.venv/bin/python\nimport sys\nfrom core.cli import main\nsys.exit(main())\n' "$$(pwd)" > $(BIN)/latchkey
	chmod +x $(BIN)/latchkey
	touch $@

.venv/.dev-stamp: .venv/.run-stamp requirements-dev.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	touch $@

run: setup
	$(BIN)/latchkey demo

test: setup-dev check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev
	$(BIN)/python -m tests.bench $(ONLY:%=--only %)

corpus: setup-dev
	$(BIN)/python -m tests.corpus $(FILES)

promises: setup-dev
	$(BIN)/python -m tests.promises

soak: setup-dev
	$(BIN)/python -m tests.soak

lock: .venv/bin/uv
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv
