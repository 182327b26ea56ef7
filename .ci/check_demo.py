#!/usr/bin/env python3
"""Check what `jit-bot demo --json` promises.

check_demo.py PROGRAM                   seeds 1 to 10, and that one seed gives one answer
check_demo.py PROGRAM --history FILE    the recorded history of USDC/WETH 0.05 %
"""

import json
import re
import subprocess
import sys

OPPORTUNITY_KEYS = {
    "block", "pool", "txHash", "amountIn", "tickLower", "tickUpper", "liquidity", "feeWei",
    "gasUsed", "netProfitWei", "swapperGainWei", "swapperGainBps", "outcome",
}  # fmt: skip
RECORDED_SWAPS = 84


def require(condition, what):
    if not condition:
        sys.exit(f"check_demo: {what}")


def run(program, *arguments):
    """Standard output of a successful run: bytes, and the JSON object that they are."""
    command = [program, "demo", *arguments, "--json"]
    shown = " ".join(command)
    finished = subprocess.run(command, stdout=subprocess.PIPE)
    require(finished.returncode == 0, f"{shown}: exit {finished.returncode}")
    try:
        answer = json.loads(finished.stdout)
    except ValueError as error:
        sys.exit(f"check_demo: {shown}: standard output is not one JSON value: {error}")
    require(isinstance(answer, dict), f"{shown}: standard output is not a JSON object")
    return finished.stdout, answer


def check_seed(program, seed):
    output, answer = run(program, "--seed", str(seed))

    def holds(key, condition, wanted):
        value = answer.get(key)
        require(condition(value), f"seed {seed}: {key} is {value!r}, wanted {wanted}")

    holds("bundlesIncluded", lambda v: type(v) is int and v >= 5, "at least 5")
    holds("swapperWorseOff", lambda v: type(v) is int and v == 0, "0")
    holds("balancesMatch", lambda v: v is True, "true")
    holds(
        "netProfitWei",
        lambda v: isinstance(v, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", v),
        "a decimal string",
    )
    holds("opportunities", lambda v: isinstance(v, list) and v, "a list of at least one")
    for index, opportunity in enumerate(answer["opportunities"]):
        keys = set(opportunity)
        require(
            keys == OPPORTUNITY_KEYS,
            f"seed {seed}: opportunities[{index}] lacks {sorted(OPPORTUNITY_KEYS - keys)}"
            f" and has besides {sorted(keys - OPPORTUNITY_KEYS)}",
        )
    print(f"seed {seed}: {answer['bundlesIncluded']} bundles, net {answer['netProfitWei']} wei")
    return output


def check_history(program, path):
    _, answer = run(program, "--history", path)
    history = answer.get("history")
    require(isinstance(history, dict), f"history is {history!r}, wanted an object")
    for key in ("swaps", "exact"):
        value = history.get(key)
        require(value == RECORDED_SWAPS, f"history.{key} is {value!r}, wanted {RECORDED_SWAPS}")
    worse = history.get("swapperWorseOff")
    require(type(worse) is int and worse == 0, f"history.swapperWorseOff is {worse!r}, wanted 0")
    improved = history.get("improved")
    require(type(improved) is int and improved > 0, f"history.improved is {improved!r}, wanted more than 0")
    print(f"history: {RECORDED_SWAPS} swaps exact, {improved} improved")


def main():
    if len(sys.argv) == 2:
        program = sys.argv[1]
        first = [check_seed(program, seed) for seed in range(1, 11)][0]
        require(check_seed(program, 1) == first, "seed 1: two runs gave different bytes")
    elif len(sys.argv) == 4 and sys.argv[2] == "--history":
        check_history(sys.argv[1], sys.argv[3])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
