#!/usr/bin/env python3
"""Check what `jit-bot demo --json` promises.

check_demo.py PROGRAM                   seeds 1 to 10, and that one seed gives one answer
check_demo.py PROGRAM --faults          each fault of the demo
check_demo.py PROGRAM --kill [SEED]     kill -9 of the bot at ten random moments
check_demo.py PROGRAM --kept-grid       dust that is kept around the price
check_demo.py PROGRAM --history FILE    the recorded history of USDC/WETH 0.05 %
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time

OPPORTUNITY_KEYS = {
    "block", "pool", "txHash", "amountIn", "tickLower", "tickUpper", "liquidity", "feeWei",
    "gasUsed", "netProfitWei", "swapperGainWei", "swapperGainBps", "outcome",
}  # fmt: skip
ORDER_KEYS = {
    "signedIn", "block", "txHash", "orderHash", "account", "amountIn", "pool", "hedgePool", "tickLower",
    "tickUpper", "liquidity", "lender", "lenderAddress", "loanToken", "loanRaw", "loanFeeRaw", "passedOver",
    "feeWei", "tipWei", "gasUsed", "netProfitWei", "userGainWei", "userGainBps", "outcome",
}  # fmt: skip
# Who lends in the demo: each must have lent in a seed's run.
LENDERS = {"uniswap-v3", "aave-v3"}
LOST_KEYS = {"block", "bundleHash", "txHash", "cause", "detail"}
# Each fault, and the cause that its lost bundles must have; none where none need be lost.
FAULTS = {
    "relay-refuses": "relay_refused",
    "relay-dies@20": "relay_unreachable",
    "ws-drops@10": None,
    # Bundles of seed 1 stand in the block that goes, and in the one that was proven on it.
    "reorg@20": "head_reorged",
}
GRID_KEYS = {
    "seedings", "rangesSeeded", "seedingGas", "seedingCostWei", "bundlesIncluded", "bundlesCompared",
    "gainedWei", "positionsAtEnd", "retirements", "retirementCostWei",
}  # fmt: skip
RECORDED_SWAPS = 84


def require(condition, what):
    if not condition:
        sys.exit(f"check_demo: {what}")


def parse(output, shown):
    """The JSON object that is the whole of a standard output."""
    try:
        answer = json.loads(output)
    except ValueError as error:
        sys.exit(f"check_demo: {shown}: standard output is not one JSON value: {error}")
    require(isinstance(answer, dict), f"{shown}: standard output is not a JSON object")
    return answer


def run(program, *arguments):
    """Standard output of a successful run: bytes, and the JSON object that they are."""
    command = [program, "demo", *arguments, "--json"]
    shown = " ".join(command)
    finished = subprocess.run(command, stdout=subprocess.PIPE)
    require(finished.returncode == 0, f"{shown}: exit {finished.returncode}")
    return finished.stdout, parse(finished.stdout, shown)


def check(answer, name, least_included=0, least_atomic=0):
    """The promises that hold in every demo, whatever goes wrong."""

    def holds(key, condition, wanted):
        value = answer.get(key)
        require(condition(value), f"{name}: {key} is {value!r}, wanted {wanted}")

    def count(least):
        return lambda v: type(v) is int and v >= least

    holds("bundlesIncluded", count(least_included), f"at least {least_included}")
    holds("bundlesSent", count(0), "a number")
    holds("atomicBundlesIncluded", count(least_atomic), f"at least {least_atomic}")
    holds("atomicBundlesSent", count(answer["atomicBundlesIncluded"]), "at least as many as included")
    for key in ("swapperWorseOff", "simulationModeSends", "positionsLeftOpen", "nonceGaps"):
        holds(key, lambda v: type(v) is int and v == 0, "0")
    for key in ("balancesMatch", "ledgerMatchesChain"):
        holds(key, lambda v: v is True, "true")
    holds(
        "netProfitWei",
        lambda v: isinstance(v, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", v),
        "a decimal string",
    )
    holds("bundlesLost", lambda v: isinstance(v, list), "a list")
    for lost in answer["bundlesLost"]:
        require(set(lost) == LOST_KEYS and lost["cause"], f"{name}: a lost bundle is {lost!r}")
    holds("opportunities", lambda v: isinstance(v, list) and v, "a list of at least one")
    for index, opportunity in enumerate(answer["opportunities"]):
        keys = set(opportunity)
        require(
            keys == OPPORTUNITY_KEYS,
            f"{name}: opportunities[{index}] lacks {sorted(OPPORTUNITY_KEYS - keys)}"
            f" and has besides {sorted(keys - OPPORTUNITY_KEYS)}",
        )


def check_orders(answer, name):
    """Each order that landed earned, left its user better off, and both lenders were asked."""
    lenders = set()
    for index, order in enumerate(answer["atomicOrders"]):
        keys = set(order)
        require(
            keys == ORDER_KEYS,
            f"{name}: atomicOrders[{index}] lacks {sorted(ORDER_KEYS - keys)}"
            f" and has besides {sorted(keys - ORDER_KEYS)}",
        )
        if order["outcome"] != "included":
            continue
        lenders.add(order["lender"])
        for key in ("netProfitWei", "userGainWei", "loanRaw"):
            require(int(order[key]) > 0, f"{name}: atomicOrders[{index}].{key} is {order[key]}")
    require(lenders == LENDERS, f"{name}: lent have {sorted(lenders)}, wanted {sorted(LENDERS)}")


def check_seed(program, seed):
    output, answer = run(program, "--seed", str(seed))
    check(answer, f"seed {seed}", least_included=5, least_atomic=2)
    check_orders(answer, f"seed {seed}")
    lost, sent = len(answer["bundlesLost"]), answer["bundlesSent"]
    require(
        sent == answer["bundlesIncluded"] + lost and answer["botRestarts"] == 0,
        f"seed {seed}: {sent} bundles sent, {answer['bundlesIncluded']} included, {lost} lost, "
        f"{answer['botRestarts']} restarts of the bot",
    )
    print(
        f"seed {seed}: {answer['bundlesIncluded']} bundles, {lost} lost, "
        f"{answer['atomicBundlesIncluded']} of {len(answer['atomicOrders'])} orders, "
        f"net {answer['netProfitWei']} wei",
        flush=True,
    )
    return output


def check_faults(program):
    for fault, cause in FAULTS.items():
        _, answer = run(program, "--fault", fault)
        check(answer, fault)
        causes = sorted({lost["cause"] for lost in answer["bundlesLost"]})
        require(
            cause is None or cause in causes,
            f"{fault}: no bundle was lost by {cause}, only by {causes}",
        )
        print(
            f"{fault}: {answer['bundlesIncluded']} of {answer['bundlesSent']} bundles included, "
            f"lost by {', '.join(causes) or 'nothing'}",
            flush=True,
        )


def state_of(process):
    """The state of a process as /proc names it, its parent, and its arguments; None without one."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        with open(f"/proc/{process}/cmdline", "rb") as line:
            arguments = line.read().split(b"\0")
    except OSError:
        return None
    return fields[0], int(fields[1]), arguments


def bots(parent):
    """The processes of `jit-bot run` that a demo has started and that live."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        state, of, arguments = state_of(entry) or (None, None, [])
        if of == parent and state != "Z" and b"run" in arguments:
            found.append(int(entry))
    return found


def kill(bot):
    """Whether a signal has ended the process, and not an end of its own that had begun before."""
    try:
        os.kill(bot, signal.SIGSTOP)
        for _ in range(100):
            state, _, _ = state_of(bot) or ("X", None, [])
            if state in "TXZ":
                break
            time.sleep(0.001)
        os.kill(bot, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return state == "T"


def check_kill(program, seed):
    """Kills the bot from outside while a demo runs, ten times, at random moments."""
    chance = random.Random(seed)
    command = [program, "demo", "--blocks", "200", "--json"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE)
    killed = 0
    while killed < 10 and demo.poll() is None:
        time.sleep(0.2 + chance.random())
        for bot in bots(demo.pid):
            killed += kill(bot)
    output = demo.communicate()[0]
    require(demo.returncode == 0, f"kill: exit {demo.returncode}")
    answer = parse(output, "kill")
    check(answer, "kill", least_included=1)
    require(killed == 10, f"kill: only {killed} bots were killed before the demo ended")
    require(answer["botRestarts"] == killed, f"kill: {answer['botRestarts']} restarts of {killed}")
    print(f"kill -9, {killed} times: {answer['bundlesIncluded']} bundles, ledger equal to the chain")


def check_kept_grid(program):
    """Dust is put in, bundles on it land and leave more, the dust is taken out, the books agree."""
    compared = 0
    _, answer = run(program, "--kept-grid", "--compare-orders", "--seed", "2", "--blocks", "16")
    check(answer, "kept grid with orders", least_included=3)
    require(
        answer["orderBundlesIncluded"] > 0,
        f"kept grid with orders: {answer['orderBundlesIncluded']} orders with our own tokens",
    )
    for seed in (1, 2, 3):
        name = f"kept grid, seed {seed}"
        _, answer = run(program, "--kept-grid", "--seed", str(seed), "--blocks", "24")
        check(answer, name, least_included=3)
        grid = answer["keptGrid"]
        require(set(grid) == GRID_KEYS, f"{name}: keptGrid has {sorted(grid)}")
        require(
            grid["rangesSeeded"] > 0
            and grid["bundlesIncluded"] > 0
            and grid["retirements"] == grid["seedings"]
            and int(grid["seedingCostWei"]) > 0,
            f"{name}: keptGrid is {grid}",
        )
        if grid["bundlesCompared"]:
            require(int(grid["gainedWei"]) > 0, f"{name}: gained {grid['gainedWei']} wei")
        compared += grid["bundlesCompared"]
        print(
            f"{name}: {grid['rangesSeeded']} ranges seeded for {grid['seedingCostWei']} wei, "
            f"{grid['bundlesIncluded']} of {answer['bundlesIncluded']} bundles on dust, "
            f"{grid['bundlesCompared']} of them left {grid['gainedWei']} wei more than without",
            flush=True,
        )
    require(compared > 0, "kept grid: not one bundle was compared with the other mode")


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
    arguments = sys.argv[1:]
    if len(arguments) == 1:
        program = arguments[0]
        first = [check_seed(program, seed) for seed in range(1, 11)][0]
        require(check_seed(program, 1) == first, "seed 1: two runs gave different bytes")
    elif arguments[1:] == ["--faults"]:
        check_faults(arguments[0])
    elif arguments[1:] == ["--kept-grid"]:
        check_kept_grid(arguments[0])
    elif arguments[1:2] == ["--kill"] and len(arguments) <= 3:
        check_kill(arguments[0], arguments[2] if len(arguments) == 3 else "1")
    elif len(arguments) == 3 and arguments[1] == "--history":
        check_history(arguments[0], arguments[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
