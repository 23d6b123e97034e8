# `make help` lists what there is. A line such as `target: ## words` makes a target appear there.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0

# Read by the local hub; see README.md.
export PORT DETACH RETRY_SCHEDULE FAST_ATTEMPTS DELIVERY_TIMEOUT DISABLE_AFTER FINAL_AFTER RECORDING_SCHEDULE STREAM_SECONDS SPEECH_ENGINE AUDIO_LOUDNESS AUDIO_TRIM EMAIL_SENDER STACK_OPERATOR ALLOW_PRIVATE_TARGETS

# A virtual environment does not survive a move, hence the directory beside the pins.
# dev.txt holds what the layers hold, at the same versions: `make lock` sees to that.
requirements := requirements/dev.txt requirements/setup.sh
ready := .venv/ready-$(shell { echo '$(CURDIR)'; cat $(requirements); } | cksum | cut -d' ' -f1)

.PHONY: help setup lock build build-local run stop catch demo-campaign screenshots test test-pbx unit sweep fuzz check builds lint format types validate audit api bench chaos pages route dialect samples goldens invoke deploy update clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(ready) ## make .venv with everything, pinned (by itself before every other target)

$(ready):
	@requirements/setup.sh '$@'

# Every file and its hashes, for every processor and every Python from 3.11. The layers take their versions from dev.txt.
locked := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

lock: $(ready) ## write requirements.txt and dev.txt from their .in files; ARGS=--upgrade, or '--upgrade-package name'
	@$(locked) $(ARGS) requirements/dev.in --output-file requirements/dev.txt
	@$(locked) $(ARGS) requirements/api.in --output-file requirements/api.txt
	@$(locked) $(ARGS) requirements/audit.in --constraint requirements/dev.txt --output-file requirements/audit.txt
	@for layer in dependencies web audio; do \
		$(locked) --constraint requirements/dev.txt layers/$$layer/requirements.in --output-file layers/$$layer/requirements.txt; done

build: $(ready) ## build the bundle for AWS
	@sam build

build-local: $(ready) ## build the bundle for this machine, unless that is done
	@python -m local build || { cat .local/build.log >&2; exit 1; }

# The command line of this checkout, without an installation.
command := .venv/bin/switchboard

$(command): $(ready)
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -m switchboard_cli "$$@"\n' '$(CURDIR)/cli' '$(CURDIR)/.venv/bin/python' > '$@'
	@chmod +x '$@'

run: $(ready) $(command) ## start the hub on this machine; PORT=8080, DETACH=1 to return when it is ready
	@python -m local up

stop: $(ready) ## stop the hub that runs on this machine
	@python -m local stop

catch: $(ready) ## print what arrives on http://127.0.0.1:9000, as a receiver of the hub's deliveries; PORT=9001 for another
	@python -m local.catch $(PORT)

demo-campaign: $(ready) ## ring N=60 people of the simulator's, and look on; starts the hub where none runs
	@python -m local campaign $(or $(N),60)

screenshots: $(ready) ## take the pictures of docs/console anew, with Chromium (apt install chromium); a minute
	@mkdir -p docs/console
	@SCREENSHOTS=docs/console python -m pytest -q tests/browser

# `tests/conftest.py` puts the longest files first, so both workers end together.
# What builds or deploys goes by itself: three hubs side by side, since its tests wait more than they compute.
# Exit 5: ARGS have left nothing of one half.
test: $(ready) ## run all tests; ARGS='-k retry -x' for pytest
	@python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not build and not e2e' $(ARGS) || [ $$? = 5 ]
	@python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m 'build or e2e' $(ARGS) || [ $$? = 5 ]

test-pbx: $(ready) ## join a real Asterisk 22 and telephones (debootstrap, as root) to the hub on this machine; minutes
	@python -m tests.pbx

# The directories whose tests need no emulator, no handler and no doubles of AWS. ARGS take their place.
quick := tests/unit tests/architecture tests/template tests/aws_rules

unit: $(ready) ## run the quick tests, in a minute and a half; ARGS='tests/functions -x' for others that need no build
	@python -m pytest -n 2 --dist loadfile -m 'not build and not e2e' $(or $(ARGS),$(quick))

sweep: $(ready) ## try every route with each credential of another account, and print how many tries that were
	@python -m pytest -q tests/functions/test_isolation.py $(ARGS)

fuzz: $(ready) ## run the property tests alone, with random examples; MINUTES=10 in all
	@FUZZ_MINUTES=$(or $(MINUTES),10) python -m pytest -p tests.support.fuzz -n 2 -q tests/unit $(ARGS)

# Most of the steps use one processor, so two run side by side. The two builds share files and follow each other.
check: $(ready) ## all that has to pass before a change goes in
	@$(MAKE) --jobs=2 --output-sync=target types builds lint validate audit
	@$(MAKE) test

builds: $(ready)
	@$(MAKE) build
	@$(MAKE) build-local

lint: $(ready) ## lint and check the format
	@ruff check .
	@ruff format --check .

format: $(ready) ## format, and mend what the linter can
	@ruff check --fix --quiet . || true
	@ruff format .

types: $(ready) ## check the types, strictly
	@mypy

validate: $(ready) ## check the template
	@sam validate

# An environment of its own: what audits needs other packages than what is audited.
auditing := .venv-audit/ready-$(shell { echo '$(CURDIR)'; cat requirements/audit.txt; } | cksum | cut -d' ' -f1)

$(auditing):
	@rm -rf .venv-audit
	@python3 -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--requirement requirements/audit.txt
	@touch '$@'

audit: $(ready) $(auditing) ## look for unsafe code with bandit, and for known vulnerabilities of packages with pip-audit
	@.venv-audit/bin/bandit --quiet --configfile pyproject.toml --recursive layers/switchboard functions local
	@python -m local.audit .venv-audit/bin/pip-audit

# An environment of its own, as that of the audit.
trying := .venv-api/ready-$(shell { echo '$(CURDIR)'; cat requirements/api.txt; } | cksum | cut -d' ' -f1)

$(trying):
	@rm -rf .venv-api
	@python3 -m venv .venv-api
	@.venv-api/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--requirement requirements/api.txt
	@touch '$@'

api: $(ready) $(trying) ## send good and bad requests by the API's document, with schemathesis; SECONDS=60 in all
	@API_SECONDS=$(or $(SECONDS),60) python -m pytest -q -s tests/trial

bench: $(ready) ## measure the hub that runs on this machine
	@python -m bench

chaos: $(ready) ## kill workers at random while events flow and a campaign runs, and tell what went wrong; minutes
	@PYTHONPATH=layers/switchboard python -m chaos $(ARGS)

pages: $(ready) ## write what is made from the code: openapi.yaml, openapi.json, the pages of routes, schemas and dialects
	@python -m local.openapi
	@python -m local.api.document
	@python -m local.routes_page
	@python -m local.receiving_page
	@python -m local.schemas
	@python -m local.matrix
	@python -m local.systems

route: $(ready) ## write the first version of a route: FN=admin/things METHOD=get ROUTE=/admin/things
	@python -m local.scaffold.route '$(FN)' '$(METHOD)' '$(ROUTE)'
	@$(MAKE) pages

dialect: $(ready) ## write the first version of a dialect: NAME=zentra
	@python -m local.scaffold.dialect '$(NAME)'
	@ruff check --fix --quiet 'layers/switchboard/switchboard/dialects/$(NAME)'
	@$(MAKE) pages
	@$(MAKE) samples DIALECT='$(NAME)'

goldens: $(ready) ## play every pair of dialects through a hub, and keep what comes out as what should
	@RENEW_GOLDENS=1 python -m pytest -q tests/e2e/test_matrix.py

samples: $(ready) ## write down what the code makes of a dialect's samples, where nobody has: DIALECT=name
	@PYTHONPATH=layers/switchboard python -m tests.support.samples '$(DIALECT)'

invoke: $(ready) ## run one function on a fixture: FN=admin/accounts EVENT=events/functions/admin/accounts/...json
	@log=$$(sam build --config-env local 2>&1) || { echo "$$log" >&2; exit 1; }
	@python -m local.invoke '$(FN)' $(if $(EVENT),'$(EVENT)')

# The answers are kept in a file of one's own, which begins as a copy of samconfig.toml and which git ignores.
answers := $(CURDIR)/samconfig.own.toml

deploy: $(ready) ## build, and deploy to AWS with questions asked; the answers are kept in samconfig.own.toml
	@[ -e '$(answers)' ] || cp samconfig.toml '$(answers)'
	@sam build --config-file '$(answers)'
	@sam deploy --config-file '$(answers)' --guided $(ARGS)

update: $(ready) ## build, and deploy to AWS with the answers that `make deploy` has kept
	@[ -e '$(answers)' ] || { echo 'There are no answers yet: begin with make deploy.' >&2; exit 1; }
	@sam build --config-file '$(answers)'
	@sam deploy --config-file '$(answers)' $(ARGS)

clean: ## remove all that was built; the local hub's data in .local/ stays
	rm -rf .venv .venv-audit .venv-api .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
