#!/usr/bin/env python3
"""Compare our EVM with pyrevm (revm) on the transactions of the contracts' tests.

    contracts.py CASES [--spoil]

CASES is what the tests write where JITBOT_CASES names a file: codes by their hashes, and cases, a
line each. What is compared, and what revm cannot tell, is said in fuzz.py. Exit code 1 if a case
differs; with --spoil each has to.
"""

import argparse
import collections
import json
import sys

import fuzz


def cases(path):
    codes = {}
    with open(path) as file:
        for line in file:
            entry = json.loads(line)
            if "bytes" in entry:
                codes[entry["hash"]] = entry["bytes"]
                continue
            for account in entry["accounts"].values():
                account["code"] = codes.get(account.pop("codeHash"), "")
            yield entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases")
    parser.add_argument("--spoil", action="store_true", help="spoil our results: all have to differ")
    options = parser.parse_args()
    failed = 0
    endings = collections.Counter()
    for number, case in enumerate(cases(options.cases)):
        endings[case["outcome"]["status"]] += 1
        if options.spoil:
            fuzz.spoil(case, number)
        differences = fuzz.compare(case)
        failed += bool(differences)
        if differences and not options.spoil:
            print(f"case {number}: to {case.get('to')} with {case['data'][:8]}")
            print("\n".join(f"    {difference}" for difference in differences), flush=True)
    count = sum(endings.values())
    text = ", ".join(f"{name} {number}" for name, number in endings.most_common())
    print(f"{count} transactions ({text}): {count - failed} equal, {failed} different")
    sys.exit(1 if count == 0 or failed != (count if options.spoil else 0) else 0)


if __name__ == "__main__":
    main()
