/// Recursive length prefix data of any shape (Yellow Paper, appendix B).
///
/// For data whose shape is not known; known shapes go through `RLPReader` and `RLPWriter`, which
/// build no tree.
public indirect enum RLPItem: Equatable, Hashable, Sendable {
    case bytes([UInt8])
    case list([RLPItem])

    /// Lists in each other that `init(decoding:)` follows; a deeper input is an error, so that no
    /// input exhausts the stack.
    public static let maximumDepth = 256

    /// The integer in its shortest form.
    public static func integer(_ value: UInt256) -> RLPItem { .bytes(value.minimalBigEndianBytes) }

    /// The item that exactly these bytes encode.
    public init(decoding bytes: [UInt8]) throws(RLPDecodingError) {
        var reader = RLPReader(bytes)
        self = try RLPItem.read(from: &reader, depth: 0)
        try reader.finish()
    }

    /// The item's only encoding.
    public var encoded: [UInt8] {
        var writer = RLPWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout RLPWriter) {
        switch self {
        case .bytes(let bytes): writer.append(bytes)
        case .list(let items):
            writer.list { writer in
                for item in items { item.write(to: &writer) }
            }
        }
    }

    private static func read(
        from reader: inout RLPReader, depth: Int
    ) throws(RLPDecodingError) -> RLPItem {
        guard reader.nextIsList else { return .bytes(Array(try reader.bytes())) }
        guard depth < maximumDepth else {
            throw RLPDecodingError(
                offset: reader.position, cause: .tooDeep(limit: maximumDepth))
        }
        var fields = try reader.list()
        var items: [RLPItem] = []
        while !fields.isAtEnd { items.append(try read(from: &fields, depth: depth + 1)) }
        return .list(items)
    }
}
