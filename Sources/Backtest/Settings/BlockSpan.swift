/// A range of blocks, both ends included, as `A..B` writes it.
public struct BlockSpan: Equatable, Sendable, CustomStringConvertible {
    public var first: UInt64
    public var last: UInt64

    /// Reads `A..B`; nil for anything else, or where B is before A.
    public init?(_ text: String) {
        let ends = text.split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 3, ends[1].isEmpty, let first = UInt64(ends[0]),
            let last = UInt64(ends[2]), first <= last
        else { return nil }
        self.first = first
        self.last = last
    }

    /// Whether a block is in it.
    public func contains(_ block: UInt64) -> Bool { first <= block && block <= last }

    public var description: String { "\(first)..\(last)" }
}
