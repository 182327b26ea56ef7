import Ethereum

/// All that shards say, put together: a set, so that their order, their grouping, and parts that
/// were worked out twice make no difference.
public struct Findings: Equatable, Sendable {
    /// Why shards do not belong together.
    public enum Conflict: Error, Equatable, Sendable, CustomStringConvertible {
        case settings(BacktestSettings.Key, String, String)
        case row(input: String, row: Int)

        public var description: String {
            switch self {
            case .settings(let key, let one, let other):
                "shards of different settings do not add up: \(key.rawValue) is \(one) in one and "
                    + "\(other) in another. Use a folder for each."
            case .row(let input, let row):
                "two shards differ in row \(row) of \(input): one of them is not what this program "
                    + "writes. Remove the shards and run again."
            }
        }
    }

    public private(set) var settings: BacktestSettings?
    private var inputs: [Hash32: BacktestInput] = [:]
    private var filtered: Set<Opportunity.Source> = []
    private var unanswered: [Opportunity.Source: Shard.Unanswered.Reason] = [:]
    private var opportunities: [Opportunity.Source: Opportunity] = [:]
    private var realJit: [Opportunity.Source: RealJit] = [:]

    public init() {}

    /// Adds a shard.
    public mutating func add(_ shard: Shard) throws(Conflict) {
        var other = Findings()
        other.take(shard)
        try add(other)
    }

    private mutating func take(_ shard: Shard) {
        settings = shard.settings
        let digest = shard.input.digest
        inputs[digest] = shard.input
        for row in shard.filtered { filtered.insert(.init(input: digest, row: row)) }
        for item in shard.unanswered {
            unanswered[.init(input: digest, row: item.row)] = item.reason
        }
        for row in shard.opportunities { opportunities[row.source] = row }
        for finding in shard.realJit { realJit[finding.source] = finding }
    }

    /// Adds what others say.
    public mutating func add(_ other: Findings) throws(Conflict) {
        if let mine = settings, let theirs = other.settings,
            let key = mine.differences(from: theirs).first
        {
            let values = [mine[key], theirs[key]].sorted()
            throw .settings(key, values[0].description, values[1].description)
        }
        settings = settings ?? other.settings
        inputs.merge(other.inputs) { first, _ in first }
        try merge(other.opportunities, into: \.opportunities)
        try merge(other.realJit, into: \.realJit)
        try merge(other.unanswered, into: \.unanswered)
        filtered.formUnion(other.filtered)
        for source in filtered.sorted()
        where opportunities[source] != nil || unanswered[source] != nil { throw conflict(source) }
    }

    private mutating func merge<Row: Equatable>(
        _ rows: [Opportunity.Source: Row],
        into path: WritableKeyPath<Findings, [Opportunity.Source: Row]>
    ) throws(Conflict) {
        for (source, row) in rows.sorted(by: { $0.key < $1.key }) {
            if let known = self[keyPath: path][source], known != row { throw conflict(source) }
            self[keyPath: path][source] = row
        }
    }

    private func conflict(_ source: Opportunity.Source) -> Conflict {
        .row(input: inputs[source.input]?.name ?? source.input.description, row: source.row)
    }

    // MARK: In order

    /// By name, then by digest.
    public var sortedInputs: [BacktestInput] {
        inputs.values.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
    }

    /// By input, block and row.
    public var sortedOpportunities: [Opportunity] {
        sorted(opportunities, block: \.block)
    }

    /// By input, block and row.
    public var sortedRealJit: [RealJit] { sorted(realJit, block: \.block) }

    /// Swaps that the size filter dropped.
    public var filteredCount: Int { filtered.count }

    /// Swaps that nothing can be said of, by reason.
    public var unansweredCounts: [(reason: Shard.Unanswered.Reason, count: Int)] {
        Shard.Unanswered.Reason.allCases.map { reason in
            (reason, unanswered.count { $0.value == reason })
        }
    }

    private func sorted<Row>(
        _ rows: [Opportunity.Source: Row], block: KeyPath<Row, UInt64>
    ) -> [Row] {
        var places: [Hash32: Int] = [:]
        for (place, input) in sortedInputs.enumerated() { places[input.digest] = place }
        return rows.sorted {
            let (a, b) = (places[$0.key.input] ?? 0, places[$1.key.input] ?? 0)
            return (a, $0.value[keyPath: block], $0.key.row)
                < (b, $1.value[keyPath: block], $1.key.row)
        }.map(\.value)
    }
}
