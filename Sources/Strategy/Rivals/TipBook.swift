import Ethereum
import UniswapV3

/// What is known of each pool's competitors, from what landed: a value that events change, and from
/// which the share to bid follows.
public struct TipBook: Equatable, Sendable {
    /// The share that is right while nothing is known, in basis points.
    public let priorShareBps: UInt64
    /// The most that is bid whatever was seen, in basis points: what a builder pays himself would
    /// else be a way to be paid more by us.
    public let maximumShareBps: UInt64
    /// The newest block that was followed.
    private var block: UInt64 = 0
    private var records: [Address: PoolRecord] = [:]

    /// A maximum above 9900 is 9900, and a prior above the maximum is the maximum.
    public init(priorShareBps: UInt64, maximumShareBps: UInt64 = 9000) {
        self.maximumShareBps = min(maximumShareBps, 9900)
        self.priorShareBps = min(priorShareBps, self.maximumShareBps)
    }

    /// What happened on a pool.
    public enum Event: Equatable, Sendable {
        /// Another's just-in-time liquidity landed: what it earned after gas, what it paid the
        /// builder of it, and what it had deposited.
        case rivalLanded(grossWei: UInt256, tipWei: UInt256, deposit: TokenAmounts)
        /// A swap that was worth serving was mined, and nobody served it.
        case unopposed
        /// Our bundle landed with this share.
        case won(shareBps: UInt64)
        /// Our bundle was outbid, it is not known by how much.
        case lost(shareBps: UInt64)
    }

    /// Blocks after which a deposit that was seen once is forgotten.
    package static let depositMemoryBlocks =
        RivalDeposits.halfLifeBlocks * RivalDeposits.lifetime

    /// Moves to a block: events that are told from here on are its, and older ones have aged.
    public mutating func follow(block: UInt64) { self.block = block }

    /// Learns from an event of the block that is followed.
    public mutating func observe(_ event: Event, pool: Address) {
        records[pool, default: PoolRecord(priorShareBps: priorShareBps)]
            .observe(event, block: block)
    }

    /// The share of the profit after gas to bid on a pool, in basis points; at most the maximum.
    public func shareBps(pool: Address) -> UInt64 {
        (records[pool] ?? PoolRecord(priorShareBps: priorShareBps))
            .bestShareBps(upTo: maximumShareBps)
    }

    /// The chance that a share wins on a pool.
    public func chance(ofShareBps share: UInt64, pool: Address) -> Double {
        (records[pool] ?? PoolRecord(priorShareBps: priorShareBps)).chance(ofShareBps: share)
    }

    /// The most that rivals were seen to deposit on a pool, less the longer ago it was; nil where
    /// none was seen, or none is remembered.
    public func rivalDeposit(pool: Address) -> TokenAmounts? {
        records[pool]?.deposits.most(block: block)
    }

    /// Events that a pool's record rests on, older ones counting less.
    public func weight(pool: Address) -> Double { records[pool]?.weight ?? 0 }
}

/// One pool's competitors: how the best rival's bid, as a share of what we would earn, is spread.
///
/// F(θ) is the chance that nobody bids θ or more. Nothing known, F(θ) = θ^k with k = s / (1 − s),
/// for which F(θ)(1 − θ) is greatest at s; k = n − 1 would be n − 1 rivals with bids spread evenly.
/// It counts as `priorWeight` events. An event adds its weight where it saw the best rival; what it
/// only saw to be below or above our bid is spread there as F is now. Each event makes older ones
/// count less.
struct PoolRecord: Equatable, Sendable {
    /// A bin a percent: bin j holds bids of at least j and less than j + 1 percent.
    private static let bins = 100
    private static let priorWeight = 8.0
    /// What older events keep of their weight with each new one: half after 34.
    private static let retention = 0.98

    private let prior: [Double]
    private var seen: [Double]
    private(set) var weight = 0.0
    private(set) var deposits = RivalDeposits()

    init(priorShareBps: UInt64) {
        let share = Double(priorShareBps) / 10_000
        let exponent = share / (1 - share)
        var below = 0.0
        prior = (1...Self.bins).map { bin in
            let upTo = Self.power(Double(bin) / Double(Self.bins), exponent)
            defer { below = upTo }
            return (upTo - below) * Self.priorWeight
        }
        seen = [Double](repeating: 0, count: Self.bins)
    }

    mutating func observe(_ event: TipBook.Event, block: UInt64) {
        let bins: Range<Int>
        var deposited: TokenAmounts?
        switch event {
        case .rivalLanded(let gross, let tip, let deposit):
            let share = Self.share(of: tip, in: gross)
            bins = share..<share + 1
            deposited = deposit
        case .unopposed: bins = 0..<1
        case .won(let share): bins = 0..<max(Self.bin(ofShareBps: share), 1)
        case .lost(let share): bins = min(Self.bin(ofShareBps: share), Self.bins - 1)..<Self.bins
        }
        deposits.observe(deposited, block: block)
        let mass = bins.map { prior[$0] + seen[$0] }
        let total = mass.reduce(0, +)
        for bin in seen.indices { seen[bin] *= Self.retention }
        weight = weight * Self.retention + 1
        for (index, bin) in bins.enumerated() {
            seen[bin] += total > 0 ? mass[index] / total : 1 / Double(bins.count)
        }
    }

    /// The chance that a share wins: that the best rival's bid lies in a lower bin.
    func chance(ofShareBps share: UInt64) -> Double {
        let bin = min(Self.bin(ofShareBps: share), Self.bins)
        var below = 0.0
        for index in 0..<bin { below += prior[index] + seen[index] }
        return below / (Self.priorWeight + weight)
    }

    /// The whole percent θ up to a maximum for which F(θ)(1 − θ) is greatest; of equals the lowest.
    func bestShareBps(upTo maximum: UInt64) -> UInt64 {
        var best = (share: 0, value: 0.0)
        var below = 0.0
        for share in 1..<min(Self.bin(ofShareBps: maximum) + 1, Self.bins) {
            below += prior[share - 1] + seen[share - 1]
            let value = below * Double(Self.bins - share)
            if value > best.value { best = (share, value) }
        }
        return UInt64(best.share) * 100
    }

    private static func bin(ofShareBps share: UInt64) -> Int { Int(min(share, 10_000) / 100) }

    private static func share(of tip: UInt256, in gross: UInt256) -> Int {
        guard !gross.isZero, tip < gross,
            let percent = UInt256.mulDiv(tip, UInt256(UInt64(bins)), gross)?.asUInt64
        else { return bins - 1 }
        return min(Int(percent), bins - 1)
    }

    /// x^k for 0 < x ≤ 1 and k ≥ 0: whole powers, and the binary digits of the rest as roots, which
    /// are the same on every machine.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var result = 1.0
        var rest = exponent
        while rest >= 1 {
            result *= base
            rest -= 1
        }
        var root = base
        for _ in 0..<30 where rest > 0 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }
}
