import Ethereum
import Testing

@Suite("ABI")
struct ABITests {
    @Test(
        "selectors",
        arguments: [
            ("transfer(address,uint256)", "a9059cbb"), ("baz(uint32,bool)", "cdcd77c0"),
            ("bar(bytes3[2])", "fce353f6"), ("sam(bytes,bool,uint256[])", "a5643bf2"),
            ("f(uint256,uint32[],bytes10,bytes)", "8be65246"),
            ("g(uint256[][],string[])", "2289b18c"),
        ])
    func selectors(signature: String, selector: String) throws {
        #expect(Hex.encode(try ABI.selector(signature)) == selector)
        #expect(try ABISignature(signature).description == signature)
    }

    @Test("the specification's example with dynamic types")
    func specification() throws {
        let call = try ABI.encode(
            "f(uint256,uint32[],bytes10,bytes)",
            [
                .uint(0x123), .array([.uint(0x456), .uint(0x789)]),
                .fixedBytes(Array("1234567890".utf8)), .bytes(Array("Hello, world!".utf8)),
            ])
        let expected =
            "8be65246" + "0000000000000000000000000000000000000000000000000000000000000123"
            + "0000000000000000000000000000000000000000000000000000000000000080"
            + "3132333435363738393000000000000000000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000000000000000000e0"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "0000000000000000000000000000000000000000000000000000000000000456"
            + "0000000000000000000000000000000000000000000000000000000000000789"
            + "000000000000000000000000000000000000000000000000000000000000000d"
            + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000"
        #expect(Hex.encode(call) == expected)
    }

    @Test(
        "types that are not canonical are refused",
        arguments: [
            "uint", "int7", "uint264", "bytes0", "bytes33", "uint08", "address[0]", "address[",
            "()", "(address", "address]", "", "uint256[99999999999999999999]", "string[65537]",
            "uint256[65536][2]", "bool x",
        ])
    func refused(text: String) {
        #expect(throws: ABISignatureError.self) { try ABIType(text) }
    }

    @Test("deep types are refused, not followed")
    func deep() {
        let nested = String(repeating: "(", count: 100_000)
        #expect(throws: ABISignatureError.self) { try ABIType(nested) }
        let arrays = "bool" + String(repeating: "[]", count: 100_000)
        #expect(throws: ABISignatureError.self) { try ABIType(arrays) }
    }

    @Test("values that the type does not hold are refused")
    func ranges() throws {
        #expect(throws: ABIEncodingError.outOfRange(.uint(bits: 8))) {
            try ABI.encode([.uint(256)], as: [.uint(bits: 8)])
        }
        #expect(throws: ABIEncodingError.outOfRange(.int(bits: 8))) {
            try ABI.encode([.int(128)], as: [.int(bits: 8)])
        }
        #expect(try ABI.encode([.int(-128)], as: [.int(bits: 8)]).first == 0xff)
        #expect(throws: ABIEncodingError.typeMismatch(.bool)) {
            try ABI.encode([.uint(1)], as: [.bool])
        }
        #expect(throws: ABIEncodingError.valueCount(given: 0, expected: 1)) {
            try ABI.encode([], as: [.bool])
        }
    }

    @Test("set bits outside the type, a false offset and a false length are refused")
    func strict() throws {
        let two = UInt256(2).bigEndianBytes
        #expect(throws: ABIDecodingError.dirtyPadding(offset: 0, .bool)) {
            try ABI.decode(two, as: [.bool])
        }
        #expect(throws: ABIDecodingError.outOfBounds(offset: 0, value: .max)) {
            try ABI.decode(UInt256.max.bigEndianBytes, as: [.bytes])
        }
        #expect(throws: ABIDecodingError.endOfData(offset: 0, needed: 32, available: 3)) {
            try ABI.decode([1, 2, 3], as: [.bytes])
        }
        let long = UInt256(32).bigEndianBytes + UInt256.max.bigEndianBytes
        #expect(throws: ABIDecodingError.outOfBounds(offset: 32, value: .max)) {
            try ABI.decode(long, as: [.array(of: .bool)])
        }
        #expect(throws: ABIDecodingError.self) {
            try ABI.decodeCall("f(bool)", [1, 2, 3, 4] + two)
        }
    }

    @Test("arrays that all point at the same words are cut off")
    func bomb() throws {
        // Each level's 30 offsets point at the same next level: 30^8 values from 8 kB.
        let type = try ABIType("uint256[][][][][][][][]")
        let level: [UInt8] =
            UInt256(30).bigEndianBytes
            + (0..<30).flatMap { _ in UInt256(30 * 32).bigEndianBytes }
        let bytes = UInt256(32).bigEndianBytes + (0..<8).flatMap { _ in level }
        #expect(throws: ABIDecodingError.self) { try ABI.decode(bytes, as: [type]) }
    }

    @Test("any value of any type survives; mutated encodings never trap")
    func roundTrip() throws {
        var random = SeededRandom(seed: 50)
        for _ in 0..<3_000 {
            let types = (0..<random.below(5)).map { _ in Self.type(&random, depth: 0) }
            let values = types.map { Self.value($0, &random) }
            let bytes = try ABI.encode(values, as: types)
            #expect(try ABI.decode(bytes, as: types) == values)
            for type in types { #expect(try ABIType(type.description) == type) }
            for _ in 0..<20 { _ = try? ABI.decode(random.mutated(bytes), as: types) }
        }
    }

    private static func type(_ random: inout SeededRandom, depth: Int) -> ABIType {
        switch random.below(depth < 3 ? 10 : 7) {
        case 0: .uint(bits: 8 * (1 + random.below(32)))
        case 1: .int(bits: 8 * (1 + random.below(32)))
        case 2: .address
        case 3: .bool
        case 4: .fixedBytes(count: 1 + random.below(32))
        case 5: .bytes
        case 6: .string
        case 7: .array(of: type(&random, depth: depth + 1))
        case 8: .fixedArray(of: type(&random, depth: depth + 1), count: 1 + random.below(3))
        default: .tuple((0...random.below(3)).map { _ in type(&random, depth: depth + 1) })
        }
    }

    private static func value(_ type: ABIType, _ random: inout SeededRandom) -> ABIValue {
        switch type {
        case .uint(let bits): .uint(random.word() >> UInt64(256 - bits))
        case .int(let bits):
            random.below(2) == 0
                ? .int(Int256(bitPattern: random.word() >> UInt64(257 - bits)))
                : .int(Int256(bitPattern: ~(random.word() >> UInt64(257 - bits))))
        case .address: .address(random.address())
        case .bool: .bool(random.below(2) == 0)
        case .fixedBytes(let count): .fixedBytes(random.bytes(count))
        case .bytes: .bytes(random.bytes(random.below(70)))
        case .string: .string(String(repeating: "é", count: random.below(40)))
        case .array(let element): .array((0..<random.below(4)).map { _ in value(element, &random) })
        case .fixedArray(let element, let count):
            .array((0..<count).map { _ in value(element, &random) })
        case .tuple(let fields): .tuple(fields.map { value($0, &random) })
        }
    }
}
