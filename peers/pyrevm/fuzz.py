#!/usr/bin/env python3
"""Compare our EVM with pyrevm (revm) on programs that our own program makes from a seed.

    fuzz.py BENCH WORKLOADS [--seed N] [--first N] [--programs N] [--seconds N] [--failures FILE]
                            [--spoil]

Starts `BENCH fuzz WORKLOADS ...` and executes each of its programs in revm, in a state made of what
the program reads. Compared are status, output, gas used, refund, logs, and of every account that
either engine has touched balance, nonce, code and the slots that were read or written. Programs that
differ are printed with their differences, and written to FILE, a line each. Exit code 1 if any does.

What revm 8 through pyrevm 0.3.7 cannot tell is left out, and only this:
- `message_call` does not raise the sender's nonce;
- an account that destroyed itself stays in the journal with its nonce, its code and what it was paid
  afterwards: an account that is gone with us is not compared;
- whether an account that is empty exists.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
import time

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

# A name that pyrevm does not know, such as one in capitals, silently means its newest fork.
SPEC = {"london": "London", "paris": "Merge", "shanghai": "Shanghai", "cancun": "Cancun"}
ZERO = "0x0000000000000000000000000000000000000000"
EMPTY_CODES = (b"", b"\0")
# revm keeps analysed code with so many zeros behind it.
PADDING = bytes(33)
REVERT_OUTPUT = re.compile(r"output: 0x([0-9a-f]*) }")


def machine(case):
    evm = EVM(
        env=Env(
            cfg=CfgEnv(chain_id=case.get("chainId", 1)),
            block=BlockEnv(
                number=case["number"],
                timestamp=case["timestamp"],
                coinbase=ZERO,
                gas_limit=2**62,
                basefee=0,
                prevrandao=b"\0" * 32,
                excess_blob_gas=0,
            ),
        ),
        gas_limit=2**62,
        spec_id=SPEC[case["fork"]],
    )
    for address, account in case["accounts"].items():
        fields = {"balance": int(account["balance"], 16), "nonce": account["nonce"]}
        if account["code"]:
            fields["code"] = bytes.fromhex(account["code"])
        evm.insert_account_info(address, AccountInfo(**fields))
        for slot, value in account["storage"].items():
            # Inserting loads the account, and what is inserted into a loaded one is warm and counts
            # as changed by the transaction; taken back, the slot stays in the database alone.
            point = evm.snapshot()
            evm.insert_account_storage(address, int(slot, 16), int(value, 16))
            evm.revert(point)
    return evm


def execute(evm, case):
    """Output, created address, and what revm said where there is no output."""
    common = {"value": int(case["value"], 16), "gas": case["gas"]}
    data = bytes.fromhex(case["data"])
    try:
        if case.get("to") is None:
            return None, evm.deploy(case["from"], data, **common), None
        output = evm.message_call(caller=case["from"], to=case["to"], calldata=data, **common)
        return bytes(output), None, None
    except RuntimeError as error:
        found = REVERT_OUTPUT.search(str(error))
        return bytes.fromhex(found.group(1)) if found else b"", None, str(error)


def compare_result(case, evm, differ):
    output, created, error = execute(evm, case)
    ours, theirs = case["outcome"], evm.result
    if theirs is None:
        differ("result", ours["status"], error)
        return
    status = "success" if theirs.is_success else "halt" if theirs.is_halt else "revert"
    if ours["status"] != status:
        differ("status", f"{ours['status']} {ours.get('reason')}", f"{status} {theirs.reason}")
    if ours["gasUsed"] != theirs.gas_used:
        differ("gas used", ours["gasUsed"], theirs.gas_used)
    if ours["gasRefunded"] != theirs.gas_refunded:
        differ("refund", ours["gasRefunded"], theirs.gas_refunded)
    if output is not None and ours["output"] != output.hex():
        differ("output", ours["output"], output.hex())
    if (ours.get("created") or "").lower() != (created or "").lower():
        differ("created address", ours.get("created"), created)
    logs = [
        (log.address.lower(), [topic.hex() for topic in log.data[0]], log.data[1].hex())
        for log in theirs.logs
    ]
    expected = [(log["address"].lower(), log["topics"], log["data"]) for log in ours["logs"]]
    if expected != logs:
        differ("logs", expected, logs)


def compare_state(case, evm, differ):
    before = {address.lower(): account for address, account in case["accounts"].items()}
    changes = {a.lower(): change for a, change in case["outcome"]["changes"].items()}
    slots = {address.lower(): keys for address, keys in case["outcome"]["slots"].items()}
    touched = {address.lower(): address for address in evm.journal_state}
    sender = case["from"].lower()
    for address in {**before, **changes, **touched}:
        known = touched.get(address, address)
        info = evm.basic(known)
        account = before.get(address, {"balance": "0x0", "nonce": 0, "code": "", "storage": {}})
        change = changes.get(address)
        values = dict(account["storage"])
        if change:
            account = {**account, "balance": change["balance"], "nonce": change["nonce"]}
            account["code"] = change.get("code", account["code"])
            if change["storageCleared"]:
                values = {}
            values.update(change["storage"])
        is_gone = not change["exists"] if change else address not in before
        if is_gone and info.nonce != 0:
            continue
        if int(account["balance"], 16) != info.balance:
            differ(f"balance of {address}", int(account["balance"], 16), info.balance)
        nonce = account["nonce"] - (1 if address == sender and case.get("to") else 0)
        if nonce != info.nonce:
            differ(f"nonce of {address}", nonce, info.nonce)
        expected, code = bytes.fromhex(account["code"]), bytes(evm.get_code(known) or b"")
        if code not in (expected, expected + PADDING) and (expected or code not in EMPTY_CODES):
            differ(f"code of {address}", expected.hex(), code.hex())
        for slot in {*values, *slots.get(address, [])}:
            expected = int(values.get(slot, "0x0"), 16)
            actual = evm.storage(known, int(slot, 16)) or 0
            if expected != actual:
                differ(f"slot {slot} of {address}", hex(expected), hex(actual))


def spoil(case, number):
    """Changes one thing in what ours said, so that the comparison must find it."""
    outcome = case["outcome"]
    change = next((c for c in outcome["changes"].values() if c["exists"]), None)
    logs = outcome["logs"]
    match number % 6:
        case 0 if outcome["output"] and case.get("to"):
            outcome["output"] = "ff" + outcome["output"]
        case 1 if logs:
            logs[-1]["data"] += "00"
        case 2 if change:
            change["balance"] = hex(int(change["balance"], 16) + 1)
        case 3 if change:
            change["nonce"] += 1
        case 4 if change:
            change["storage"]["0x77"] = "0x1"
        case _:
            outcome["gasUsed"] += 1


def compare(case):
    differences = []
    evm = machine(case)

    def differ(what, ours, theirs):
        differences.append(f"{what}: ours {str(ours)[:200]}, revm's {str(theirs)[:200]}")

    compare_result(case, evm, differ)
    compare_state(case, evm, differ)
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench")
    parser.add_argument("workloads")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, help="stop after so long, whatever is left")
    parser.add_argument("--failures", help="where programs that differ are written")
    parser.add_argument(
        "--spoil", action="store_true", help="spoil our results: every program has to differ"
    )
    options = parser.parse_args()
    command = [options.bench, "fuzz", options.workloads, "--seed", str(options.seed)]
    command += ["--first", str(options.first), "--programs", str(options.programs)]
    begun = time.monotonic()
    failed = 0
    statuses = collections.Counter()
    forks = collections.Counter()
    kinds = collections.Counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ours:
        stopped = False
        for line in ours.stdout:
            case = json.loads(line)
            statuses[case["outcome"].get("reason") or case["outcome"]["status"]] += 1
            forks[case["fork"]] += 1
            kinds["written" if case["kind"] == "random" else "damaged"] += 1
            if options.spoil:
                spoil(case, case["program"])
            differences = compare(case)
            if differences:
                failed += 1
            if differences and not options.spoil:
                print(f"seed {case['seed']}, program {case['program']} ({case['kind']}):")
                print("\n".join(f"    {difference}" for difference in differences), flush=True)
                if options.failures:
                    with open(options.failures, "a") as file:
                        file.write(line.decode())
            if options.seconds and time.monotonic() - begun > options.seconds:
                stopped = True
                ours.kill()
                break
        code = ours.wait()
    if code != 0 and not stopped:
        print(f"fuzz: our program ended with {code}", file=sys.stderr)
        sys.exit(1)
    count = sum(statuses.values())
    for title, counts in (("kinds", kinds), ("forks", forks), ("endings", statuses)):
        print(f"{title}: " + ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    print(
        f"seed {options.seed}: {count} programs, {count - failed} equal, {failed} different, "
        f"{time.monotonic() - begun:.0f} s"
    )
    expected = count if options.spoil else 0
    sys.exit(1 if failed != expected or count == 0 else 0)


if __name__ == "__main__":
    main()
