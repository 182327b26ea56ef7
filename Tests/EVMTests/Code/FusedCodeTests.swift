import EVM
import Ethereum
import Testing

/// What runs with fused sequences against the same code instruction by instruction, as a tracer
/// sees it.
@Suite("Fused code")
struct FusedCodeTests {
    /// Sees every instruction; the machine then runs the code's own bytes.
    private final class Steps: ExecutionTracer {
        var opcodes: [Opcode] = []
        var wantsSteps: Bool { true }

        func step(_ step: TracedStep) { opcodes.append(step.opcode) }
        func begin(_ call: TracedCall, on machine: VirtualMachine) {}
        func touch(_ account: Address, on machine: VirtualMachine) {}
        func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {}
        func enter(_ call: TracedCall) {}
        func leave(_ end: TracedEnd) {}
        func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}
    }

    /// What code is made of that the machine runs as one instruction.
    private static let sequences: [[Opcode]] = [
        [.dup1, .push4, .eq, .push2, .jumpi], [.dup1, .push4, .gt, .push2, .jumpi],
        [.push1, .push1, .push1, .shl, .sub, .and], [.push1, .push1, .push1, .shl, .sub],
        [.push1, .push1, .shl], [.push1, .not], [.push20, .and],
        [.lt, .iszero, .push2, .jumpi], [.gt, .iszero, .push2, .jumpi], [.lt, .push2, .jumpi],
        [.gt, .push2, .jumpi], [.eq, .push2, .jumpi], [.iszero, .push2, .jumpi],
        [.iszero, .push1, .jumpi], [.push2, .jumpi], [.push1, .jumpi], [.push2, .jump],
        [.push1, .jump], [.push1, .and], [.push1, .add], [.push1, .shl], [.push1, .shr],
        [.push1, .signextend], [.pop, .pop], [.swap1, .pop], [.swap2, .pop], [.swap3, .pop],
        [.dup2, .add],
    ]

    /// Code of fused sequences, jump destinations and single instructions, by chance, on a stack
    /// with some words; its last act is to store the top.
    private static func program(_ random: inout Seeded) -> [UInt8] {
        var code: [UInt8] = []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            code += [0x60, UInt8.random(in: 0...255, using: &random)]
        }
        // Small words of one byte or 0 and 1, for comparisons that go either way.
        code += [0x60, 0x01, 0x60, 0x00, 0x33]
        var destinations: [Int] = []
        var holes: [(at: Int, isShort: Bool)] = []
        for _ in 0..<Int.random(in: 1...25, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                destinations.append(code.count)
                code.append(Opcode.jumpdest.rawValue)
            case 3..<9:
                let sequence = sequences.randomElement(using: &random) ?? []
                for part in sequence {
                    code.append(part.rawValue)
                    let isPush = part.rawValue >= 0x60 && part.rawValue <= 0x7F
                    let isTarget = part == .push1 || part == .push2
                    if isTarget, sequence.last == .jump || sequence.last == .jumpi {
                        holes.append((code.count, part == .push1))
                    }
                    for _ in 0..<(isPush ? Int(part.rawValue) - 0x5F : 0) {
                        code.append(UInt8.random(in: 0...255, using: &random))
                    }
                }
            default: code.append(UInt8.random(in: 0...255, using: &random))
            }
        }
        // Most jumps lead somewhere.
        for hole in holes where Int.random(in: 0..<10, using: &random) > 0 {
            guard let target = destinations.randomElement(using: &random) else { continue }
            if hole.isShort {
                code[hole.at] = UInt8(truncatingIfNeeded: target)
            } else {
                code[hole.at] = UInt8(target >> 8)
                code[hole.at + 1] = UInt8(truncatingIfNeeded: target)
            }
        }
        return code + [0x5A, 0x01, 0x60, 0x00, 0x55]
    }

    /// SplitMix64, so that a failure can be repeated.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    @Test("status, gas, output and state are those of the code, for any gas")
    func equal() throws {
        var random = Seeded(state: 4)
        var statuses: Set<String> = []
        var executed: Set<Opcode> = []
        for number in 0..<4000 {
            let code = Self.program(&random)
            let fork: Fork = number % 4 == 0 ? .amsterdam : number % 4 == 1 ? .london : .osaka
            var fixture = Fixture(fork: fork)
            fixture.block.gasLimit = 60_000_000
            fixture.given([.raw(code)])
            let limit = UInt64.random(
                in: number % 3 == 0 ? 21_000...21_200 : 21_000...60_000, using: &random)
            let transaction = fixture.transaction(gasLimit: limit)
            let plain = fixture.machine()
            let steps = Steps()
            let traced = try plain.execute(transaction, sender: Fixture.sender, tracer: steps)
            let (outcome, machine) = try fixture.run(transaction)
            #expect(outcome == traced, "program \(number) of \(fork): \(code)")
            #expect(machine.changes() == plain.changes(), "program \(number): \(code)")
            statuses.insert("\(outcome.status)")
            executed.formUnion(Set(steps.opcodes))
        }
        // Otherwise little was compared.
        for part in Set(Self.sequences.joined()) { #expect(executed.contains(part), "\(part)") }
        #expect(statuses.count >= 5, "\(statuses)")
    }

    @Test("a tracer sees the instructions of the code, also after code that ran fused")
    func traced() throws {
        var fixture = Fixture()
        fixture.given([.raw([0x60, 0x01, 0x60, 0x02, 0x01, 0x50, 0x00])])
        let machine = fixture.machine()
        _ = try machine.execute(fixture.transaction(), sender: Fixture.sender)
        let steps = Steps()
        _ = try machine.execute(
            fixture.transaction(nonce: 1), sender: Fixture.sender, tracer: steps)
        #expect(steps.opcodes == [.push1, .push1, .add, .pop, .stop])
    }

    @Test(
        "a byte that stands for a sequence is no instruction where the code has it",
        arguments: 0xA5...0xBF as ClosedRange<UInt8>)
    func undefined(byte: UInt8) throws {
        var fixture = Fixture()
        fixture.given([.push(1), .push(1), .push(1), .push(1), .raw([byte, 0, 0])])
        #expect(try fixture.run().0.status == .halt(.invalidOpcode))
    }

    @Test("the operand of DUPN, SWAPN and EXCHANGE is left alone, though it begins a sequence")
    func operands() throws {
        // EIP-8024: 0x50 is POP as well, and names positions.
        for byte in [0xE6, 0xE7, 0xE8] as [UInt8] {
            var fixture = Fixture(fork: .amsterdam)
            fixture.given(
                (0..<240).map { .push(UInt256(UInt64($0 + 1))) }
                    + [.raw([byte, 0x50, 0x50])] + .storeTop(0))
            let plain = fixture.machine()
            let traced = try plain.execute(
                fixture.transaction(), sender: Fixture.sender, tracer: Steps())
            let (outcome, machine) = try fixture.run()
            #expect(outcome == traced)
            #expect(machine.changes() == plain.changes())
            #expect(outcome.status == .success)
        }
    }
}
