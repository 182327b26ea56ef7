import Ethereum

/// What was found in one part of an input: complete, so that it need not be looked at again, and
/// independent of every other part.
public struct Shard: Equatable, Sendable {
    /// A swap that nothing can be said of.
    public struct Unanswered: Hashable, Sendable {
        /// Why.
        public enum Reason: String, CaseIterable, Sendable {
            /// The pool before it is not in the input.
            case stateNotRecorded = "state_not_recorded"
            /// It is on no pool of Uniswap V3 that its transaction lets one derive.
            case notGenuinePool = "not_genuine_pool"
            /// Without the liquidity of another it would not have succeeded.
            case otherFails = "fails_without_other"
        }

        public var row: Int
        public var reason: Reason
    }

    public var input: BacktestInput
    public var settings: BacktestSettings
    /// The blocks that were asked for; nil for all.
    public var span: BlockSpan?
    /// The part of the input: its first row and how many.
    public var firstRow: Int
    public var rows: Int
    /// Rows of swaps that the size filter dropped.
    public var filtered: [Int] = []
    public var unanswered: [Unanswered] = []
    public var opportunities: [Opportunity] = []
    public var realJit: [RealJit] = []

    public init(
        input: BacktestInput, settings: BacktestSettings, span: BlockSpan?, firstRow: Int,
        rows: Int
    ) {
        self.input = input
        self.settings = settings
        self.span = span
        self.firstRow = firstRow
        self.rows = rows
    }

    /// The file that a part of an input goes into. The settings are not in the name: other
    /// settings take the same file's place.
    public static func fileName(
        _ input: BacktestInput, firstRow: Int, span: BlockSpan?
    ) -> String {
        let plain = input.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let blocks = span.map { "-blocks-\($0.first)-\($0.last)" } ?? ""
        return "\(String(plain.prefix(60)))-\(Hex.encode(input.digest.bytes.prefix(6)))"
            + "\(blocks)-\(firstRow).json"
    }
}
