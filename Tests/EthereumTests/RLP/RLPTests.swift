import Ethereum
import Testing

@Suite("RLP")
struct RLPTests {
    private static let lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit"

    @Test(
        "known encodings, both ways",
        arguments: [
            (RLPItem.bytes([]), "80"), (.bytes([0]), "00"), (.bytes([0x7f]), "7f"),
            (.bytes([0x80]), "8180"), (.bytes(Array("dog".utf8)), "83646f67"),
            (.list([]), "c0"), (.list([.list([]), .list([.list([])])]), "c3c0c1c0"),
            (.integer(1024), "820400"), (.integer(0), "80"),
            (.bytes(Array(lorem.utf8)), "b838" + Hex.encode(Array(lorem.utf8))),
        ])
    func known(item: RLPItem, hex: String) throws {
        #expect(Hex.encode(item.encoded) == hex)
        #expect(try RLPItem(decoding: Hex.decode(hex)!) == item)
    }

    @Test("the writer's integers are those of the item")
    func integers() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            let value = random.word()
            var writer = RLPWriter()
            writer.append(value)
            #expect(writer.bytes == RLPItem.integer(value).encoded)
            if let small = value.asUInt64 {
                var narrow = RLPWriter()
                narrow.append(small)
                #expect(narrow.bytes == writer.bytes)
            }
        }
    }

    @Test(
        "what is not the one encoding is refused, with place and cause",
        arguments: [
            ("", 0, RLPDecodingError.Cause.missingField),
            ("8100", 0, .headerOnSingleByte), ("b800", 0, .leadingZeroInLength),
            ("b801ff", 0, .longFormForShortLength), ("b90038", 0, .leadingZeroInLength),
            ("8000", 1, .trailingBytes(1)), ("c0c0", 1, .trailingBytes(1)),
            ("83646f", 0, .endOfInput(needed: 3, available: 2)),
            ("c28100", 1, .headerOnSingleByte),
            ("c183", 1, .endOfInput(needed: 3, available: 0)),
            ("bfffffffffffffffff", 0, .endOfInput(needed: .max, available: 0)),
            ("ffffffffffffffffff", 0, .endOfInput(needed: .max, available: 0)),
        ])
    func refused(hex: String, offset: Int, cause: RLPDecodingError.Cause) {
        #expect(throws: RLPDecodingError(offset: offset, cause: cause)) {
            try RLPItem(decoding: Hex.decode(hex)!)
        }
    }

    @Test("256 lists in each other are read, 257 are an error")
    func depth() throws {
        var item = RLPItem.list([])
        for _ in 1..<RLPItem.maximumDepth { item = .list([item]) }
        #expect(try RLPItem(decoding: item.encoded) == item)
        #expect(throws: RLPDecodingError.self) {
            try RLPItem(decoding: RLPItem.list([item]).encoded)
        }
    }

    @Test("an integer with a zero first, or too long, is refused")
    func integerForm() {
        var zero = RLPReader([0x00])
        #expect(throws: RLPDecodingError(offset: 0, cause: .leadingZeroInInteger)) {
            try zero.uint64()
        }
        var long = RLPReader([0x89] + [UInt8](repeating: 1, count: 9))
        #expect(throws: RLPDecodingError(offset: 0, cause: .integerTooLarge(bytes: 9, maximum: 8)))
        {
            try long.uint64()
        }
    }

    @Test("any item survives encoding and decoding")
    func roundTrip() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2_000 {
            let item = Self.randomItem(&random, depth: 0)
            #expect(try RLPItem(decoding: item.encoded) == item)
        }
    }

    @Test("mutated bytes never trap, and what is accepted is the one encoding")
    func hostile() {
        var random = SeededRandom(seed: 3)
        var accepted = 0
        for _ in 0..<200_000 {
            let bytes = random.mutated(Self.randomItem(&random, depth: 3).encoded)
            guard let item = try? RLPItem(decoding: bytes) else { continue }
            accepted += 1
            if item.encoded != bytes { Issue.record("two encodings: \(Hex.encode(bytes))") }
        }
        #expect(accepted > 1_000)
    }

    private static func randomItem(_ random: inout SeededRandom, depth: Int) -> RLPItem {
        if depth >= 6 || random.below(3) > 0 {
            return .bytes(
                random.bytes(random.below(10) == 0 ? random.below(400) : random.below(40)))
        }
        return .list((0..<random.below(6)).map { _ in randomItem(&random, depth: depth + 1) })
    }
}
