#!/usr/bin/env python3
"""Check what transactions cost the processor and the allocator, whatever the machine's load.

    check_cost.py BENCH WORKLOADS [--update]

Each row of .ci/cost.json is executed N and 2N times under valgrind; the difference, divided by N, is
one transaction without the program's start. Instructions (callgrind) may be 3 % above the recorded
number, allocations (dhat) not one above it. And a transaction of a thousand nested calls may not
allocate more than one of a hundred: a call has no allocation of its own. Nor has a swap of the pool
model: N and 2N of them allocate the same.

--update writes the numbers of now into .ci/cost.json.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "cost.json")
NESTED = os.path.join(HERE, "nested_calls.json")
TOLERANCE = 0.03
CALLGRIND = ["--tool=callgrind", "--callgrind-out-file=/dev/null"]
DHAT = ["--tool=dhat", "--dhat-out-file=/dev/null"]
COUNTS = {
    "callgrind": re.compile(r"Collected : (\d+)"),
    "dhat": re.compile(r"Total: +[\d,]+ bytes in ([\d,]+) blocks"),
}


def count(tool, arguments, bench, path, name, gas, times):
    command = ["valgrind", *arguments, bench, "repeat", path, name, "--times", str(times)]
    command += ["--gas", str(gas)] if gas else []
    # The order of the standard library's tables would change the count by chance.
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = COUNTS[tool].search(done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"check_cost: {' '.join(command)} failed:\n{done.stdout}{done.stderr[-2000:]}")
    return int(found.group(1).replace(",", ""))


def each(tool, arguments, bench, path, name, gas, times):
    once = count(tool, arguments, bench, path, name, gas, times)
    twice = count(tool, arguments, bench, path, name, gas, 2 * times)
    return (twice - once) / times


def pool_allocations(bench, times):
    command = ["valgrind", *DHAT, bench, "pool", "--times", str(times)]
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = COUNTS["dhat"].search(done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"check_cost: {' '.join(command)} failed:\n{done.stdout}{done.stderr[-2000:]}")
    return int(found.group(1).replace(",", ""))


def stripped(bench, directory):
    """A copy without debugging information, of which valgrind cannot read all that clang writes."""
    copy = os.path.join(directory, "bench")
    subprocess.run(["strip", "--strip-debug", "-o", copy, bench], check=True)
    return copy


def main():
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(check(directory))


def check(directory):
    update = "--update" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    bench, workloads = stripped(arguments[0], directory), arguments[1]
    if os.path.isdir(os.path.join(workloads, "workloads")):
        workloads = os.path.join(workloads, "workloads")
    with open(RECORDED) as file:
        rows = json.load(file)
    failed = []
    for row in rows:
        at = (bench, os.path.join(workloads, row["file"]), row["transaction"], row.get("gas"))
        instructions = round(each("callgrind", CALLGRIND, *at, row["times"]))
        allocations = round(each("dhat", DHAT, *at, row["times"]))
        growth = instructions / row["instructions"] - 1 if row["instructions"] else 0
        print(
            f"{row['transaction']:32} {instructions:>12,} instructions ({growth:+.2%}), "
            f"{allocations} allocations",
            flush=True,
        )
        if growth > TOLERANCE and not update:
            failed.append(f"{row['transaction']}: {growth:+.2%} instructions")
        if allocations > row["allocations"] and not update:
            failed.append(f"{row['transaction']}: {allocations} allocations")
        row.update(instructions=instructions, allocations=allocations)
    few, many = (each("dhat", DHAT, bench, NESTED, f"{n} calls", None, 20) for n in (100, 1000))
    print(f"allocations of a transaction with 100 nested calls: {few:g}, with 1000: {many:g}")
    if many > few:
        failed.append("nested calls allocate")
    none, some = (pool_allocations(bench, times) for times in (20, 40))
    print(f"allocations of 20 times 16 pool swaps: {none}, of 40 times 16: {some}")
    if some > none:
        failed.append("pool swaps allocate")
    if update:
        with open(RECORDED, "w") as file:
            json.dump(rows, file, indent=2)
            file.write("\n")
    for failure in failed:
        print(f"check_cost: {failure} is more than recorded in .ci/cost.json", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    main()
