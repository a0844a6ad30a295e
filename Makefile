# Two commands matter: `make run` shows Latchkey, `make test` proves it. Everything they need they set up by themselves.
# `make` alone lists the targets: what stands behind `##` below.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
NEEDED = Latchkey needs Python 3.11 or newer; found: $(or $(PYTHON),none). Name one: make run PYTHON=/usr/bin/python3.11
OR_SAY = || { echo "The packages could not be fetched. This machine needs the internet once, or a mirror that pip knows." >&2; exit 1; }
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 4 ? n + 2 : n )))

.PHONY: help setup setup-dev run test check compiled bench corpus soak promises sbom audit pictures lock clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: .venv/.run-stamp  ## what is needed to run it, in .venv
setup-dev: .venv/.dev-stamp  ## and what is needed to work on it

.venv/bin/uv: requirements-uv.lock
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(NEEDED)" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock $(OR_SAY)
	touch $@

.venv/.run-stamp: .venv/bin/uv requirements.lock pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock $(OR_SAY)
	pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/latchkey.pth"
	printf '#!%s/.venv/bin/python\nimport sys\nfrom core.cli import main\nsys.exit(main())\n' "$$(pwd)" > $(BIN)/latchkey
	chmod +x $(BIN)/latchkey
	touch $@

.venv/.dev-stamp: .venv/.run-stamp requirements-dev.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock $(OR_SAY)
	touch $@

run: setup  ## a practice with people in it, on this machine; nothing leaves it (STAFF=9000 PORTAL=9001 for other ports)
	@$(BIN)/latchkey demo $(STAFF:%=--staff-port %) $(PORTAL:%=--portal-port %)

test: setup-dev  ## the checks, then every test, on SQLite and PostgreSQL and in a browser
	$(MAKE) --no-print-directory -j2 check compiled
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# On the core that the type checker leaves idle. Otherwise each worker would compile all of it, at the same time.
compiled: setup-dev
	@said=$$($(BIN)/python -m pytest --collect-only 2>&1) || { tail -n 60 <<< "$$said"; exit 1; }

check: setup-dev  ## lint, format, types, who may import whom, scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/oxlint -c .oxlintrc.json staffbot portal
	$(BIN)/python -m tests.scripts

bench: setup-dev  ## how fast it is, beside the floor that could be had (ONLY=name for one)
	$(BIN)/python -m tests.bench $(ONLY:%=--only %)

corpus: setup-dev  ## every real questionnaire, as patients meet it (FILES=one.json for some)
	$(BIN)/python -m tests.corpus $(FILES)

promises: setup-dev  ## which test holds us to which security requirement
	$(BIN)/python -m tests.promises

sbom: setup-dev  ## list what it is made of (CycloneDX), for a release; offline
	@$(BIN)/python -m tests.sbom

audit: setup-dev  ## is a hole known in any of that? Asks a server of advisories, so before a release and each week
	@$(BIN)/python -m tests.advisories

soak: setup-dev  ## 20,000 deliveries by three workers, one of which is killed a hundred times
	$(BIN)/python -m tests.soak

pictures: setup-dev  ## take those of the README anew
	$(BIN)/python -m tests.pictures

lock: .venv/bin/uv  ## pin what pyproject.toml asks for, with hashes
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:  ## remove .venv
	rm -rf .venv
