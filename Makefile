# Portcullis. `make help` lists the targets; README.md says what they are for.
DATA   ?= demo-data
LISTEN ?= 127.0.0.1:8080

# One set of flags for product and tests, so that nothing is compiled twice (docs/decisions/0001-one-build.md).
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
PROGRAM     := .build/release/portcullis
SOURCES     := $(shell find Sources Package.swift -type f 2>/dev/null)

.PHONY: help run build test test-swift test-e2e test-model test-bench bench check fire planted fuzz soak upgrade fmt test-sign-in lint clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */|/' | awk -F'|' '{printf "  %-12s %s\n", $$1, $$2}'

run: $(PROGRAM) ## install, build and start the example bank [DATA=DIR] [LISTEN=ADDR:PORT] [FRESH=1]
	@exec $(PROGRAM) demo --data '$(DATA)' --listen '$(LISTEN)' $(if $(FRESH),--fresh)

build: $(PROGRAM) ## release programs under .build/release

$(PROGRAM): $(SOURCES)
	@scripts/packages build
	swift build $(SWIFT_FLAGS)
	@touch $(PROGRAM)

test: test-swift test-e2e test-sign-in test-bench test-model ## everything a submission must pass
	@echo "all tests passed"

test-swift: ## unit and component tests
	@scripts/packages build
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build --skip LedgerFireTests
	@# By itself: its thousands of disks would keep the others from the processor for a minute.
	swift test $(SWIFT_FLAGS) --skip-build --filter LedgerFireTests

test-e2e: $(PROGRAM) ## the running binary against real clients
	@scripts/packages test
	@scripts/python EndToEnd/requirements.txt -m pytest -q EndToEnd --ignore=EndToEnd/model --ignore=EndToEnd/sign_in

test-sign-in: $(PROGRAM) ## sign-in at a real identity provider, and with a real browser's passkeys
	@scripts/packages browser
	@scripts/python EndToEnd/sign_in/requirements.txt -m pytest -q --confcutdir=EndToEnd/sign_in EndToEnd/sign_in

# 15 minutes at most to compile the server, once for all clones (scripts/model-server), and 5 for its tests.
test-model: $(PROGRAM) ## a real inference server behind the gate
	@scripts/packages model
	@scripts/model-server >/dev/null
	@timeout 300 scripts/python EndToEnd/requirements.txt -m pytest -q EndToEnd/model || \
		{ echo "test-model: failed, or not within 300 s" >&2; exit 1; }

test-bench: $(PROGRAM) ## a short walk of what `make bench` does, against ten times its bounds
	@scripts/packages bench
	@python3 Benchmarks/bench.py --loose

bench: $(PROGRAM) ## figures, with ratios against yardsticks of the same run [ARGS="--quick --only latency"]
	@scripts/packages bench
	@python3 Benchmarks/bench.py $(ARGS)

check: ## sanitizers, fuzz corpora, longer runs
	@scripts/check

fire: $(PROGRAM) ## the ledger under fire: a million crash states, and kill -9 a hundred times each way [STATES=1000000] [KILLS=100]
	@scripts/packages test
	PORTCULLIS_ONLY=LedgerFireTests swift build $(SWIFT_FLAGS) --build-tests
	PORTCULLIS_ONLY=LedgerFireTests PORTCULLIS_FIRE_STATES=$(or $(STATES),1000000) \
	    swift test $(SWIFT_FLAGS) --skip-build --filter LedgerFireTests
	@PORTCULLIS_KILLS=$(or $(KILLS),100) scripts/python EndToEnd/requirements.txt -m pytest -q -s EndToEnd/gate/test_crash.py

planted: ## bugs planted one at a time, each of which a test must notice [MODULE=ledger]
	@scripts/planted $(or $(MODULE),ledger)

fuzz: ## fuzz the parsers [MINUTES=5] [TARGET=name]
	@scripts/fuzz

soak: $(PROGRAM) ## an hour of load with flat memory [MINUTES=60]
	@scripts/python EndToEnd/requirements.txt Benchmarks/soak.py

upgrade: $(PROGRAM) ## to this build from the previous commit's and back, under load [FROM=COMMIT]
	@scripts/upgrade-test $(FROM)

fmt: ## format the Swift sources
	swift format format --in-place --parallel --recursive Sources Tests Fuzz Package.swift

lint: ## formatting and the house rules
	swift format lint --strict --parallel --recursive Sources Tests Fuzz Package.swift
	@scripts/tidy

clean: ## remove what was built
	rm -rf .build .venv
