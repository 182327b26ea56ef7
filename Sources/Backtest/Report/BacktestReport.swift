import Ethereum

/// What findings come to: counts, sums and distributions, all of them computed from the rows.
public struct BacktestReport: Sendable {
    public let settings: BacktestSettings
    public let inputs: [BacktestInput]
    public let opportunities: [Opportunity]
    public let realJit: [RealJit]
    /// Swaps by what came of them, the most frequent first.
    public let outcomes: [(label: String, count: Int)]
    /// Bids against rivals, worked out once.
    private(set) var courses: Courses

    /// The label of swaps that the size filter dropped.
    public static let sizeFilterLabel = "below_size_filter"

    /// What makes every figure an upper bound of what could have been had.
    public static let whyUpperBound = [
        "Competition is not known: in the totals nobody else serves or sandwiches the same swaps; "
            + "the table of rivals says what is left against those that the inputs tell of.",
        "Every bundle is taken to be included.",
        "There is no latency, and every swap is taken to have been seen before it was included; "
            + "private order flow is not told apart.",
        "Passive liquidity and other traders do not react; every swap is answered on the recorded "
            + "state, whatever would have been served before.",
        "Plans are valued by the pool model, gas by a model of the fork, and the swap's own gas "
            + "limit is taken to suffice. The proof in the EVM would decline some.",
    ]

    /// Where the fair price comes from.
    public static let fairPriceSource =
        "The pool's own price before the swap, in a band around it; the input has no other market. "
        + "Mark-outs take the pool's own price after the swap, a minute and an hour later: no "
        + "independent market either, and t+0 has the swap's own impact in it."

    /// The report of findings; the settings are the findings' own where there are any.
    public init(_ findings: Findings, settings given: BacktestSettings = BacktestSettings()) {
        settings = findings.settings ?? given
        inputs = findings.sortedInputs
        opportunities = findings.sortedOpportunities
        realJit = findings.sortedRealJit
        var counts: [String: Int] = [:]
        for row in opportunities { counts[row.outcome, default: 0] += 1 }
        if findings.filteredCount > 0 { counts[Self.sizeFilterLabel] = findings.filteredCount }
        for (reason, count) in findings.unansweredCounts where count > 0 {
            counts[reason.rawValue, default: 0] += count
        }
        courses = Courses()
        outcomes = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            .map { (label: $0.key, count: $0.value) }
        courses = Courses(self)
    }

    /// Swaps that were looked at.
    public var swaps: Int { outcomes.reduce(0) { $0 + $1.count } }

    /// How many swaps had this outcome.
    public func count(of label: String) -> Int {
        outcomes.first { $0.label == label }?.count ?? 0
    }

    /// Rows that would have been served, with their plans.
    public var served: [(row: Opportunity, plan: PlannedLiquidity)] {
        opportunities.compactMap { row in
            guard row.isServed, let plan = row.plan else { return nil }
            return (row, plan)
        }
    }

    /// Rows with a plan, served or not.
    public var planned: [(row: Opportunity, plan: PlannedLiquidity)] {
        opportunities.compactMap { row in row.plan.map { (row, $0) } }
    }

    // MARK: Sums

    /// Sums over the served rows, in wei.
    public struct Totals: Equatable, Sendable {
        public var feeWei: Int256 = 0
        public var grossWei: Int256 = 0
        public var gasWei: Int256 = 0
        public var hedgeWei: Int256 = 0
        public var tipWei: Int256 = 0
        public var netWei: Int256 = 0
        public var gas: UInt64 = 0
        /// The most that a single opening deposits.
        public var mostCapitalWei: UInt256 = .zero
        /// Net, with the best swap alone of each pool and block: of several bundles for one pool
        /// state at most one lands.
        public var onePerBlockNetWei: Int256 = 0
    }

    /// The sums.
    public var totals: Totals {
        var totals = Totals()
        var best: [String: Int256] = [:]
        for (row, plan) in served {
            totals.feeWei &+= Int256(bitPattern: plan.feeWei)
            totals.grossWei &+= plan.grossWei
            totals.gasWei &+= Int256(bitPattern: plan.gasWei)
            totals.hedgeWei &+= Int256(bitPattern: plan.hedgeWei)
            totals.tipWei &+= Int256(bitPattern: plan.tipWei)
            totals.netWei &+= plan.netWei
            totals.gas &+= plan.gas
            totals.mostCapitalWei = max(totals.mostCapitalWei, plan.capitalWei)
            let place = "\(row.pool) \(row.block)"
            best[place] = max(best[place] ?? plan.netWei, plan.netWei)
        }
        totals.onePerBlockNetWei = best.sorted { $0.key < $1.key }.reduce(0) { $0 &+ $1.value }
        return totals
    }

    /// Of the served rows' net profits the one that this part of them does not exceed (nearest
    /// rank); nil without any.
    public func netQuantile(percent: Int) -> Int256? {
        Self.quantile(served.map(\.plan.netWei), percent: percent)
    }

    /// The same of what served openings deposit.
    public func capitalQuantile(percent: Int) -> UInt256? {
        Self.quantile(served.map(\.plan.capitalWei), percent: percent)
    }

    private static func quantile<Value: Comparable>(_ values: [Value], percent: Int) -> Value? {
        guard !values.isEmpty else { return nil }
        let rank = (values.count * percent + 99) / 100
        return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
}
