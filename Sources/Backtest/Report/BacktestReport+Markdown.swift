import Ethereum

extension BacktestReport {
    /// What a terminal shows: the most important figures, the caveat first.
    public var lines: [String] {
        let totals = totals
        var lines = [
            "UPPER BOUND: competition unknown, inclusion assumed, no latency, nobody reacts.",
            "\(Decimals.grouped(swaps)) swaps, "
                + "\(Decimals.grouped(count(of: Self.sizeFilterLabel))) below the size filter, "
                + "\(Decimals.grouped(opportunities.count)) planned, "
                + "\(Decimals.grouped(served.count)) would be served",
        ]
        for (label, count) in outcomes {
            lines.append("  \(label.padded(to: 26)) \(Decimals.grouped(count).padded(left: 12))")
        }
        lines += [
            "fees earned              \(Self.ether(totals.feeWei)) WETH",
            "gross at the worst price \(Self.ether(totals.grossWei)) WETH",
            "gas, hedge, tip          \(Self.ether(totals.gasWei)), "
                + "\(Self.ether(totals.hedgeWei)), \(Self.ether(totals.tipWei)) WETH",
            "net                      \(Self.ether(totals.netWei)) WETH; one bundle a pool and "
                + "block: \(Self.ether(totals.onePerBlockNetWei)) WETH",
        ]
        for mark in markOuts where mark.known > 0 {
            lines.append(
                "net at \(mark.mark.label.padded(to: 7))           \(Self.ether(mark.netWei)) WETH "
                    + "(\(mark.positive) of \(mark.known) above 0, \(mark.unknown) not known)")
        }
        for row in competition where row.competition != .nobody {
            lines.append(
                "against \(row.competition.rawValue.padded(to: 16)) \(Self.ether(row.netWei)) WETH "
                    + "net (\(row.served) served, \(row.outbid) outbid)")
        }
        lines += observed.map(Self.observedLine)
        for row in stated {
            lines.append(
                "real operations in \(row.poolName): \(row.operations), stated profit "
                    + "$\(Decimals.text(row.profitUsd.units, decimals: 18, most: 0))")
        }
        return lines
    }

    private static func observedLine(_ finding: RealJit) -> String {
        let ours =
            finding.ours.map {
                "; ours \(ether($0.grossWei)) gross, \(ether($0.netWei)) net (\($0.basis.rawValue))"
            } ?? ""
        return "real just-in-time liquidity in block \(finding.block): "
            + (finding.grossWei.map { "\(ether($0)) WETH gross" } ?? "worth not known") + ours
    }

    static func ether(_ wei: Int256) -> String { Decimals.ether(wei, places: 6) }

    /// The report for people, as Markdown.
    public var markdown: String {
        var text = [
            "# Backtest", "", "**Upper bound.** What follows could not have been had whole:",
        ]
        text += [""] + Self.whyUpperBound.map { "- \($0)" }
        text += ["", "Fair price: \(Self.fairPriceSource)", "", "## Inputs", ""]
        text += table(
            ["input", "kind", "pool", "digest"],
            inputs.map {
                [
                    cell($0.name), $0.kind.rawValue, cell($0.pool ?? ""),
                    String($0.digest.description.prefix(18)),
                ]
            })
        text += ["", "## Outcomes", ""]
        text += table(
            ["outcome", "swaps"], outcomes.map { [cell($0.label), Decimals.grouped($0.count)] })
        text += ["", "## Profit of served swaps, WETH", ""] + profitTable
        text += ["", "## At later prices of the pool itself, WETH", ""] + markOutTable
        text += ["", "## Were the fair price another", ""] + scenarioTable
        text += ["", "## Were more to be bid", ""] + bidTable
        text += ["", "## Against rivals", ""] + competitionTable + [""]
        text += learntTable + [""]
        text += Self.competitionBounds.map { "- \($0)" }
        if !observed.isEmpty {
            text += ["", "## Real just-in-time liquidity, WETH", ""] + observedTable
        }
        if !stated.isEmpty {
            text += ["", "## Real operations, as their collector states them, USD", ""]
            text += statedTable
        }
        text += ["", "## Settings", ""]
        text += table(
            ["key", "value", "unit"],
            BacktestSettings.Key.allCases.map {
                [$0.rawValue, settings[$0].description, $0.meaning.unit]
            })
        return text.joined(separator: "\n") + "\n"
    }

    // MARK: Tables

    private var profitTable: [String] {
        let totals = totals
        let rows: [(String, Int256)] = [
            ("fees earned", totals.feeWei), ("gross, at the worst fair price", totals.grossWei),
            ("gas", -totals.gasWei), ("hedge", -totals.hedgeWei), ("tip", -totals.tipWei),
            ("net", totals.netWei),
            ("net with one bundle for each pool and block", totals.onePerBlockNetWei),
        ]
        let spread = [0, 10, 25, 50, 75, 90, 100].compactMap { percent in
            netQuantile(percent: percent).map { ("net, \(percent)th percentile", $0) }
        }
        let capital = [50, 100].compactMap { percent in
            capitalQuantile(percent: percent).map {
                ("capital, \(percent)th percentile", Int256(bitPattern: $0))
            }
        }
        return table(["what", "WETH"], (rows + spread + capital).map { [$0.0, Self.ether($0.1)] })
    }

    private var markOutTable: [String] {
        table(
            ["at", "net", "expected for the same", "above 0", "known", "not known"],
            markOuts.map {
                [
                    $0.mark.label, Self.ether($0.netWei), Self.ether($0.expectedWei),
                    "\($0.positive)", "\($0.known)", "\($0.unknown)",
                ]
            })
    }

    private var scenarioTable: [String] {
        table(
            [
                "fair price / pool's", "net of the served plans", "above 0", "served if known",
                "net if known",
            ],
            scenarios.map {
                [
                    $0.scenario.label, Self.ether($0.heldNetWei), "\($0.heldPositive)",
                    "\($0.replannedServed)", Self.ether($0.replannedNetWei),
                ]
            })
    }

    private var bidTable: [String] {
        table(
            ["bid, of the profit after gas and hedge", "served", "net, WETH"],
            bids.map {
                [
                    Decimals.text(Int256(Int($0.bidShareBps)), decimals: 2, most: 2) + " %",
                    "\($0.served)", Self.ether($0.netWei),
                ]
            })
    }

    private var learntTable: [String] {
        table(
            ["pool", "landed, payment known", "nobody there", "share learnt, bps"],
            courses.learnt.map {
                [cell($0.pool), "\($0.landed)", "\($0.unopposed)", "\($0.shareBps)"]
            })
    }

    private var competitionTable: [String] {
        table(
            ["bids that have to be met", "served", "outbid", "bid, WETH", "net, WETH"],
            competition.map {
                [
                    $0.competition.rawValue, "\($0.served)", "\($0.outbid)",
                    Self.ether($0.bidWei), Self.ether($0.netWei),
                ]
            })
    }

    private var observedTable: [String] {
        table(
            [
                "block", "pool", "range", "fees", "gross before gas and tip", "tip",
                "ours gross", "ours net", "ours planned on",
            ],
            observed.map {
                [
                    "\($0.block)", cell($0.pool), "\($0.tickLower) to \($0.tickUpper)",
                    $0.feeWei.map { Self.ether(Int256(bitPattern: $0)) } ?? "",
                    $0.grossWei.map(Self.ether) ?? "",
                    $0.tipWei.map { Self.ether(Int256(bitPattern: $0)) } ?? "",
                    ($0.ours?.grossWei).map(Self.ether) ?? "",
                    ($0.ours?.netWei).map(Self.ether) ?? "", $0.ours?.basis.rawValue ?? "",
                ]
            })
    }

    private var statedTable: [String] {
        func dollars(_ amount: DecimalAmount) -> String {
            Decimals.text(amount.units, decimals: 18, most: 2)
        }
        return table(
            ["pool", "operations", "fees", "profit", "profitable", "median profit"],
            stated.map {
                [
                    cell($0.poolName), Decimals.grouped($0.operations), dollars($0.feesUsd),
                    dollars($0.profitUsd), Decimals.grouped($0.profitable),
                    dollars($0.medianProfitUsd),
                ]
            })
    }

    private func table(_ header: [String], _ rows: [[String]]) -> [String] {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        return [line(header), "|" + String(repeating: "---|", count: header.count)]
            + rows.map(line)
    }

    /// A text from an input, which must not end a cell or begin markup.
    private func cell(_ text: String) -> String {
        String(
            text.map { character -> Character in
                character.isNewline || "|<>`*[]&".contains(character) ? " " : character
            })
    }
}

extension String {
    /// With spaces behind, or in front, up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    func padded(left width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
