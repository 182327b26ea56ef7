#!/usr/bin/env python3
"""What a bundle costs in revm as transactions, and as successive calls of one pyrevm machine.

    successive.py SEQUENCE

SEQUENCE is what the tests write where JITBOT_SEQUENCE names a file: transactions that follow one
another, the last three of which are [open, the swap, close with tip and sweep]. They are executed
twice from the same state. First each on a machine of its own that is given the state behind the one
before, as in a block, where each finds all storage cold. Then all on one machine, whose journal stays
from call to call: what an earlier call has touched stays warm, and what it has written counts as
written by the same transaction. Exit code 1 unless the first way costs what our own EVM said.
"""

import sys

import contracts
import fuzz

NAMES = ("open", "the swap", "close, tip and sweep")


def intrinsic(data):
    return sum(16 if octet else 4 for octet in data)


def call(evm, case, is_open):
    """Gas of a transaction, less what its calldata costs more than the recorded one's."""
    recorded = bytes.fromhex(case["data"])
    data = recorded
    if is_open:
        # The guard names a parent: the one that this machine knows.
        at = 4 + 4 * 32
        data = data[:at] + bytes(evm.block_hash(case["number"] - 1)) + data[at + 32 :]
    evm.message_call(
        caller=case["from"],
        to=case["to"],
        calldata=data,
        value=int(case["value"], 16),
        gas=case["gas"],
    )
    return evm.result.gas_used - intrinsic(data) + intrinsic(recorded)


def state_behind(sequence, index):
    """The accounts in front of transaction `index`."""
    accounts = {address.lower(): account for address, account in sequence[-1]["accounts"].items()}
    # The coinbase, which exists in the recorded block too.
    accounts[fuzz.ZERO] = {"balance": "0x1", "nonce": 0, "code": "", "storage": {}}
    if index == 0:
        return accounts
    for address, change in sequence[index - 1]["outcome"]["changes"].items():
        before = accounts.get(address.lower(), {"code": "", "storage": {}})
        accounts[address.lower()] = {
            "balance": change["balance"],
            "nonce": change["nonce"],
            "code": change.get("code") or before["code"],
            "storage": before["storage"] | change["storage"],
        }
    return accounts


def run(sequence, is_cold):
    opening = sequence[-3]["data"][:8]
    evm = fuzz.machine(sequence[-1] | {"accounts": state_behind(sequence, 0)})
    gas = []
    for index, case in enumerate(sequence):
        if is_cold:
            evm = fuzz.machine(case | {"accounts": state_behind(sequence, index)})
        gas.append(call(evm, case, case["data"][:8] == opening))
        evm.reset_transient_storage()
    return gas


def main():
    sequence = list(contracts.cases(sys.argv[1]))
    cold, warm = run(sequence, True), run(sequence, False)
    print("| transaction | our EVM | revm, a machine for each | revm, successive calls |")
    print("|---|---|---|---|")
    failed = False
    for name, case, gas, less in zip(NAMES, sequence[-3:], cold[-3:], warm[-3:]):
        failed |= gas != case["outcome"]["gasUsed"]
        print(f"| {name} | {case['outcome']['gasUsed']:,} | {gas:,} | {less:,} |")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
