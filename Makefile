# 台账. `make` alone prints the commands; `make run` and `make test` set up everything they need.
.DEFAULT_GOAL := help
PYTHON ?= python3
FLASK := .venv/bin/flask --app app
# Every package that the programs ask for by name: what one of them merely recommends does not come with it
RUN_PACKAGES := python3-venv ca-certificates tzdata libstdc++6 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 fonts-noto-cjk
TEST_PACKAGES := $(RUN_PACKAGES) poppler-utils chromium libatomic1 openssl libreoffice-writer-nogui libreoffice-calc-nogui postgresql clamav-daemon
PROOF_PACKAGES := debootstrap debian-archive-keyring git
DEMO_HOME := out/demo-home

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Setting up --------------------------------------------------------------------------------------------------------------

# Installs what is missing of Debian's packages where it may, else names it in one line. $(1): package names
define debian
	@missing=""; for name in $(1); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$name 2>/dev/null | grep -qx installed || missing="$$missing $$name"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "Not Debian: please install what these packages hold:$$missing"; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo -n"; \
	else echo "Missing Debian packages, please run: sudo apt-get install -y$$missing"; exit 0; fi; \
	echo "Installing Debian packages:$$missing"; export DEBIAN_FRONTEND=noninteractive; \
	get="$$as apt-get install -y -qq --no-install-recommends"; \
	$$get $$missing >/dev/null 2>&1 || { $$as apt-get update -qq && $$get $$missing >/dev/null; } \
	  || echo "Could not install Debian packages:$$missing"
endef

# Installs a locked list into .venv: nothing is resolved, and what has no wheel (bagit) is built by what
# requirements-build.txt locks; so no newer release changes anything (docs/decisions/0011). $(1): the list
PIP := .venv/bin/python -m pip --disable-pip-version-check
define locked
	@echo "Installing $(1)"; rm -f .venv/.made
	@$(PIP) install -q --no-deps --require-hashes --no-build-isolation -r $(1)
	@$(PIP) check
	@touch .venv/.made .venv/.run
endef

.PHONY: packages test-packages
packages:
	$(call debian,$(RUN_PACKAGES))
test-packages:
	$(call debian,$(TEST_PACKAGES))

# Stamps are left by what has come to its end: an install that was interrupted begins anew, in an empty .venv
.venv/.made: requirements.txt requirements-build.txt | packages
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@[ ! -L .venv ] || rm .venv  # a link to another checkout's: that one is not ours to empty
	@echo "Making .venv"; $(PYTHON) -m venv --clear .venv
	@$(PIP) install -q --no-deps --require-hashes -r requirements-build.txt
	@touch $@

.venv/.run: .venv/.made
	$(call locked,requirements.txt)

.venv/.test: requirements-dev.txt .venv/.run | test-packages
	$(call locked,requirements-dev.txt)
	@echo "Cutting fonts (once)"; .venv/bin/python -m packets.fonts || echo "Fonts will be cut when the first packet is printed"
	@touch $@

.PHONY: setup
setup: .venv/.test ## set up .venv and Debian packages for running and testing

# Using -------------------------------------------------------------------------------------------------------------------

.PHONY: run demo fonts
run: .venv/.run ## set up, load a sample office if empty, print address and sign-ins, serve
	@(.venv/bin/python -m packets.fonts || echo "Fonts will be cut when the first packet is printed") & exec $(FLASK) serve

demo: .venv/.run ## live through a year of work; its papers go to out/ (FILE=… for your own table)
	@rm -rf $(DEMO_HOME) $(addprefix out/,packets filings lookback rectification inspections bulletins letters assessment closing dossier)
	@TAIZHANG_HOME=$(DEMO_HOME) $(FLASK) demo $(FILE) --out out
	@echo "TAIZHANG_HOME=$(DEMO_HOME) make run"

fonts: ## fetch Fandol (仿宋, 楷体, 黑体, 宋体) from Debian into fonts/
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && chmod 755 "$$scratch" && mkdir -p fonts && cd "$$scratch" \
	  && apt-get download -qq texlive-lang-chinese && dpkg-deb --fsys-tarfile texlive-lang-chinese*.deb \
	  | tar -x --wildcards --no-anchored '*fandol*.otf' && find . -name '*.otf' -exec mv {} $(CURDIR)/fonts/ \;
	@ls fonts

# Developing --------------------------------------------------------------------------------------------------------------

.PHONY: test check proof postgresql faults format docs bench journeys pictures lock clean-room vendor clean
PYTEST := .venv/bin/python -m pytest -n 3 --dist worksteal
test: .venv/.test ## set up, then test: fifteen minutes on two cores (ARGS='-k packet' for some)
	@$(PYTEST) -m "not proof" $(ARGS)

check: .venv/.test ## style, types, import contracts, generated documents
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(FLASK) docs check

proof: .venv/.test ## what takes longer: clean room, benchmarks, the quantity of evidence; a share drawn by the commit (ALL=1: all)
	@$(MAKE) --no-print-directory clean-room
	@$(MAKE) --no-print-directory bench SIZE=small
	@$(PYTEST) -m proof $(if $(ALL),,-p tests.shares) $(ARGS)
	$(if $(ALL),@$(MAKE) --no-print-directory postgresql)

postgresql: .venv/.test ## the tests with every office in PostgreSQL; what looks into the file of an SQLite is left out
	@TAIZHANG_TEST_DATABASE=postgresql $(PYTEST) -m "not proof" $(ARGS)

faults: .venv/.test ## plant faults one at a time; the tests must catch every one (ARGS='-k deputy' for some)
	@$(PYTEST) tests/house/test_faults.py $(ARGS)

format: .venv/.test ## let ruff lay out the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: .venv/.run ## write the generated documents
	$(FLASK) docs write

PEERS := tests/bench/peers/requirements.txt
out/peers/.installed: $(PEERS) | .venv/.test
	@echo "Installing $(PEERS)"; rm -rf out/peers
	@$(PIP) install -q --no-deps --require-hashes --only-binary :all: --target out/peers -r $(PEERS)
	@touch $@

bench: .venv/.test out/peers/.installed ## measure beside peers, into out/bench.json (SIZE=small: only see that all of it runs)
	@.venv/bin/python -m tests.bench $(SIZE)

journeys: .venv/.test ## walk eight journeys in a browser: clicks, loads and seconds, into out/journeys.json
	@.venv/bin/python -m tests.journeys $(ARGS)

pictures: .venv/.test ## take the pictures of docs/screenshots anew, at both widths
	@.venv/bin/python -m tests.journeys.pictures

LOCK := .venv/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url
lock: .venv/.test ## write requirements*.txt from pyproject.toml; what is locked stays (ARGS=--upgrade renews it)
	$(LOCK) $(ARGS) pyproject.toml -o requirements.txt
	$(LOCK) $(ARGS) --group build -c requirements.txt -o requirements-build.txt
	$(LOCK) $(ARGS) --group dev -c requirements.txt -c requirements-build.txt -o requirements-dev.txt
	$(LOCK) $(ARGS) --group bench -o $(PEERS)

clean-room: ## try `make run` and `doctor` from a fresh clone on a bare Debian (as root), else in an empty environment
	$(call debian,$(PROOF_PACKAGES))
	@$(PYTHON) tests/clean_room.py

vendor: ## fetch the browser assets anew (needs npm)
	$(PYTHON) static/vendor/fetch.py

clean: ## remove .venv, caches and out/; never instance/
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
