# `make` lists what there is. Works with GNU make 3.81 (macOS) and later.

PY = .venv/bin/python
FLAVOR ?= x
COVERED = 95
WORKERS ?= 3
DEVELOPERS ?= 20000

.PHONY: help demo demo-reset test check bench bench-million bench-soak conformance test-extra assets dist lock \
	venv-demo venv-dev browser

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: venv-demo ## run the portal with a local Apigee and sign-in until Ctrl-C (FLAVOR=edge for Edge)
	@$(PY) -m tools.browser_files
	@exec $(PY) -m demo --flavor "$(FLAVOR)"

demo-reset: ## forget everything that the demo has stored
	@rm -rf var/portal var/emulator var/mail var/demo var/log
	@echo "The next make demo starts from the sample data."

# Half of the time of a test with processes of its own is waiting, so there is one more of them than
# there are cores. What they start finds the portal compiled, also where Python is told to keep nothing.
test: export PYTHONDONTWRITEBYTECODE =
test: venv-dev browser ## run every test, three at a time (WORKERS=0: in one process), with branch coverage
	@$(PY) -m tools.browser_files
	$(PY) -m tools.contained $(PY) -m tools.once_more -n $(WORKERS) --maxprocesses=4 --dist worksteal \
		--cov --cov-branch --cov-report=term --cov-fail-under=$(COVERED)

check: venv-dev ## format, lint, types, import contracts, templates, script
	@$(PY) -m tools.browser_files
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m djlint templates --lint --check --quiet
	$(PY) -m tools.node node_modules/eslint/bin/eslint.js static/js demo tests/clients eslint.config.js
	@echo "services + apigee: $$(find app/services app/apigee -name '*.py' -exec cat {} + | wc -l | tr -d ' ') lines"

bench: venv-dev ## measure against the targets, as ratios (DEVELOPERS=20000 of an organization)
	@$(PY) -m tools.browser_files
	@$(PY) -m bench --developers "$(DEVELOPERS)"

bench-million: venv-dev ## the same for an organization of a million, an hour or more
	@$(PY) -m tools.browser_files
	@$(PY) -m bench organization --developers 1000000

bench-soak: venv-dev ## ten thousand sessions for five minutes on two processes: does anything grow?
	@$(PY) -m tools.browser_files
	@$(PY) -m bench soak

conformance: venv-dev ## other people's clients against the local Apigee
	@$(PY) -m tools.other_clients
	$(PY) -m pytest tests/conformance tests/clients

test-extra: venv-dev browser ## tests that need more: nginx, LibreOffice, promtool, real makers' API documents from npm and PyPI
	@$(PY) -m tools.browser_files
	$(PY) -m pytest tests/extra

assets: venv-demo ## build static/vendor/ from the locked packages
	@$(PY) -m tools.browser_files

dist: venv-dev ## build dist/: a wheel with everything that serves the portal, and an sdist
	@$(PY) -m tools.browser_files
	$(PY) -m hatchling build

lock: venv-dev ## write requirements/*.txt and package-lock.json anew
	@sh tools/lock.sh

venv-demo:
	@sh tools/venv.sh demo

venv-dev:
	@sh tools/venv.sh dev

browser: venv-dev
	@$(PY) -m tools.chromium
