# Everything installs itself below this directory; Python 3.11, Node.js, Terraform and make suffice.
# Only what GNU make 3.81 knows is used: macOS ships no later one.

PIPENV_VERSION := 2026.10.3
AWSCLI_VERSION := 1.46.2
CHECKOV_VERSION := 3.3.30
MOTO_VERSION := 5.2.5

TOOLS := .tools/pipenv-$(PIPENV_VERSION)
AWSCLI := .tools/awscli-$(AWSCLI_VERSION)
CHECKOV := .tools/checkov-$(CHECKOV_VERSION)
MOTO := .tools/moto-$(MOTO_VERSION)
VENV := .venv/.installed
NODE_MODULES := node_modules/.installed

# The first interpreter on the PATH that is Python 3.11; empty if there is none.
PYTHON = $(shell for python in python3.11 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo up down test check coverage bench bench-quick scan moto upgrade docs samples client fmt clean node npm terraform

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: node terraform $(VENV) ## Bring the pipeline up, send telemetry, query it back; FILE=… replays a file
	@.venv/bin/python -m lib.cli demo $(if $(FILE),--file "$(FILE)")

up: node terraform $(VENV) ## Start the local engine and deploy the stack to it
	@.venv/bin/python -m lib.cli up

down: $(VENV) ## Stop the local engine; its data is kept
	@.venv/bin/python -m lib.cli down

test: node npm terraform coverage $(NODE_MODULES) $(AWSCLI) ## Run the gate, the bench that guards, then the infrastructure and end-to-end tests
	@$(MAKE) --no-print-directory bench-quick
	PATH="$(CURDIR)/$(AWSCLI)/bin:$$PATH" .venv/bin/pytest test/infrastructure test/e2e

check: $(VENV) ## Run the gate: format, lint, types, import rules, unit tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	PYTHONPATH=.:lambda .venv/bin/lint-imports
	.venv/bin/pytest --numprocesses=auto --dist=worksteal test/unit $(COVERAGE)

coverage: COVERAGE := --cov
coverage: check ## Run the gate, and see how much of the code its tests reach

# PIPELINE_TEST_READINGS names a zipped JSON array of messages; without, readings are made up.
bench: node terraform $(VENV) ## Measure what things cost, in time and money, into docs/performance.md
	PYTHONPATH=.:lambda:test .venv/bin/python -m bench everything

bench-quick: $(VENV) ## See in two minutes that nothing got slower or dearer by a third
	PYTHONPATH=.:lambda:test .venv/bin/python -m bench quick

scan: node $(VENV) $(CHECKOV) ## Look for insecure settings in the synthesised stack
	AWS_ACCOUNT_ID=123456789012 .venv/bin/python main.py
	$(CHECKOV)/bin/checkov --directory cdktf.out --config-file .checkov.yaml

moto: node terraform $(VENV) $(MOTO) ## Apply the stack to a second emulator and tell where that differs
	PATH="$(CURDIR)/$(MOTO)/bin:$$PATH" .venv/bin/pytest --verbose test/second_emulator

upgrade: node terraform $(VENV) ## Deploy the commit FROM and then this one in its place, with what it took in
	PIPELINE_TEST_UPGRADE_FROM="$(FROM)" .venv/bin/pytest --verbose test/upgrade

docs: $(VENV) ## Write the OpenAPI document, the callers, the Postman collection and README's costs anew
	@mkdir -p build
	PYTHONPATH=lambda .venv/bin/python -m api_document > build/new && mv build/new docs/openapi.json
	PYTHONPATH=lambda .venv/bin/python -m api_document callers > build/new && mv build/new docs/callers.md
	.venv/bin/python -m lib.postman docs/openapi.json > build/new && mv build/new docs/postman_collection.json
	.venv/bin/python -m lib.cost.readme

samples: node $(VENV) ## Write anew what tests and `pipeline cost` know of the stack
	AWS_ACCOUNT_ID=123456789012 .venv/bin/python main.py
	PYTHONPATH=test .venv/bin/python -m samples.stack cdktf.out/stacks/*/cdk.tf.json
	.venv/bin/python -m lib.cost.standing cdktf.out/stacks/*/cdk.tf.json
	.venv/bin/python -m lib.cost.readme

client: $(TOOLS) ## Build the client that services install, as a wheel in build/client
	.tools/bin/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir build/client .

fmt: $(VENV) ## Format the code and mend what the linter can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean: ## Stop the local engine and remove all that was installed, built or stored, its data too
	@if [ -e .local ] && [ -x .venv/bin/python ]; then .venv/bin/python -m lib.cli down; fi
	rm -rf .local .tools .venv build cdktf.out node_modules
	rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

$(TOOLS):
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 is missing: install it and put python3.11 on the PATH." >&2; exit 1; }
	rm -rf .tools
	@$(PYTHON) -m venv .tools || { \
		echo "Python's venv module is missing: install it (Debian's package is python3.11-venv)." >&2; \
		exit 1; }
	.tools/bin/pip install --quiet --disable-pip-version-check pipenv==$(PIPENV_VERSION)
	@touch $@

# Each pins a boto3 of its own, so each has a virtual environment of its own.
$(AWSCLI): $(TOOLS)
	.tools/bin/python -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check awscli==$(AWSCLI_VERSION)

$(CHECKOV): $(TOOLS)
	.tools/bin/python -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check checkov==$(CHECKOV_VERSION)

# Its server needs what the tests' own moto does not.
$(MOTO): $(TOOLS)
	.tools/bin/python -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check "moto[server]==$(MOTO_VERSION)"

# pipenv would otherwise install into whatever virtual environment is active.
$(VENV): Pipfile.lock $(TOOLS)
	PIPENV_VENV_IN_PROJECT=1 PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_PYTHON="$(CURDIR)/.tools/bin/python" \
		.tools/bin/pipenv sync --dev
	@touch $@

$(NODE_MODULES): package-lock.json
	npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

node:
	@major=$$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'); \
	if [ "$${major:-0}" -lt 18 ]; then \
		echo "Node.js is missing or too old: install version 18 or later." >&2; exit 1; fi

npm:
	@npm --version >/dev/null 2>&1 || { \
		echo "npm is missing: install it; the tests run cdktf's own command line." >&2; exit 1; }

terraform:
	@version=$$( (terraform version || tofu version) 2>/dev/null \
		| sed -n 's/^[A-Za-z]* v\([0-9]*\)\.\([0-9]*\)\..*/\1 \2/p' | head -n 1); \
	set -- $${version:-0 0}; \
	if [ "$$1" -lt 1 ] || { [ "$$1" -eq 1 ] && [ "$$2" -lt 11 ]; }; then \
		echo "Terraform is missing or too old: install Terraform or OpenTofu 1.11 or later." >&2; \
		exit 1; fi
