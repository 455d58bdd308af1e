# Everything a newcomer needs is `make demo` and `make test`; both set up what they need.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLUSTER ?= local
export PYTHONWARNINGS ?=

help: ## show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /\1\t/' | column -t -s "$$(printf '\t')"

setup: $(VENV)/.ready ## make the Python environment

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## a real Kubernetes node, Fairlead in it, a good release and a bad one that comes back
	$(BIN)/python -m dev.demo --cluster $(CLUSTER)

test: lint control-plane ## everything but the end-to-end tests
	cd dev/app && go vet ./... && go test -timeout 60s ./...
	cd dev/load && go vet ./... && go test -timeout 60s ./...
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report --include 'src/fairlead/core/*' --fail-under 90

crash: setup control-plane ## kill the operator at every write of every scenario, in virtual time and on a real API server
	$(BIN)/python -m tests.crash.sweep --in-process
	$(BIN)/python -m tests.crash.sweep

e2e: setup cluster ## end-to-end tests on the local node
	$(BIN)/pytest tests/e2e

lint: setup ## ruff, strict types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

generate: setup ## write the CRDs and the one-file manifest of the chart (helm on PATH for its templates)
	for r in components revisions releases; do $(BIN)/python -m fairlead.api.crd $$r > charts/fairlead/crds/$$r.yaml; done
	$(BIN)/python -m dev.manifest

control-plane: ## build what integration tests need
	$(PYTHON) -m dev.cluster build kubernetes

cluster: ## build and start the local node
	$(PYTHON) -m dev.cluster build
	$(PYTHON) -m dev.cluster up

lock: setup ## pin the dependencies anew, with hashes
	$(BIN)/pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet $(LOCK) --strip-extras --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet $(LOCK) --extra dev --all-build-deps --no-strip-extras --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe

clean: ## stop the local node and leave nothing behind
	$(PYTHON) -m dev.cluster clean --all
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

.PHONY: help setup demo test crash e2e lint generate control-plane cluster lock clean
