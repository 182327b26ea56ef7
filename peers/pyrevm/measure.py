#!/usr/bin/env python3
"""Execute workloads in pyrevm (revm) for our own benchmark, batch by batch, as it asks.

    measure.py            reads requests from standard input, a line each

`load FILE` reads a workload file and runs its set-up; `row NAME` chooses one of its transactions and
warms it up; `batch SECONDS` executes it again and again for about that long, each time taken back by
snapshot and revert, and `empty SECONDS` an empty call likewise: the cost of calling from Python.
Each answer is a line: the microseconds of thread CPU time for one execution (of `row`: of the
second one), `ok`, or `error` and why.

Transactions on the Uniswap state run against contracts that are deployed here by the recorded
set-up, so that revm has analysed their code once; code that is inserted, as in all other workloads,
revm analyses anew at each call (the harness of ../shared/data/evm-bench does the same).
"""

import json
import os
import sys
import time

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

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


class Row:
    """One call on one machine, and how often it fits into a batch."""

    def __init__(self, evm, call):
        self.evm = evm
        self.call = call
        self.run(1)
        self.once = self.run(2)

    def run(self, times):
        evm, call = self.evm, self.call
        start = time.thread_time()
        for _ in range(times):
            point = evm.snapshot()
            evm.message_call(**call)
            evm.revert(point)
        return (time.thread_time() - start) / times

    def batch(self, seconds):
        times = max(1, min(MAXIMUM_RUNS, int(seconds / max(self.once, 1e-7))))
        return self.run(times) * 1e6


class Server:
    def __init__(self):
        empty = {"caller": NOBODY, "to": NOBODY, "calldata": b"", "gas": 30_000}
        self.empty = Row(machine("Cancun", {}), empty)
        self.evm = None
        self.calls = {}
        self.current = None

    def load(self, path):
        with open(path) as file:
            workload = json.load(file)
        folder = os.path.dirname(path)
        self.evm = deployed(workload, folder) or inserted(workload, folder)
        for transaction in workload.get("setup", []):
            self.evm.message_call(**arguments(transaction))
        self.calls = {t["name"]: arguments(t) for t in workload["bench"]}
        return "ok"

    def row(self, name):
        self.current = Row(self.evm, self.calls[name])
        return f"{self.current.once * 1e6:.4f}"

    def answer(self, line):
        request, _, operand = line.strip().partition(" ")
        if request == "load":
            return self.load(operand)
        if request == "row":
            return self.row(operand)
        if request == "batch":
            return f"{self.current.batch(float(operand)):.4f}"
        if request == "empty":
            return f"{self.empty.batch(float(operand)):.4f}"
        raise ValueError(f"unknown request {request}")


def share_core():
    """Keeps this process and the one that asks on one core, whose speed and neighbours both meet."""
    core = {max(os.sched_getaffinity(0))}
    for process in (0, os.getppid()):
        os.sched_setaffinity(process, core)


def main():
    share_core()
    server = Server()
    for line in sys.stdin:
        try:
            answer = server.answer(line)
        except Exception as error:  # told to who asked, who ends the run
            answer = f"error {type(error).__name__}: {error}".replace("\n", " ")
        print(answer, flush=True)


if __name__ == "__main__":
    main()
