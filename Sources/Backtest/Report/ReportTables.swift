import Ethereum

extension BacktestReport {
    // MARK: The distribution

    /// A class of the distribution: net profits from one bound up to, not including, the next.
    public struct ProfitClass: Equatable, Sendable {
        public var fromWei: UInt256
        public var toWei: UInt256
        public var count: Int
    }

    /// Served rows by net profit, in classes of 1, 2 and 5 times a power of ten; the first class
    /// begins at 0 where there are lower profits than the lowest bound.
    public var profitClasses: [ProfitClass] {
        let profits = served.map(\.plan.netWei).filter { !$0.isNegative }.map(\.magnitude)
        guard let least = profits.min(), let most = profits.max() else { return [] }
        var bounds: [UInt256] = [.zero]
        var power: UInt256 = 1_000_000_000_000
        while let last = bounds.last, last <= most {
            for factor in [1, 2, 5] as [UInt256] { bounds.append(power &* factor) }
            power = power &* 10
        }
        let first = max(0, (bounds.firstIndex { $0 > least } ?? 1) - 1)
        let end = bounds.firstIndex { $0 > most } ?? bounds.count - 1
        return (first..<end).map { index in
            let (from, to) = (bounds[index], bounds[index + 1])
            return ProfitClass(
                fromWei: from, toWei: to, count: profits.count { from <= $0 && $0 < to })
        }
    }

    // MARK: Later prices

    /// The served rows at a later price.
    public struct MarkOutRow: Equatable, Sendable {
        public var mark: Opportunity.MarkOut
        /// Rows of which the later price is known, and of which it is not.
        public var known: Int
        public var unknown: Int
        /// Over the known rows: net at the later price, and as expected when deciding.
        public var netWei: Int256
        public var expectedWei: Int256
        /// Known rows that are above 0.
        public var positive: Int
    }

    /// One row for each mark-out.
    public var markOuts: [MarkOutRow] {
        Opportunity.MarkOut.allCases.map { mark in
            var result = MarkOutRow(
                mark: mark, known: 0, unknown: 0, netWei: 0, expectedWei: 0, positive: 0)
            for (row, plan) in served {
                guard let net = row.markOutsWei[mark.rawValue] else {
                    result.unknown += 1
                    continue
                }
                result.known += 1
                result.netWei &+= net
                result.expectedWei &+= plan.netWei
                if net > 0 { result.positive += 1 }
            }
            return result
        }
    }

    // MARK: Other fair prices

    /// All rows under another fair price.
    public struct ScenarioRow: Equatable, Sendable {
        public var scenario: FairPriceScenario
        /// What the served rows' own plans would leave were that the fair price, and how many of
        /// them would leave more than 0.
        public var heldNetWei: Int256
        public var heldPositive: Int
        /// What would be served had it been known when planning, in a band around it.
        public var replannedServed: Int
        public var replannedNetWei: Int256
    }

    /// One row for each scenario.
    public var scenarios: [ScenarioRow] {
        FairPriceScenario.allCases.map { scenario in
            var result = ScenarioRow(
                scenario: scenario, heldNetWei: 0, heldPositive: 0, replannedServed: 0,
                replannedNetWei: 0)
            for row in opportunities {
                if row.isServed, let net = row.heldWei[safely: scenario.rawValue] ?? nil {
                    result.heldNetWei &+= net
                    if net > 0 { result.heldPositive += 1 }
                }
                if let net = row.replannedWei[safely: scenario.rawValue] ?? nil {
                    result.replannedServed += 1
                    result.replannedNetWei &+= net
                }
            }
            return result
        }
    }

    // MARK: Competition

    /// What is left when more or less has to be bid.
    public struct BidRow: Equatable, Sendable {
        public var bidShareBps: UInt64
        public var served: Int
        public var netWei: Int256
    }

    /// Shares of the profit after gas and hedge that may have to be bid.
    static let bidShares: [UInt64] = [0, 3000, 5000, 7000, 8000, 9000, 9500, 9900]

    /// One row for each share, over all plans, at the same minimum profit.
    public var bids: [BidRow] {
        let minimum = Int256(bitPattern: settings[.minimumProfitWei])
        return Self.bidShares.map { share in
            var result = BidRow(bidShareBps: share, served: 0, netWei: 0)
            for (_, plan) in planned {
                let left = plan.netWei &+ Int256(bitPattern: plan.tipWei)
                guard !left.isNegative,
                    let bid = UInt256.mulDivRoundingUp(left.magnitude, UInt256(share), 10_000)
                else { continue }
                let kept = left &- Int256(bitPattern: bid)
                if kept >= minimum {
                    result.served += 1
                    result.netWei &+= kept
                }
            }
            return result
        }
    }

    // MARK: What others really earned

    /// Operations of others in one pool, as an input's author states them.
    public struct StatedRow: Equatable, Sendable {
        public var pool: String
        public var poolName: String
        public var operations: Int
        public var feesUsd: DecimalAmount
        public var profitUsd: DecimalAmount
        /// Operations that the author states a profit of.
        public var profitable: Int
        public var medianProfitUsd: DecimalAmount
    }

    /// One row for each pool, the one with most operations first.
    public var stated: [StatedRow] {
        var pools: [String: [RealJit.Stated]] = [:]
        for finding in realJit {
            guard let stated = finding.stated else { continue }
            pools[finding.pool, default: []].append(stated)
        }
        let zero = DecimalAmount(units: 0)
        return pools.map { pool, rows in
            let profits = rows.map(\.profitUsd.units).sorted()
            return StatedRow(
                pool: pool, poolName: rows[0].poolName, operations: rows.count,
                feesUsd: rows.reduce(zero) { $0 + $1.feesUsd },
                profitUsd: rows.reduce(zero) { $0 + $1.profitUsd },
                profitable: profits.count { $0 > 0 },
                medianProfitUsd: DecimalAmount(units: profits[(profits.count - 1) / 2]))
        }.sorted { ($1.operations, $0.pool) < ($0.operations, $1.pool) }
    }

    /// Findings whose amounts come from the chain.
    public var observed: [RealJit] { realJit.filter { $0.stated == nil } }
}

extension Array {
    /// The element at an index; nil beyond the end.
    subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
