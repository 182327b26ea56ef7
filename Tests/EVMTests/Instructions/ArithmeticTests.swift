import EVM
import Ethereum
import Testing

@Suite("Arithmetic")
struct ArithmeticTests {
    private static let minusOne = UInt256.max
    private static let minimum = UInt256(0, 0, 0, 1 << 63)

    /// What the opcode leaves for operands given from the top of the stack down.
    private func evaluate(_ opcode: Opcode, _ operands: UInt256...) throws -> UInt256 {
        var fixture = Fixture()
        fixture.given(operands.reversed().map { .push($0) } + [.op(opcode)] + .returnTop)
        return try #require(UInt256(bigEndian: fixture.run().0.output))
    }

    @Test("signed division rounds towards zero and wraps at its one overflow")
    func signedDivision() throws {
        let minusSeven = UInt256.zero &- 7
        #expect(try evaluate(.sdiv, minusSeven, 2) == .zero &- 3)
        #expect(try evaluate(.sdiv, Self.minimum, Self.minusOne) == Self.minimum)
        #expect(try evaluate(.sdiv, minusSeven, 0) == 0)
        #expect(try evaluate(.smod, minusSeven, 2) == Self.minusOne)
        #expect(try evaluate(.smod, 7, .zero &- 2) == 1)
    }

    @Test("sums and products are reduced over all their bits")
    func modular() throws {
        #expect(try evaluate(.addmod, .max, 2, 10) == 7)
        #expect(try evaluate(.mulmod, .max, .max, 12) == 9)
        #expect(try evaluate(.mulmod, 5, 5, 0) == 0)
    }

    @Test("a power wraps, and an exponent's bytes are paid for")
    func power() throws {
        #expect(try evaluate(.exp, 3, 5) == 243)
        #expect(try evaluate(.exp, 2, 256) == 0)
        #expect(try evaluate(.exp, 0, 0) == 1)
        var fixture = Fixture()
        fixture.given([.push(256), .push(2), .op(.exp), .op(.pop)])
        // Two pushes, 10 + 2 bytes of 50, one pop.
        #expect(try fixture.run().0.gasUsed == 21_000 + 3 + 3 + 110 + 2)
    }

    @Test("sign extension takes the sign of the byte named, and does nothing from 31 on")
    func signExtension() throws {
        #expect(try evaluate(.signextend, 0, 0xFF) == Self.minusOne)
        #expect(try evaluate(.signextend, 0, 0x1_7F) == 0x7F)
        #expect(try evaluate(.signextend, 31, Self.minimum) == Self.minimum)
        #expect(try evaluate(.signextend, .max, 0xFF) == 0xFF)
    }

    @Test("shifts of 256 and more leave zero or the sign")
    func shifts() throws {
        #expect(try evaluate(.shl, 256, 1) == 0)
        #expect(try evaluate(.shr, .max, .max) == 0)
        #expect(try evaluate(.sar, 256, Self.minimum) == Self.minusOne)
        #expect(try evaluate(.sar, UInt256(0, 1, 0, 0), 5) == 0)
        #expect(try evaluate(.sar, 4, .zero &- 33) == .zero &- 3)
        #expect(try evaluate(.byte, 31, 0xAB) == 0xAB)
        #expect(try evaluate(.byte, 32, .max) == 0)
    }

    @Test("comparison knows the sign only where it is signed")
    func comparison() throws {
        #expect(try evaluate(.lt, Self.minusOne, 1) == 0)
        #expect(try evaluate(.slt, Self.minusOne, 1) == 1)
        #expect(try evaluate(.sgt, 1, Self.minusOne) == 1)
        #expect(try evaluate(.gt, 1, Self.minusOne) == 0)
    }
}
