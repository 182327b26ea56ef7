import EVM
import Ethereum
import Testing

/// Code that would like to stop the process: everything must end, quickly, with a status.
@Suite("Bombs", .timeLimit(.minutes(1)))
struct BombTests {
    private static let huge: [UInt256] = [
        .max, UInt256(0, 1, 0, 0), UInt256(UInt64.max), UInt256(UInt64(Int64.max)),
        UInt256(UInt64(1) << 63), UInt256(UInt64(1) << 32), 0xFFFF_FFFF, 0x8000_0000,
    ]

    /// Every opcode with every combination of the operand, in all places.
    @Test("every opcode bears huge operands", arguments: huge)
    func hugeOperands(operand: UInt256) throws {
        for opcode in Opcode.allCases {
            for count in [7, 17] {
                var fixture = Fixture()
                fixture.given(
                    Array(repeating: .push(operand), count: count) + [.op(opcode)], balance: 1)
                _ = try fixture.run()
            }
        }
    }

    @Test("huge operands beside small ones are borne too", arguments: huge)
    func mixedOperands(operand: UInt256) throws {
        for opcode in Opcode.allCases {
            for place in 0..<7 {
                var operands = Array(repeating: Instruction.push(1), count: 7)
                operands[place] = .push(operand)
                var fixture = Fixture()
                // No precompiled contract at address 1.
                if opcode == .call { operands[5] = .push(0x07E5) }
                fixture.given(operands + [.op(opcode)], balance: 1)
                _ = try? fixture.run()
            }
        }
    }

    @Test("endless recursion runs out of gas")
    func recursion() throws {
        var fixture = Fixture()
        fixture.given([.op(.jumpdest)] + .call(Fixture.contract) + [.push(0), .op(.jump)])
        #expect(try fixture.run().0.gasUsed <= 10_000_000)
    }

    @Test("creations within creations run out of gas or depth")
    func creations() throws {
        // Init code that creates with itself as init code.
        let code = assemble([
            .op(.codesize), .push(0), .push(0), .op(.codecopy), .op(.codesize), .push(0), .push(0),
            .op(.create), .op(.codesize), .push(0), .push(0), .op(.create),
        ])
        let fixture = Fixture()
        _ = try fixture.run(fixture.transaction(to: nil, data: code, gasLimit: 30_000_000))
    }

    @Test("large return data are copied only as far as asked and paid")
    func returnBomb() throws {
        var fixture = Fixture()
        fixture.given([.push(500_000), .push(0), .op(.return)], at: Fixture.other)
        fixture.given(
            [.op(.jumpdest)] + .call(Fixture.other) + [.op(.pop), .push(0), .op(.jump)])
        let outcome = try fixture.run(fixture.transaction(gasLimit: 30_000_000)).0
        #expect(outcome.status == .halt(.outOfGas))
    }
}
