import Ethereum
import JSON

/// The page's images of sizes, capital, gas, bids, and of what others really earned.
extension BacktestReport {
    /// Points of an image at most; of more every so manieth is drawn.
    private static let drawnPoints = 1500

    private var drawn: [(row: Opportunity, plan: PlannedLiquidity)] {
        let all = planned
        let step = (all.count + Self.drawnPoints - 1) / Self.drawnPoints
        return step <= 1 ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
    }

    private static let servedKey =
        "<p class=\"key\"><i class=\"k-good\"></i>served<i class=\"k-mute\"></i>declined</p>"

    /// An image of the planned swaps, each a point where it has one: two values in WETH, and the
    /// words behind its block.
    private func plannedFigure(
        _ title: String, _ caption: String, _ drawing: Drawing,
        x: (kind: Scale.Kind, name: String), y: (kind: Scale.Kind, name: String),
        data: String = "",
        _ point: (Opportunity, PlannedLiquidity) -> (x: Int256, y: Int256, hint: String)?
    ) -> String {
        let points = drawn.compactMap { row, plan in
            point(row, plan).map { point in
                (
                    Self.number(point.x), Self.number(point.y), row.isServed ? "served" : "mute",
                    "block \(row.block): \(point.hint)"
                )
            }
        }
        return figure(
            title, caption, Charts.points(drawing, x: x, y: y, points), key: Self.servedKey,
            data: data)
    }

    var sizeChart: String {
        plannedFigure(
            "Swap size and net profit",
            "Each planned swap; both axes logarithmic, WETH. Below 0 "
                + "gas and hedge exceed what is earned.",
            Drawing(
                id: "sizes", title: "Net profit by the swap's size",
                says: "Each planned swap by what went in and what would have been left, in WETH."),
            x: (.logarithmic, "swap, WETH"), y: (.symmetric(unit: 0.001), "net, WETH")
        ) { row, plan in
            guard let size = row.amountInWei, !size.isZero else { return nil }
            return (
                Int256(bitPattern: size), plan.netWei,
                "\(Self.ether(plan.netWei)) WETH net, " + row.outcome
            )
        }
    }

    var capitalChart: String {
        plannedFigure(
            "Capital",
            "What one opening deposits and what is left of it, WETH; bound for one "
                + "block.",
            Drawing(
                id: "capital", title: "Capital and net profit",
                says: "Each planned swap by what opening deposits and what would have been left."),
            x: (.logarithmic, "deposit, WETH"), y: (.symmetric(unit: 0.001), "net, WETH"),
            data: Markup.table(
                "What served openings deposit, WETH", ["percentile", "deposit"],
                [0, 10, 25, 50, 75, 90, 100].map { percent in
                    [
                        "\(percent)",
                        capitalQuantile(percent: percent).map {
                            Self.ether(Int256(bitPattern: $0))
                        } ?? "–",
                    ]
                })
        ) { _, plan in
            guard !plan.capitalWei.isZero else { return nil }
            let capital = Int256(bitPattern: plan.capitalWei)
            return (
                capital, plan.netWei,
                Decimals.ether(capital, places: 3)
                    + " WETH deposited, \(Self.ether(plan.netWei)) WETH net"
            )
        }
    }

    var bidChart: String {
        let drawing = Drawing(
            id: "bids", title: "What competition leaves",
            says: "Net profit and swaps served for shares of the profit that have to be bid.")
        return figure(
            "Tip and competition",
            "Were this share of the profit after gas and hedge to be bid to "
                + "the builder; above a bar the swaps that still reach the minimum profit. "
                + "Competitors bid most of a common value away.",
            Charts.standing(
                drawing,
                bids.map { row in
                    let share = Decimals.text(
                        Int256(Int(row.bidShareBps)), decimals: 2, most: 2)
                    return (
                        share + " %",
                        [
                            Charts.Bar(
                                name: "net", value: Self.number(row.netWei), text: "\(row.served)",
                                style: "main")
                        ]
                    )
                }, unit: "WETH"),
            data: Markup.table(
                "WETH", ["bid, bps", "served", "net"],
                bids.map { ["\($0.bidShareBps)", "\($0.served)", Self.ether($0.netWei)] }))
    }

    /// The plans against rivals, with what of it is a bound.
    var competitionSection: String {
        let section = "<section class=\"card\"><h2>Against rivals</h2>"
        let table = Markup.table(
            "Bids by what was learnt of landed competitors, and by what rivals could pay.",
            ["bids that have to be met", "served", "outbid", "bid, WETH", "net, WETH"],
            competition.map {
                [
                    $0.competition.rawValue, "\($0.served)", "\($0.outbid)",
                    Self.ether($0.bidWei), Self.ether($0.netWei),
                ]
            })
        let bounds = Self.competitionBounds.map { "<li>\(Markup.escaped($0))</li>" }.joined()
        return section + table + "<ul>\(bounds)</ul></section>"
    }

    var gasChart: String {
        plannedFigure(
            "Gas",
            "Gross profit of each planned swap and the gas of opening and closing, WETH; "
                + "a swap pays where gross exceeds gas.",
            Drawing(
                id: "gas", title: "Gas and gross profit",
                says: "Each planned swap by its gross profit and what gas costs."),
            x: (.logarithmic, "gross, WETH"), y: (.linear, "gas, WETH")
        ) { _, plan in
            guard plan.grossWei > 0 else { return nil }
            let gasWei = Int256(bitPattern: plan.gasWei)
            return (plan.grossWei, gasWei, "\(plan.gas) gas, \(Self.ether(gasWei)) WETH")
        }
    }

    /// Theirs and ours for the operations of which both are known.
    var observedChart: String {
        let both = observed.filter { $0.grossWei != nil && $0.ours != nil }.prefix(12)
        guard !both.isEmpty else { return "" }
        let drawing = Drawing(
            id: "real", width: 1180, height: 260, title: "Real liquidity beside ours",
            says: "Gross profit of others' just-in-time liquidity, and of ours for the same swaps.")
        let key = Self.key([
            ("second", "theirs, at the pool's price when it was over"),
            (
                "main",
                "ours, at the worse end of the fair price, with the inventory of the settings"
            ),
        ])
        return key
            + Charts.standing(
                drawing,
                both.map { finding in
                    let theirs = finding.grossWei ?? 0
                    let ours = finding.ours?.grossWei ?? 0
                    return (
                        "block \(finding.block)",
                        [
                            Charts.Bar(
                                name: "theirs", value: Self.number(theirs),
                                text: Decimals.ether(theirs, places: 3), style: "second"),
                            Charts.Bar(
                                name: "ours", value: Self.number(ours),
                                text: Decimals.ether(ours, places: 3), style: "main"),
                        ]
                    )
                }, unit: "WETH, gross")
    }
}
