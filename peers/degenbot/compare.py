#!/usr/bin/env python3
"""Compare swaps of our pool model with degenbot's.

    compare.py BENCH [--pools N] [--swaps N] [--seed N] [--spoil] [STATE.json ...]

`bench pool-swaps` makes pools and swaps from a seed, and takes recorded states, and says what our
model answers; degenbot's `UniswapV3Pool._calculate_swap` is asked the same on the same state, in
both of its ways through the ticks (a list of them, and the bitmap's words). Amounts, price,
liquidity and tick must be equal. --spoil changes one answer of each hundred and demands that
exactly those are found.

degenbot computes in integers without bounds: what the contract refuses because a number does not
fit its type it cannot say. Such swaps, which our model names `overflow`, are counted apart, as are
limits on the wrong side of the price, which both must refuse.

Its list of ticks (`gen_ticks`) is wrong for a rising price that begins in the last tick of a
bitmap's word: the first step goes to that tick's own price, which lies below, and 26,859,199 are
asked for where 495 suffice. By the bitmap's words it is right; such swaps go that way alone.

It knows no fee growth, protocol fees, positions or flash: those are compared with the contract's
bytecode (`make pool-differential`).
"""

import argparse
import collections
import json
import logging
import subprocess
import sys

logging.disable(logging.WARNING)

from degenbot.exceptions import EVMRevertError  # noqa: E402
from degenbot.uniswap.types import (  # noqa: E402
    UniswapV3BitmapAtWord,
    UniswapV3LiquidityAtTick,
    UniswapV3PoolState,
)
from degenbot.uniswap.v3_liquidity_pool import UniswapV3Pool  # noqa: E402

ADDRESS = "0x0000000000000000000000000000000000000001"
FIELDS = ("amount0", "amount1", "sqrtPriceX96", "liquidity", "tick")


class Peer:
    """A pool of degenbot's on a given state: made without its constructor, which asks a node."""

    def __init__(self, line):
        self.pool = UniswapV3Pool.__new__(UniswapV3Pool)
        self.pool.fee = line["fee"]
        self.pool.tick_spacing = line["tickSpacing"]
        self.is_at_word_end = (line["tick"] // line["tickSpacing"]) & 255 == 255
        ticks, words = {}, collections.defaultdict(int)
        for tick, (net, gross) in line["ticks"].items():
            ticks[int(tick)] = UniswapV3LiquidityAtTick(
                liquidity_net=int(net), liquidity_gross=int(gross), block=0
            )
            place = int(tick) // line["tickSpacing"]
            words[place >> 8] |= 1 << (place & 255)
        reach = 887_272 // line["tickSpacing"] // 256 + 2
        bitmap = {
            word: UniswapV3BitmapAtWord(bitmap=words.get(word, 0), block=0)
            for word in range(-reach, reach)
        }
        self.state = UniswapV3PoolState(
            pool=ADDRESS,
            liquidity=int(line["liquidity"]),
            sqrt_price_x96=int(line["sqrtPriceX96"]),
            tick=line["tick"],
            tick_bitmap=bitmap,
            tick_data=ticks,
        )

    def swap(self, line, by_words):
        self.pool.sparse_liquidity_map = by_words
        return self.pool._calculate_swap(
            zero_for_one=line["zeroForOne"],
            amount_specified=int(line["amountSpecified"]),
            sqrt_price_limit_x96=int(line["limit"]),
            override_state=self.state,
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("states", nargs="*")
    parser.add_argument("--pools", default="100")
    parser.add_argument("--swaps", default="50")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--spoil", action="store_true")
    options = parser.parse_intermixed_args()
    command = [options.bench, "pool-swaps", *options.states]
    command += ["--pools", options.pools, "--swaps", options.swaps, "--seed", options.seed]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peer = None
    counts = collections.Counter()
    spoilt = 0
    for number, text in enumerate(made.splitlines()):
        line = json.loads(text)
        if "ticks" in line:
            peer = Peer(line)
            counts["pools"] += 1
            continue
        if options.spoil and number % 100 == 0 and "error" not in line:
            line["amount0"] = str(int(line["amount0"]) + 1)
            spoilt += 1
        if line.get("error") == "overflow":
            counts["overflow"] += 1
            continue
        expected = line.get("error") or tuple(int(line[field]) for field in FIELDS)
        # Through the words a swap may have thousands of empty steps.
        ways = (False, True) if number % 10 == 0 else (False,)
        if peer.is_at_word_end and not line["zeroForOne"]:
            ways = (True,)
            counts["word end"] += 1
        for by_words in ways:
            try:
                answer = tuple(peer.swap(line, by_words))
            except EVMRevertError:
                answer = "priceLimitOutOfBounds"
            if answer == expected:
                counts["refused" if "error" in line else "equal"] += 1
            else:
                counts["different"] += 1
                if not options.spoil:
                    print(f"DIFFERENT {text}\n  degenbot: {answer}")
    print(
        f"{counts['pools']} pools: {counts['equal']} swaps equal, {counts['refused']} refused by "
        f"both, {counts['overflow']} overflow, {counts['word end']} by words alone, "
        f"{counts['different']} different"
    )
    if options.spoil:
        found = counts["different"] >= spoilt > 0
        print(f"{spoilt} answers spoilt, {'all' if found else 'not all'} found")
        sys.exit(0 if found else 1)
    sys.exit(0 if counts["different"] == 0 and counts["equal"] > 0 else 1)


if __name__ == "__main__":
    main()
