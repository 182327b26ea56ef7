#!/usr/bin/env python3
"""Check the backtest on recorded data, and its speed.

    check_backtest.py JIT-BOT BENCH DATA

Runs the program on everything recorded that it reads, and works the report's figures out again from
its CSV with Python's integers: sums, outcomes, mark-outs, each row's net from its parts, the largest
deposit. Without the size filter the same must be served. The page must be well formed and show the
numbers. Then `bench backtest`, whose figures may be half of what docs/PERFORMANCE.md asks for: the
machine of the check may be busy.
"""

import csv
import html.parser
import json
import os
import subprocess
import sys
import tempfile

BARS = {
    "replayedPerSecond": 500_000,
    "recordedPerSecond": 500_000,
    "filteredPerSecond": 5_000,
    "plannedPerSecond": 1_000,
}
SLACK = 0.5
INPUTS = [
    "v3-pool-events/usdc_weth_500_from_init.csv",
    "v3-pool-events/wbtc_weth_3000_16944682_16951778.csv",
    "mainnet-blocks-full/15050000.json.gz",
    "mainnet-blocks-full/15537394.json.gz",
    "mainnet-blocks-full/21230867.json.gz",
    "jit-real/blocks_v3_calls.json.gz",
    "jit-real/jit_ops_2021_subgraph.csv",
]


class Page(html.parser.HTMLParser):
    """Elements that are closed in order, and all of the text."""

    void = {"meta", "br", "hr"}

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.images = [], [], 0

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        require(len(names) == len(set(names)), f"<{tag}> has an attribute twice")
        require(not {"src", "href", "onclick", "onload"} & set(names), f"<{tag}> is from elsewhere")
        require(tag not in {"script", "link", "iframe", "img", "object"}, f"<{tag}> in the page")
        if tag == "svg":
            self.images += 1
            require("aria-labelledby" in names, "an image without a name")
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        require(self.open and self.open.pop() == tag, f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.texts.append(data)


def require(condition, what):
    if not condition:
        sys.exit(f"check_backtest: {what}")


def ether(wei):
    """As the report writes it: six digits behind the point, cut off towards zero."""
    micro = abs(wei) // 10**12
    sign = "-" if wei < 0 and micro else ""
    return f"{sign}{micro // 10**6}.{micro % 10**6:06d}"


def check_report(folder):
    with open(os.path.join(folder, "report.json")) as file:
        report = json.load(file)
    with open(os.path.join(folder, "report.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    settings = {key: int(value) for key, value in report["settings"].items()}
    served = [row for row in rows if row["outcome"] == "served"]
    require(served, "nothing is served")
    totals = report["totals"]
    for column, key in [
        ("fee_wei", "feeWei"),
        ("gross_wei", "grossWei"),
        ("gas_wei", "gasWei"),
        ("hedge_wei", "hedgeWei"),
        ("tip_wei", "tipWei"),
        ("net_wei", "netWei"),
    ]:
        total = sum(int(row[column]) for row in served)
        require(total == int(totals[key]), f"{key}: {totals[key]}, the rows say {total}")
    for row in rows:
        if not row["net_wei"]:
            continue
        left = int(row["gross_wei"]) - int(row["gas_wei"]) - int(row["hedge_wei"])
        tip = -(-left * settings["bidShareBps"] // 10_000) if left > 0 else 0
        require(tip == int(row["tip_wei"]), f"tip of row {row['row']}")
        require(left - tip == int(row["net_wei"]), f"net of row {row['row']}")
        require(int(row["gas_wei"]) == int(row["gas"]) * int(row["base_fee_wei"]), "gas")
        enough = int(row["net_wei"]) >= settings["minimumProfitWei"]
        require(enough == (row["outcome"] == "served"), f"outcome of row {row['row']}")
        for part in row["ranges"].split():
            lower, upper, liquidity = map(int, part.split(":"))
            require(lower < upper and liquidity > 0, f"ranges of row {row['row']}")
    check_competition(report, rows, settings)
    capital = max(int(row["capital_wei"]) for row in served)
    require(capital == int(totals["mostCapitalWei"]), "the largest deposit")
    best = {}
    for row in served:
        place = row["pool"], row["block"]
        best[place] = max(best.get(place, 0), int(row["net_wei"]))
    require(sum(best.values()) == int(totals["onePerBlockNetWei"]), "one bundle a pool and block")
    counts = report["counts"]
    outcomes = {}
    for row in rows:
        outcomes[row["outcome"]] = outcomes.get(row["outcome"], 0) + 1
    for label, count in outcomes.items():
        require(counts["outcomes"][label] == count, f"count of {label}")
    require(counts["swaps"] == sum(counts["outcomes"].values()), "count of swaps")
    for mark, column in zip(report["markOuts"], ["0s", "60s", "3600s"]):
        values = [row[f"mark_out_{column}_wei"] for row in served]
        known = [int(value) for value in values if value]
        require(mark["known"] == len(known), f"known at {mark['at']}")
        require(int(mark["netWei"]) == sum(known), f"net at {mark['at']}")
    with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    page.close()
    require(not page.open, f"left open: {page.open}")
    require(page.images >= 9, f"{page.images} images")
    shown = " ".join(page.texts)
    for key in ["netWei", "feeWei", "gasWei", "hedgeWei", "tipWei", "onePerBlockNetWei"]:
        value = -int(totals[key]) if key in {"gasWei", "hedgeWei", "tipWei"} else int(totals[key])
        require(ether(value) in shown, f"{key} is not in the page")
    require("Upper bound" in shown, "the page does not say that it is an upper bound")
    require(report["realJit"]["count"] == 1497, f"{report['realJit']['count']} real operations")
    return counts, totals


def check_competition(report, rows, settings):
    """Bids and what is left of them, from each row's learnt share and rivals' demand."""
    minimum = settings["minimumProfitWei"]
    sums = {name: [0, 0, 0, 0] for name in ["nobody", "learnt", "rivals", "both"]}
    for row in rows:
        if not row["net_wei"]:
            continue
        left = int(row["net_wei"]) + int(row["tip_wei"])
        share, rival = int(row["learnt_share_bps"]), int(row["rival_bid_wei"])
        require(0 <= share <= 9900, f"learnt share of row {row['row']}")
        learnt = -(-max(left, 0) * share // 10_000)
        require(learnt == int(row["learnt_bid_wei"]), f"learnt bid of row {row['row']}")
        loss = -(-int(row["backrun_loss_wei"]) * settings["rivalBidShareBps"] // 10_000)
        provider = -(-max(left, 0) * settings["rivalBidShareBps"] // 10_000)
        require(rival in (loss, max(loss, provider)), f"rivals' demand of row {row['row']}")
        if left < minimum:
            continue
        affordable = left - minimum
        tip = min(learnt, affordable)
        for name, bid in [("nobody", 0), ("learnt", tip), ("rivals", rival), ("both", max(tip, rival))]:
            if bid > affordable:
                sums[name][1] += 1
            else:
                sums[name][0] += 1
                sums[name][2] += bid
                sums[name][3] += left - bid
    against = {row["rivals"]: row for row in report["competition"]["against"]}
    require(list(against) == list(sums), "the kinds of competition")
    for name, row in against.items():
        found = [row["served"], row["outbid"], int(row["bidWei"]), int(row["netWei"])]
        require(found == sums[name], f"against {name}: {found}, the rows say {sums[name]}")
    require(len(report["competition"]["bounds"]) == 4, "what of it is a bound")


def served_rows(folder):
    with open(os.path.join(folder, "report.csv"), newline="") as file:
        return [row for row in csv.DictReader(file) if row["outcome"] == "served"]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, bench, data = sys.argv[1:]
    inputs = [os.path.join(data, name) for name in INPUTS]
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "report")
        run = subprocess.run(
            [program, "backtest", *inputs, "--out", out, "--json"], capture_output=True, text=True
        )
        require(run.returncode == 0, f"exit code {run.returncode}:\n{run.stderr}")
        with open(os.path.join(out, "report.json")) as file:
            require(run.stdout == file.read(), "standard output is not the report")
        counts, totals = check_report(out)
        print(
            f"{counts['swaps']} swaps, {counts['served']} served, "
            f"{ether(int(totals['netWei']))} WETH net: the figures follow from the rows"
        )
        wide = os.path.join(folder, "unfiltered")
        arguments = [*inputs, "--out", wide, "--set", "sizeFilter=0"]
        run = subprocess.run([program, "backtest", *arguments], capture_output=True, text=True)
        require(run.returncode == 0, f"exit code {run.returncode}:\n{run.stderr}")
        with_filter, without = (served_rows(path) for path in (out, wide))
        require(with_filter == without, "the size filter changes what is served")
        print(f"the same {len(without)} swaps are served without the size filter")
        measured = os.path.join(folder, "bench.json")
        history = os.path.join(data, INPUTS[1])
        run = subprocess.run([bench, "backtest", "--json", measured, "--history", history])
        require(run.returncode == 0, "bench backtest failed")
        with open(measured) as file:
            figures = json.load(file)
        for name, bar in BARS.items():
            require(figures[name] >= bar * SLACK, f"{name} is {figures[name]:.0f}, asked: {bar}")


if __name__ == "__main__":
    main()
