import Ethereum
import JSON

/// The page's images, each with its numbers in a table behind it.
extension BacktestReport {
    static func number(_ wei: Int256) -> Double { wei.approximateDouble * 1e-18 }

    private static func short(_ wei: Int256) -> String { Scale.text(rounded(number(wei))) }

    /// To four significant digits, as far as an image needs them.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return 0 }
        var scale = 1.0
        while value.magnitude * scale < 1000, scale < 1e12 { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    func figure(
        _ title: String, _ caption: String, _ svg: String, key: String = "", data: String = ""
    ) -> String {
        "<figure><h2>\(Markup.escaped(title))</h2><figcaption>\(Markup.escaped(caption))"
            + "</figcaption>" + key + svg
            + (data.isEmpty ? "" : "<details><summary>The numbers</summary>\(data)</details>")
            + "</figure>"
    }

    var outcomeChart: String {
        let bars = outcomes.prefix(8).map {
            Charts.Bar(
                name: $0.label.replacing("_", with: " "), value: Double($0.count),
                text: Decimals.grouped($0.count),
                style: $0.label == SwapDecision.served
                    ? "served" : $0.label == Self.sizeFilterLabel ? "mute" : "main")
        }
        let drawing = Drawing(
            id: "outcomes", height: Double(bars.count) * 34 + 12, title: "What came of the swaps",
            says: "Number of swaps by outcome.")
        return figure(
            "Opportunities", "All swaps by what would have come of them.",
            Charts.lying(drawing, bars, nameWidth: 190),
            data: Markup.table(
                "Swaps by outcome", ["outcome", "swaps"],
                outcomes.map { [$0.label, Decimals.grouped($0.count)] }))
    }

    var waterfallChart: String {
        let totals = totals
        let steps: [(String, Int256, Bool)] = [
            ("fees", totals.feeWei, true), ("price", totals.grossWei &- totals.feeWei, false),
            ("gas", -totals.gasWei, false), ("hedge", -totals.hedgeWei, false),
            ("tip", -totals.tipWei, false), ("net", totals.netWei, true),
        ]
        let drawing = Drawing(
            id: "waterfall", title: "From fees to net profit",
            says: "Fees, gain by the price, gas, hedge and tip of the served swaps, in WETH.")
        return figure(
            "From fees to net",
            "Sums over the served swaps, WETH. Price: what was bought and sold, "
                + "at the worse end of the fair price.",
            Charts.waterfall(
                drawing,
                steps.map { ($0.0, Self.number($0.1), $0.2, Self.short($0.1)) }, unit: "WETH"),
            data: Markup.table(
                "WETH", ["part", "amount"], steps.map { [$0.0, Self.ether($0.1)] }))
    }

    var courseChart: String {
        let rows = served.sorted {
            ($0.row.block, $0.row.source.row) < ($1.row.block, $1.row.source.row)
        }
        var expected: [(x: Double, y: Double)] = []
        var later: [(x: Double, y: Double)] = []
        var (sum, laterSum) = (Int256.zero, Int256.zero)
        for (index, (row, plan)) in rows.enumerated() {
            sum &+= plan.netWei
            expected.append((Double(index), Self.number(sum)))
            guard let net = row.markOutsWei[safely: Opportunity.MarkOut.oneHour.rawValue] ?? nil
            else { continue }
            laterSum &+= net
            later.append((Double(index), Self.number(laterSum)))
        }
        let drawing = Drawing(
            id: "course", title: "Net profit in the order of blocks",
            says: "Sum of net profits, as expected and at the pool's price an hour later.")
        return figure(
            "In the order of blocks",
            "Net profit of the served swaps so far, one after another, WETH.",
            Charts.lines(
                drawing,
                x: (
                    "block \(rows.first?.row.block ?? 0)", "block \(rows.last?.row.block ?? 0)",
                    "served swaps"
                ),
                unit: "WETH", [("expected", expected), ("later", later)]),
            key: Self.key([
                ("main", "at the worse end of the fair price"),
                ("second", "at the pool's price 1 h later, where known"),
            ]))
    }

    static func key(_ items: [(String, String)]) -> String {
        "<p class=\"key\">"
            + items.map { "<i class=\"k-\($0.0)\"></i>\(Markup.escaped($0.1))" }.joined() + "</p>"
    }

    var distributionChart: String {
        let classes = profitClasses
        let drawing = Drawing(
            id: "distribution", title: "Distribution of net profits",
            says: "Number of served swaps by class of net profit.")
        let names = classes.map { Self.short(Int256(bitPattern: $0.fromWei)) }
        return figure(
            "Profit distribution",
            "Served swaps by net profit; each class from the amount below "
                + "it, in WETH, up to the next.",
            Charts.standing(
                drawing,
                zip(names, classes).map { name, row in
                    (
                        name,
                        [
                            Charts.Bar(
                                name: "swaps", value: Double(row.count), text: "\(row.count)",
                                style: "served")
                        ]
                    )
                }, unit: "swaps"),
            data: Markup.table(
                "Percentiles of net profit, WETH", ["percentile", "net"],
                [0, 10, 25, 50, 75, 90, 100].map {
                    ["\($0)", netQuantile(percent: $0).map(Self.ether) ?? "–"]
                }))
    }

    var markOutChart: String {
        let drawing = Drawing(
            id: "markouts", title: "Net profit at later prices",
            says: "Sums over the swaps whose later price is known, as expected and as it came.")
        return figure(
            "Mark-outs",
            "The same swaps at the pool's own price at once, a minute and an hour "
                + "later; only where the record goes on so long.",
            Charts.standing(
                drawing,
                markOuts.map { row in
                    (
                        "\(row.mark.label) (\(row.known))",
                        [
                            Charts.Bar(
                                name: "expected", value: Self.number(row.expectedWei),
                                text: Self.short(row.expectedWei), style: "main"),
                            Charts.Bar(
                                name: "at that price", value: Self.number(row.netWei),
                                text: Self.short(row.netWei), style: "second"),
                        ]
                    )
                }, unit: "WETH"),
            key: Self.key([
                ("main", "expected when deciding"), ("second", "at the later price"),
            ]),
            data: Markup.table(
                "WETH", ["at", "net", "expected", "above 0", "known", "not known"],
                markOuts.map {
                    [
                        $0.mark.label, Self.ether($0.netWei), Self.ether($0.expectedWei),
                        "\($0.positive)", "\($0.known)", "\($0.unknown)",
                    ]
                }))
    }

    var scenarioChart: String {
        let drawing = Drawing(
            id: "sensitivity", title: "Net profit were the fair price another",
            says: "Sums for six fair prices: of the plans as they are, and of plans that know.")
        return figure(
            "Sensitivity to the fair price",
            "r is the fair price over the pool's before the swap, "
                + "in the direction of the swap; impact is the swap's own.",
            Charts.standing(
                drawing,
                scenarios.map { row in
                    (
                        row.scenario.label,
                        [
                            Charts.Bar(
                                name: "held", value: Self.number(row.heldNetWei),
                                text: Self.short(row.heldNetWei), style: "main"),
                            Charts.Bar(
                                name: "known", value: Self.number(row.replannedNetWei),
                                text: Self.short(row.replannedNetWei), style: "good"),
                        ]
                    )
                }, unit: "WETH"),
            key: Self.key([
                ("main", "the served plans, were r the truth"),
                ("good", "planned again knowing r, in the same band around it"),
            ]),
            data: Markup.table(
                "WETH", ["r", "plans held", "above 0", "served if known", "net if known"],
                scenarios.map {
                    [
                        $0.scenario.label, Self.ether($0.heldNetWei), "\($0.heldPositive)",
                        "\($0.replannedServed)", Self.ether($0.replannedNetWei),
                    ]
                }))
    }
}
