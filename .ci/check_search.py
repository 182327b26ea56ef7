#!/usr/bin/env python3
"""Hold the search for the best ranges against its bars, in recoveries of a signer.

    check_search.py BENCH

`bench search` measures 1,000 random cases of ways of up to 2 spacings and as many of up to 20: no
search may take more than 2 and 10 recoveries of CPU time, the least of five rounds. Then the dearest
three of either are executed under callgrind: the processor's instructions of one search over those of
one recovery do not depend on the load. A recovery takes more of them in the same time, so that their
bars are lower.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

COLLECTED = re.compile(r"Collected : (\d+)")
# Instructions of a search over those of a recovery, by the longest way in spacings.
INSTRUCTION_BARS = {2: 1.6, 20: 7.5}


def instructions(bench, arguments, times):
    def count(times):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bench, "search"]
        command += [*arguments, str(times)]
        environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        found = COLLECTED.search(done.stderr)
        if done.returncode != 0 or not found:
            sys.exit(f"check_search: {' '.join(command)} failed:\n{done.stdout}{done.stderr[-2000:]}")
        return int(found.group(1))

    return (count(2 * times) - count(times)) / times


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    failed = []
    with tempfile.TemporaryDirectory() as directory:
        bench = os.path.join(directory, "bench")
        # Valgrind cannot read all of the debugging information that clang writes.
        subprocess.run(["strip", "--strip-debug", "-o", bench, sys.argv[1]], check=True)
        report = os.path.join(directory, "search.json")
        measured = subprocess.run(
            [bench, "search", "--cases", "1000", "--rounds", "5", "--json", report],
            capture_output=True, text=True)
        print(measured.stdout, end="", flush=True)
        if measured.returncode not in (0, 1):
            sys.exit(f"check_search: bench search failed:\n{measured.stderr}")
        with open(report) as file:
            rows = json.load(file)
        recovery = instructions(bench, ["--recoveries"], 20)
        print(f"a recovery: {recovery:,.0f} instructions")
        for row in rows:
            longest = row["longestSpacings"]
            if row["searches"] < 500:
                failed.append(f"only {row['searches']} searches of up to {longest} spacings")
            if row["most"] > row["bar"]:
                failed.append(f"up to {longest} spacings: {row['most']:.2f} recoveries of CPU time")
            for seed in row["dearest"][:3]:
                case = ["--spacings", str(longest), "--case", str(seed), "--times"]
                ratio = instructions(bench, case, 20) / recovery
                print(
                    f"up to {longest} spacings, case {seed}: {ratio:.2f} of a recovery's "
                    f"instructions (bar {INSTRUCTION_BARS[longest]})", flush=True)
                if ratio > INSTRUCTION_BARS[longest]:
                    failed.append(f"case {seed} of up to {longest} spacings: {ratio:.2f} by instructions")
    for failure in failed:
        print(f"check_search: {failure}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
