import Ethereum
import JSON

extension BacktestReport {
    /// The whole report as one object; amounts are decimal text, in wei unless their name says
    /// otherwise.
    public var json: JSON {
        [
            "command": "backtest", "upperBound": true,
            "upperBoundBecause": .array(Self.whyUpperBound.map { .string($0) }),
            "fairPrice": .string(Self.fairPriceSource),
            "settings": settings.json, "inputs": .array(inputs.map(\.json)),
            "counts": counts, "totals": totals.json, "distribution": distribution,
            "markOuts": .array(markOuts.map(\.json)),
            "sensitivity": .array(scenarios.map(\.json)), "capital": capital,
            "bids": .array(bids.map(\.json)), "competition": competitionJSON, "realJit": real,
            "opportunities": .array(opportunities.map(\.json)),
        ]
    }

    private var competitionJSON: JSON {
        [
            "learnt": .array(
                courses.learnt.map {
                    [
                        "pool": .string($0.pool), "landed": .integer($0.landed),
                        "unopposed": .integer($0.unopposed), "shareBps": .integer($0.shareBps),
                    ]
                }),
            "bounds": .array(Self.competitionBounds.map { .string($0) }),
            "against": .array(
                competition.map {
                    [
                        "rivals": .string($0.competition.rawValue), "served": .integer($0.served),
                        "outbid": .integer($0.outbid), "bidWei": .decimal($0.bidWei),
                        "netWei": .decimal($0.netWei),
                    ]
                }),
        ]
    }

    private var counts: JSON {
        [
            "swaps": .integer(swaps), "sizeFiltered": .integer(count(of: Self.sizeFilterLabel)),
            "planned": .integer(opportunities.count), "served": .integer(served.count),
            "outcomes": .object(outcomes.map { .init($0.label, .integer($0.count)) }),
        ]
    }

    private static let percents = [0, 10, 25, 50, 75, 90, 100]

    private var distribution: JSON {
        [
            "netWeiPercentiles": .object(
                Self.percents.map { percent in
                    .init(
                        "p\(percent)",
                        netQuantile(percent: percent).map { .decimal($0) } ?? .null)
                }),
            "classes": .array(
                profitClasses.map {
                    [
                        "fromWei": .decimal($0.fromWei), "toWei": .decimal($0.toWei),
                        "count": .integer($0.count),
                    ]
                }),
        ]
    }

    private var capital: JSON {
        [
            "capitalWeiPercentiles": .object(
                Self.percents.map { percent in
                    .init(
                        "p\(percent)",
                        capitalQuantile(percent: percent).map { .decimal($0) } ?? .null)
                }),
            "inventoryWei": .decimal(settings[.inventoryWei]),
        ]
    }

    private var real: JSON {
        [
            "count": .integer(realJit.count),
            "byPool": .array(
                stated.map {
                    [
                        "pool": .string($0.pool), "poolName": .string($0.poolName),
                        "operations": .integer($0.operations),
                        "feesUsd": .string($0.feesUsd.description),
                        "profitUsd": .string($0.profitUsd.description),
                        "profitable": .integer($0.profitable),
                        "medianProfitUsd": .string($0.medianProfitUsd.description),
                    ]
                }),
            "operations": .array(realJit.map(\.json)),
        ]
    }
}

extension BacktestReport.Totals {
    fileprivate var json: JSON {
        [
            "feeWei": .decimal(feeWei), "grossWei": .decimal(grossWei), "gas": .integer(gas),
            "gasWei": .decimal(gasWei), "hedgeWei": .decimal(hedgeWei),
            "tipWei": .decimal(tipWei), "netWei": .decimal(netWei),
            "onePerBlockNetWei": .decimal(onePerBlockNetWei),
            "mostCapitalWei": .decimal(mostCapitalWei),
        ]
    }
}

extension BacktestReport.MarkOutRow {
    fileprivate var json: JSON {
        [
            "at": .string(mark.label), "known": .integer(known), "unknown": .integer(unknown),
            "netWei": .decimal(netWei), "expectedWei": .decimal(expectedWei),
            "positive": .integer(positive),
        ]
    }
}

extension BacktestReport.ScenarioRow {
    fileprivate var json: JSON {
        [
            "r": .string(scenario.label), "heldNetWei": .decimal(heldNetWei),
            "heldPositive": .integer(heldPositive), "replannedServed": .integer(replannedServed),
            "replannedNetWei": .decimal(replannedNetWei),
        ]
    }
}

extension BacktestReport.BidRow {
    fileprivate var json: JSON {
        [
            "bidShareBps": .integer(bidShareBps), "served": .integer(served),
            "netWei": .decimal(netWei),
        ]
    }
}
