import EVM
import Ethereum
import Testing

@Suite("DUPN, SWAPN and EXCHANGE")
struct StackImmediateTests {
    /// Pushes 1 to `count`, runs the bytes, and returns the words of the stack from the top.
    private func stack(
        _ count: Int, _ bytes: [UInt8], fork: Fork = .amsterdam
    ) throws -> (status: ExecutionStatus, words: [UInt64]) {
        var code: [Instruction] = (1...count).map { .push(UInt256(UInt64($0))) }
        code.append(.raw(bytes))
        let size = count + (bytes.first == Opcode.dupn.rawValue ? 1 : 0)
        for word in 0..<size { code += [.push(UInt256(UInt64(32 * word))), .op(.mstore)] }
        code += [.push(UInt256(UInt64(32 * size))), .push(0), .op(.return)]
        var fixture = Fixture(fork: fork)
        fixture.given(code)
        let outcome = try fixture.run().0
        let words = stride(from: 0, to: outcome.output.count, by: 32).map {
            UInt256(bigEndian: outcome.output[$0..<$0 + 32])?.asUInt64 ?? .max
        }
        return (outcome.status, words)
    }

    private let dupn = Opcode.dupn.rawValue
    private let swapn = Opcode.swapn.rawValue
    private let exchange = Opcode.exchange.rawValue

    /// The byte for a depth of 17 to 235 (EIP-8024).
    private func byte(depth: Int) -> UInt8 { UInt8(truncatingIfNeeded: depth &- 145) }

    @Test("DUPN copies the word at its depth, the top counted as 1", arguments: [17, 18, 107, 235])
    func dup(depth: Int) throws {
        let result = try stack(236, [dupn, byte(depth: depth)])
        #expect(result.status == .success)
        #expect(result.words[0] == UInt64(236 - depth + 1))
        #expect(result.words.count == 237)
        #expect(
            try stack(depth - 1, [dupn, byte(depth: depth)]).status == .halt(.stackUnderflow))
    }

    @Test("SWAPN swaps the top with the word at its depth below", arguments: [17, 108, 235])
    func swap(depth: Int) throws {
        let result = try stack(236, [swapn, byte(depth: depth)])
        #expect(result.words[0] == UInt64(236 - depth))
        #expect(result.words[depth] == 236)
        #expect(try stack(depth, [swapn, byte(depth: depth)]).status == .halt(.stackUnderflow))
    }

    /// Bytes with the two depths that they mean, the top counted as 0.
    struct Pair: Sendable {
        var byte: UInt8
        var upper: Int
        var lower: Int
    }

    static let pairs = [
        // 0x8F ^ 143 = 0: equal parts count from the other end.
        Pair(byte: 0x8F, upper: 1, lower: 29), Pair(byte: 0x8E, upper: 1, lower: 2),
        Pair(byte: 0x80, upper: 1, lower: 16), Pair(byte: 0x00, upper: 9, lower: 16),
        Pair(byte: 0x50, upper: 14, lower: 16), Pair(byte: 0x51, upper: 14, lower: 15),
        Pair(byte: 0xFF, upper: 1, lower: 22),
    ]

    @Test("EXCHANGE swaps two words below the top", arguments: pairs)
    func exchanges(pair: Pair) throws {
        let result = try stack(30, [exchange, pair.byte])
        #expect(result.status == .success)
        var expected = (0..<30).map { UInt64(30 - $0) }
        expected.swapAt(pair.upper, pair.lower)
        #expect(result.words == expected)
        #expect(try stack(pair.lower, [exchange, pair.byte]).status == .halt(.stackUnderflow))
        #expect(try stack(pair.lower + 1, [exchange, pair.byte]).status == .success)
    }

    @Test("bytes that look like PUSH or JUMPDEST mean nothing")
    func meaningless() throws {
        for byte in UInt8.min...UInt8.max {
            let single = (91...127).contains(byte)
            let pair = (82...127).contains(byte)
            for (opcode, isInvalid) in [(dupn, single), (swapn, single), (exchange, pair)] {
                let status = try stack(236, [opcode, byte]).status
                #expect(
                    status == (isInvalid ? .halt(.invalidOpcode) : .success),
                    "\(opcode) \(byte)")
            }
        }
    }

    @Test("a byte beyond the code's end reads as 0")
    func cutOff() throws {
        var fixture = Fixture(fork: .amsterdam)
        // 0 is depth 145.
        let pushes = [Instruction](repeating: .push(1), count: 144)
        fixture.given(pushes + [.op(.dupn)])
        #expect(try fixture.run().0.status == .halt(.stackUnderflow))
        fixture.given(pushes + [.push(1), .op(.dupn)])
        #expect(try fixture.run().0.status == .success)
    }

    @Test("a JUMPDEST as immediate stays a jump's target")
    func jumpDestination() throws {
        var fixture = Fixture(fork: .amsterdam)
        // JUMP to 4: the byte behind EXCHANGE at 3.
        fixture.given([
            .raw([0x60, 4, 0x56, exchange, 0x5B, 0x60, 7, 0x5F, 0x52, 0x60, 32, 0x5F, 0xF3])
        ])
        let outcome = try fixture.run().0
        #expect(UInt256(bigEndian: outcome.output) == 7)
    }

    @Test("none of them exists before Amsterdam", arguments: [0xE6, 0xE7, 0xE8] as [UInt8])
    func osaka(opcode: UInt8) throws {
        #expect(try stack(236, [opcode, 0x80], fork: .osaka).status == .halt(.invalidOpcode))
    }
}
