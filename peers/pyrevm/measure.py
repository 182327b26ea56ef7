#!/usr/bin/env python3
"""Measure pyrevm (revm) on the workloads that our own benchmark runs.

    measure.py WORKLOADS OUT.json       a folder of workload files, or one that has them in workloads/

Writes an object of name -> microseconds: thread CPU time of a whole transaction, the median of five
batches, each run taken back by snapshot and revert, less the time of an empty call measured in the
same run (the cost of calling from Python). Transactions on the Uniswap state run against contracts
that are deployed here by the recorded set-up, so that revm has analysed their code once; code that
is inserted, as in all other workloads, revm analyses anew at each call.
"""

import json
import os
import statistics
import sys
import time

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

BATCHES = 5
BATCH_SECONDS = 0.1
MAXIMUM_RUNS = 20_000
NOBODY = "0x00000000000000000000000000000000000e3071"
UNIVERSAL_LIMITS = {"gas_limit": 2**63, "basefee": 0, "prevrandao": b"\0" * 32}


def octets(text):
    return bytes.fromhex(text.removeprefix("0x"))


def block(env, number=None):
    return BlockEnv(
        number=number or env.get("number", 1),
        timestamp=env.get("timestamp", 1_700_000_000),
        excess_blob_gas=0,
        **UNIVERSAL_LIMITS,
    )


def machine(fork, env, **config):
    return EVM(
        env=Env(cfg=CfgEnv(**config), block=block(env)), gas_limit=2**62, spec_id=fork.capitalize()
    )


def inserted(workload, folder):
    """A machine with the workload's accounts inserted as they are."""
    pre = workload.get("pre")
    if pre is None:
        with open(os.path.join(folder, workload["pre_file"])) as file:
            pre = json.load(file)
    evm = machine(workload["fork"], workload["env"])
    for address, account in pre.items():
        fields = {"nonce": int(account["nonce"], 16), "balance": int(account["balance"], 16)}
        code = octets(account["code"])
        if code:
            fields["code"] = code
        evm.insert_account_info(address, AccountInfo(**fields))
        for slot, value in account["storage"].items():
            evm.insert_account_storage(address, int(slot, 16), int(value, 16))
    return evm


def deployed(workload, folder):
    """A machine in which the recorded set-up has deployed the Uniswap contracts; None where there is
    no such set-up or it leads to other addresses."""
    path = os.path.join(folder, "univ3.setup")
    if workload.get("pre_file") != "univ3.state" or not os.path.exists(path):
        return None
    with open(path) as file:
        setup = json.load(file)["setup"]
    evm = machine(workload["fork"], {"number": 1}, limit_contract_code_size=2**20)
    deployer = setup[0]["from"]
    evm.set_balance(deployer, 10**30)
    made = set()
    for transaction in setup:
        if transaction["to"] is None:
            made.add(evm.deploy(deployer, octets(transaction["data"])).lower())
        else:
            evm.message_call(
                caller=deployer,
                to=transaction["to"],
                calldata=octets(transaction["data"]),
                gas=30_000_000,
            )
    with open(os.path.join(folder, workload["pre_file"])) as file:
        expected = {a.lower() for a, x in json.load(file).items() if len(x["code"]) > 2}
    if not made <= expected:
        return None
    evm.set_block_env(block(workload["env"]))
    return evm


def arguments(transaction):
    return {
        "caller": transaction["from"],
        "to": transaction["to"],
        "calldata": octets(transaction["data"]),
        "value": int(transaction.get("value", "0x0"), 16),
        "gas": transaction.get("gas", 30_000_000),
    }


def micros(evm, call):
    def run(times):
        start = time.thread_time()
        for _ in range(times):
            point = evm.snapshot()
            evm.message_call(**call)
            evm.revert(point)
        return (time.thread_time() - start) / times

    run(1)
    times = max(1, min(MAXIMUM_RUNS, int(BATCH_SECONDS / max(run(2), 1e-7))))
    return statistics.median(run(times) for _ in range(BATCHES)) * 1e6


def main(directory, out):
    nested = os.path.join(directory, "workloads")
    folder = nested if os.path.isdir(nested) else directory
    empty = micros(
        machine("Cancun", {}), {"caller": NOBODY, "to": NOBODY, "calldata": b"", "gas": 30_000}
    )
    print(f"pyrevm: an empty call takes {empty:.2f} us", file=sys.stderr)
    result = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json") or name == "expected.json":
            continue
        with open(os.path.join(folder, name)) as file:
            workload = json.load(file)
        if "bench" not in workload:
            continue
        evm = deployed(workload, folder) or inserted(workload, folder)
        for transaction in workload.get("setup", []):
            evm.message_call(**arguments(transaction))
        for transaction in workload["bench"]:
            taken = micros(evm, arguments(transaction)) - empty
            result[transaction["name"]] = round(max(taken, 0.01), 3)
    with open(out, "w") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
