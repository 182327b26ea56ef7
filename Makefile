# `make` lists the targets. Everything is built once, in release, with the same flags everywhere.

SWIFT_FLAGS := -c release
BIN := .build/release

DATA ?= ../shared/data
# One or more directories or files for the conformance program.
TESTS ?= $(DATA)/evm-tests
# Additional arguments of the demo, for example DEMO_ARGS="--seed 7 --json".
DEMO_ARGS ?=
# A recorded pool history, and recorded blocks.
HISTORY ?= $(DATA)/v3-pool-events/usdc_weth_500_from_init.csv
BLOCKS ?= $(wildcard $(DATA)/mainnet-blocks-full/*.json.gz)
# Workloads of the EVM; a file for the comparison as JSON.
WORKLOADS ?= $(DATA)/evm-bench
JSON ?=
# Inputs of the backtest and where its report goes; a history whose replay is measured.
POOL_HISTORY ?= $(DATA)/v3-pool-events/wbtc_weth_3000_16944682_16951778.csv
INPUTS ?= $(wildcard $(DATA)/v3-pool-events/*.csv) $(BLOCKS) \
	$(DATA)/jit-real/blocks_v3_calls.json.gz $(DATA)/jit-real/jit_ops_2021_subgraph.csv
OUT ?= backtest-report
# Signed transactions on which the look before execution is measured.
TRANSACTIONS ?= $(DATA)/raw-signed-txs/txs.csv.gz
# How many programs the fuzzer compares, and the seed that they are made from.
PROGRAMS ?= 200000
SEED ?= 20
# Operations of the comparison of the pool model with the contract, by the same seed.
OPERATIONS ?= 200000
# Random sequences against the contracts, by the same seed.
SEQUENCES ?= 50000

# Damaged inputs of commands, and as many requests to the devnet, by the same seed.
HOSTILE ?= 20000

FUZZ = .venv/pyrevm/bin/python peers/pyrevm/fuzz.py $(BIN)/bench $(WORKLOADS)

DEGENBOT = .venv/degenbot/bin/python peers/degenbot/compare.py $(BIN)/bench
# Recorded states of pools.
POOL_STATES ?= $(wildcard $(DATA)/v3-pool-events/*_state_*.json $(DATA)/v3-quoter-golden/*.json)

.DEFAULT_GOAL := help
.PHONY: help setup build test demo history recorded picture conformance contracts \
	contracts-check contracts-slither contracts-peer contracts-gas contracts-gas-peer \
	contracts-sequences peers peers-blocks peers-sessions bench-evm bench-pipeline bench-search bench-pool bench-backtest backtest fuzz \
	fuzz-short pool-differential peers-pool peers-pool-short fuzz-hostile lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: packages and contract artefacts
	@setup/swift.sh
	@setup/debian.sh
	@setup/artifacts.sh

build: setup ## Build the programs into .build/release
	swift build $(SWIFT_FLAGS)

test: setup ## Build and run all tests
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build

demo: build ## Run the offline demo; DEMO_ARGS="--seed 7 --json"
	$(BIN)/jit-bot demo $(DEMO_ARGS)

history: build ## Run the demo on a recorded pool history; HISTORY=FILE
	$(BIN)/jit-bot demo --history $(HISTORY) $(DEMO_ARGS)

recorded: history fuzz pool-differential contracts-sequences peers-pool ## Run all that takes longer than the check, for the record
	$(BIN)/conformance $(DATA)/evm-tests/state-slow.tar.gz
	JITBOT_PLANNER_CASES=1000 swift test $(SWIFT_FLAGS) --skip-build --filter PositionOptimizer

picture: build ## Write the demo's output into README.md and docs/demo.svg
	python3 docs/render_demo.py $(BIN)/jit-bot

conformance: build ## Run the Ethereum test suites; TESTS="DIR ..."
	$(BIN)/conformance $(TESTS)

contracts: .venv/contracts/installed ## Recompile the contracts and write the artefacts
	.venv/contracts/bin/python contracts/build.py

contracts-check: .venv/contracts/installed ## Fail when artefacts and sources disagree
	.venv/contracts/bin/python contracts/build.py --check

contracts-slither: .venv/slither/installed ## Analyse the contracts with Slither
	.venv/slither/bin/python contracts/slither/check.py

contracts-peer: setup .venv/pyrevm/installed ## Execute the transactions of the contracts' tests in revm too
	swift build $(SWIFT_FLAGS) --build-tests
	JITBOT_CASES=.build/contract-cases.jsonl \
		swift test $(SWIFT_FLAGS) --skip-build --filter ContractsTests
	.venv/pyrevm/bin/python peers/pyrevm/contracts.py .build/contract-cases.jsonl
	.venv/pyrevm/bin/python peers/pyrevm/contracts.py .build/contract-cases.jsonl --spoil

contracts-gas: setup ## Measure the contracts again and write contracts/gas.json
	swift build $(SWIFT_FLAGS) --build-tests
	JITBOT_GAS_SNAPSHOT=write swift test $(SWIFT_FLAGS) --skip-build --filter GasSnapshot

contracts-gas-peer: setup .venv/pyrevm/installed ## What a bundle costs in revm, storage cold and kept warm
	swift build $(SWIFT_FLAGS) --build-tests
	JITBOT_SEQUENCE=.build/sequence.jsonl \
		swift test $(SWIFT_FLAGS) --skip-build --filter GasSnapshot
	.venv/pyrevm/bin/python peers/pyrevm/successive.py .build/sequence.jsonl

contracts-sequences: setup ## Try random sequences on the contracts; SEQUENCES=N SEED=N
	swift build $(SWIFT_FLAGS) --build-tests
	JITBOT_CONTRACT_SEQUENCES=$(SEQUENCES) JITBOT_SEED=$(SEED) \
		swift test $(SWIFT_FLAGS) --skip-build --filter ContractSequence

peers: peers-blocks peers-sessions ## Run both kinds of peers below

peers-blocks: .venv/py-evm/installed ## Re-execute recorded blocks with py-evm; BLOCKS="FILE ..."
	.venv/py-evm/bin/python peers/py-evm/reexecute.py $(BLOCKS)

peers-sessions: build session-web3py session-flashbots ## Sessions of web3.py and flashbots with the devnet

session-%: .venv/%/installed
	.venv/$*/bin/python peers/$*/session.py $(BIN)/jit-bot

bench-evm: build .venv/pyrevm/installed ## Measure the EVM beside revm; WORKLOADS=DIR JSON=FILE
	$(BIN)/bench $(WORKLOADS) --peer ".venv/pyrevm/bin/python peers/pyrevm/measure.py" \
		$(if $(JSON),--json $(JSON))

bench-pool: build ## Measure swaps of the pool model in units of one key recovery; JSON=FILE
	$(BIN)/bench pool $(if $(JSON),--json $(JSON))

bench-backtest: build ## Measure replaying, filtering and planning of histories; JSON=FILE
	$(BIN)/bench backtest $(if $(wildcard $(POOL_HISTORY)),--history $(POOL_HISTORY)) \
		$(if $(JSON),--json $(JSON))

backtest: build ## Backtest what is recorded; INPUTS="FILE ..." OUT=DIR
	$(BIN)/jit-bot backtest $(INPUTS) --out $(OUT)

pool-differential: setup ## Compare the pool model with the bytecode; OPERATIONS=N SEED=N
	swift build $(SWIFT_FLAGS) --build-tests
	JITBOT_POOL_OPERATIONS=$(OPERATIONS) JITBOT_SEED=$(SEED) \
		swift test $(SWIFT_FLAGS) --skip-build --filter PoolDifferential

peers-pool: build .venv/degenbot/installed ## Compare the pool model with degenbot; SEED=N
	$(DEGENBOT) --pools 1000 --swaps 100 --seed $(SEED) $(POOL_STATES)

peers-pool-short: build .venv/degenbot/installed ## The same in seconds, and that it finds what is spoilt
	$(DEGENBOT) --pools 20 --swaps 50 --spoil
	$(DEGENBOT) --pools 100 --swaps 50 --seed $(SEED) $(POOL_STATES)

bench-search: build ## Measure the search for the best ranges over random cases; JSON=FILE
	$(BIN)/bench search $(if $(JSON),--json $(JSON))

bench-pipeline: build ## Measure the way from a pending transaction to its bundle; JSON=FILE
	$(BIN)/bench pipeline $(if $(JSON),--json $(JSON)) \
		$(if $(wildcard $(TRANSACTIONS)),--transactions $(TRANSACTIONS))

fuzz: build .venv/pyrevm/installed ## Compare random programs with revm; PROGRAMS=N SEED=N
	$(FUZZ) --programs $(PROGRAMS) --seed $(SEED) --failures .build/fuzz-failures.jsonl

fuzz-hostile: setup .venv/web3py/installed ## Attack every command, the devnet and the bot with damaged input; HOSTILE=N SEED=N
	swift build $(SWIFT_FLAGS) --build-tests
	python3 .ci/fuzz_files.py $(BIN) $(DATA) --inputs $(HOSTILE) --seed $(SEED)
	.venv/web3py/bin/python .ci/fuzz_node.py $(BIN)/jit-bot --requests $(HOSTILE) --seed $(SEED)
	JITBOT_HOSTILE_SEEDS=100 JITBOT_HOSTILE_REQUESTS=$(HOSTILE) \
		swift test $(SWIFT_FLAGS) --skip-build --filter 'HostileNode|HostileRequest'

fuzz-short: build .venv/pyrevm/installed ## The same for 45 seconds, and that it finds what is spoilt
	$(FUZZ) --programs 1000 --spoil
	$(FUZZ) --programs $(PROGRAMS) --seconds 45

lint: ## Check the Swift sources' format
	swift format lint --strict -r Sources Tests Package.swift

clean: ## Remove everything that was built or fetched
	rm -rf .build .venv .artifacts

.venv/contracts/installed: contracts/requirements.txt
.venv/slither/installed: contracts/slither/requirements.txt
.venv/py-evm/installed: peers/py-evm/requirements.txt
.venv/web3py/installed: peers/web3py/requirements.txt
.venv/flashbots/installed: peers/flashbots/requirements.txt
.venv/degenbot/installed: peers/degenbot/requirements.txt
.venv/pyrevm/installed: peers/pyrevm/requirements.txt
.venv/%/installed:
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
