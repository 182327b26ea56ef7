import Ethereum
import Strategy
import UniswapV3

/// What is left of the plans against rivals: who bids what, by the strategy's own `TipBook` and
/// valuation of rivals, as far as the inputs tell.
extension BacktestReport {
    /// Whose bids have to be met.
    public enum Competition: String, CaseIterable, Sendable {
        /// Nobody's: nothing is bid.
        case nobody
        /// The share that `TipBook` has learnt by then: from others' landed liquidity whose payment
        /// is known, and from swaps worth serving that nobody served.
        case learnt
        /// What `RivalBids` demands: of a back-runner, and of another provider where one was seen
        /// on the pool within the blocks that the strategy remembers.
        case rivals
        /// The greater of both, as the bot bids.
        case both
    }

    /// One row's bids; nil where what rivals demand leaves less than the minimum profit.
    public struct Bid: Equatable, Sendable {
        public var learntShareBps: UInt64
        public var learntWei: UInt256
        /// What rivals demand, whether it can be paid or not.
        public var rivalWei: UInt256
    }

    /// All plans against one kind of competition.
    public struct CompetitionRow: Equatable, Sendable {
        public var competition: Competition
        public var served: Int
        /// Plans that reach the minimum profit without rivals and not with them.
        public var outbid: Int
        public var bidWei: Int256
        public var netWei: Int256
    }

    /// What of this is a bound.
    public static let competitionBounds = [
        "Learnt: landed liquidity whose payment to the builder the inputs do not tell teaches "
            + "nothing, and where nobody served a swap it counts as a bid of nothing; both make "
            + "the share too low.",
        "Rivals: a sandwich's bound is in the target's calldata, which histories do not have: none "
            + "is counted, so that what rivals demand is too low.",
        "Rivals: another provider, where one was seen on the pool within the last blocks, is taken "
            + "to earn after gas and hedge what ours would: his deposit may be smaller, so that "
            + "his part is too high.",
        "A back-run is valued at the pool's own price before the swap, as the plans are.",
    ]

    /// What `TipBook` knows of a pool's competitors behind the last of its blocks.
    public struct LearntRow: Equatable, Sendable {
        public var pool: String
        /// Landed liquidity whose payment is known, and swaps worth serving that nobody served.
        public var landed: Int
        public var unopposed: Int
        public var shareBps: UInt64
    }

    /// The course of every pool: the bids for each row with a plan, each resting on what was seen
    /// in the pool's blocks before, and what is known in the end.
    struct Courses {
        var bids: [Opportunity.Source: Bid] = [:]
        /// By their pools' names; those of which nothing was learnt are left out.
        var learnt: [LearntRow] = []

        init() {}

        init(_ report: BacktestReport) {
            var rows: [Place: [(row: Opportunity, plan: PlannedLiquidity)]] = [:]
            for (row, plan) in report.planned {
                rows[Place(pool: row.pool, block: row.block), default: []].append((row, plan))
            }
            var findings: [Place: [RealJit]] = [:]
            for finding in report.realJit where finding.stated == nil {
                findings[Place(pool: finding.pool, block: finding.block), default: []]
                    .append(finding)
            }
            var courses: [String: PoolCourse] = [:]
            for place in Set(rows.keys).union(findings.keys).sorted() {
                var course = courses[place.pool] ?? PoolCourse(report.settings)
                for (row, plan) in rows[place] ?? [] {
                    bids[row.source] = course.bid(for: plan, block: place.block)
                }
                course.learn(rows[place] ?? [], findings[place] ?? [], block: place.block)
                courses[place.pool] = course
            }
            learnt = courses.sorted { $0.key < $1.key }.compactMap { pool, course in
                course.landed + course.unopposed == 0
                    ? nil
                    : LearntRow(
                        pool: pool, landed: course.landed, unopposed: course.unopposed,
                        shareBps: course.shareBps)
            }
        }
    }

    /// One row for each kind of competition, over all plans, at the same minimum profit.
    public var competition: [CompetitionRow] {
        let bids = courses.bids
        let minimum = Int256(bitPattern: settings[.minimumProfitWei])
        return Competition.allCases.map { kind in
            var result = CompetitionRow(
                competition: kind, served: 0, outbid: 0, bidWei: 0, netWei: 0)
            for (row, plan) in planned where plan.leftWei >= minimum {
                guard let bid = bids[row.source] else { continue }
                let affordable = (plan.leftWei &- minimum).magnitude
                let wei: UInt256
                switch kind {
                case .nobody: wei = .zero
                // A tip never takes what the minimum profit needs.
                case .learnt: wei = min(bid.learntWei, affordable)
                case .rivals: wei = bid.rivalWei
                case .both: wei = max(min(bid.learntWei, affordable), bid.rivalWei)
                }
                guard wei <= affordable else {
                    result.outbid += 1
                    continue
                }
                result.served += 1
                result.bidWei &+= Int256(bitPattern: wei)
                result.netWei &+= plan.leftWei &- Int256(bitPattern: wei)
            }
            return result
        }
    }
}

extension PlannedLiquidity {
    /// Wei at the worse end of the band after gas and hedge, before any bid.
    var leftWei: Int256 { netWei &+ Int256(bitPattern: tipWei) }
}

/// A pool in a block.
private struct Place: Hashable, Comparable {
    var pool: String
    var block: UInt64

    static func < (a: Place, b: Place) -> Bool {
        (a.block, a.pool) < (b.block, b.pool)
    }
}

/// What is known of one pool's competitors in the course of its blocks.
private struct PoolCourse {
    private static let pool = Address(word: 1)
    private let settings: BacktestSettings
    private var book: TipBook
    private var providerSeen: UInt64?
    private(set) var landed = 0
    private(set) var unopposed = 0

    var shareBps: UInt64 { book.shareBps(pool: Self.pool) }

    init(_ settings: BacktestSettings) {
        self.settings = settings
        book = TipBook(priorShareBps: settings.small(.bidShareBps))
    }

    func bid(for plan: PlannedLiquidity, block: UInt64) -> BacktestReport.Bid {
        let left = plan.leftWei.isNegative ? UInt256.zero : plan.leftWei.magnitude
        let share = shareBps
        let isProviderThere =
            providerSeen.map { block - $0 < TipBook.depositMemoryBlocks } ?? false
        let earned = max(plan.backrunLossWei, isProviderThere ? left : .zero)
        let demanded = UInt256.mulDivRoundingUp(earned, settings[.rivalBidShareBps], 10_000)
        return BacktestReport.Bid(
            learntShareBps: share,
            learntWei: UInt256.mulDivRoundingUp(left, UInt256(share), 10_000) ?? left,
            rivalWei: demanded ?? earned)
    }

    /// Takes over what a block shows, after its own bids.
    mutating func learn(
        _ rows: [(row: Opportunity, plan: PlannedLiquidity)], _ findings: [RealJit],
        block: UInt64
    ) {
        book.follow(block: block)
        for finding in findings {
            providerSeen = block
            guard let gross = finding.grossWei, gross > .zero, let tip = finding.tipWei else {
                continue
            }
            landed += 1
            book.observe(
                .rivalLanded(grossWei: gross.magnitude, tipWei: tip, deposit: .zero),
                pool: Self.pool)
        }
        guard findings.isEmpty else { return }
        let minimum = Int256(bitPattern: settings[.minimumProfitWei])
        for (row, plan) in rows where !row.hadRealJit && plan.leftWei >= minimum {
            unopposed += 1
            book.observe(.unopposed, pool: Self.pool)
        }
    }
}
