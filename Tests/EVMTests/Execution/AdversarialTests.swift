import EVM
import Ethereum
import Foundation
import Testing

/// Programs that try for depth, memory or time: each must end with a status, hold no more memory
/// than its gas pays for, and give it back.
@Suite("Adversaries", .timeLimit(.minutes(1)))
struct AdversarialTests {
    private static let blockGas: UInt64 = 30_000_000
    /// What a machine holds before it has worked.
    private static let idleBytes = Fixture().machine().heldBytes

    /// Runs the transaction in a block's gas; the machine holds at most `limit` bytes more then,
    /// and after a reset hardly more than before.
    @discardableResult
    private func bounded(
        _ fixture: Fixture, data: [UInt8] = [], to: Address? = Fixture.contract,
        gas: UInt64 = blockGas, within limit: Int
    ) throws -> TransactionOutcome {
        let (outcome, machine) = try fixture.run(
            fixture.transaction(to: to, data: data, gasLimit: gas))
        let held = machine.heldBytes - Self.idleBytes
        #expect(held <= limit, "\(held) bytes are held")
        machine.reset(block: fixture.block, state: fixture.state)
        #expect(machine.heldBytes - Self.idleBytes <= 40 << 20)
        return outcome
    }

    private final class Box<Value>: @unchecked Sendable {
        var value: Value?
    }

    /// Runs on a thread with so many bytes of stack.
    private func onThread<T>(stackSize: Int, _ body: @escaping @Sendable () throws -> T) throws -> T
    {
        let box = Box<Result<T, any Error>>()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            box.value = Result { try body() }
            done.signal()
        }
        thread.stackSize = stackSize
        thread.start()
        done.wait()
        return try #require(box.value).get()
    }

    @Test(
        "1024 nested frames need no stack of the thread",
        arguments: [Opcode.call, .callcode, .delegatecall, .staticcall])
    func deepCalls(kind: Opcode) throws {
        let outcome = try onThread(stackSize: 64 << 10) {
            var fixture = Fixture()
            fixture.block.gasLimit = 1 << 40
            fixture.state.accounts[Fixture.sender] = Account(balance: .max >> 1)
            // What the deepest frame has left over grows by one at each level: the depth.
            fixture.given(
                [.push(32), .push(0), .push(0), .push(0)]
                    + (kind == .call || kind == .callcode ? [.push(0)] : [])
                    + [
                        .push(Fixture.contract.word), .op(.gas), .op(kind), .push(0), .op(.mload),
                        .op(.add),
                    ] + .returnTop)
            return try fixture.run(fixture.transaction(gasLimit: 1 << 40)).0
        }
        #expect(outcome.status == .success)
        #expect(UInt256(bigEndian: outcome.output) == 1024)
    }

    @Test("creations within creations need none either")
    func deepCreations() throws {
        let outcome = try onThread(stackSize: 64 << 10) {
            var fixture = Fixture()
            fixture.block.gasLimit = 1 << 50
            fixture.state.accounts[Fixture.sender] = Account(balance: .max >> 1)
            // Init code that creates with itself.
            let code = assemble([
                .op(.codesize), .push(0), .push(0), .op(.codecopy), .op(.codesize), .push(0),
                .push(0), .op(.create), .op(.stop),
            ])
            return try fixture.run(fixture.transaction(to: nil, data: code, gasLimit: 1 << 50))
        }
        #expect(outcome.0.status == .success)
        #expect(outcome.1.changes().accounts.count > 1024)
    }

    @Test(
        "memory beyond all gas is refused without being made",
        arguments: [1 << 22, 1 << 31, 1 << 32, 1 << 63, UInt64.max] as [UInt64])
    func memoryBombs(offset: UInt64) throws {
        let word = UInt256(offset)
        let programs: [[Instruction]] = [
            [.push(1), .push(word), .op(.mstore)], [.push(1), .push(word), .op(.mstore8)],
            [.push(word), .op(.mload)], [.push(word), .push(0), .op(.keccak256)],
            [.push(32), .push(word), .op(.return)], [.push(word), .push(word), .op(.revert)],
            [.push(word), .push(0), .push(0), .op(.calldatacopy)],
            [.push(32), .push(0), .push(word), .op(.mcopy)],
            [.push(32), .push(word), .push(0), .op(.mcopy)],
            [.push(word), .push(0), .op(.log0)],
            [.push(word), .push(word), .push(0), .op(.create)],
            [
                .push(word), .push(0), .push(word), .push(0), .push(Fixture.other.word), .op(.gas),
                .op(.staticcall),
            ],
        ]
        for program in programs {
            var fixture = Fixture()
            fixture.given(program)
            try bounded(fixture, within: 1 << 20)
        }
        // The twin: what the gas does pay for is made.
        var fixture = Fixture()
        fixture.given([.push(1), .push(3_000_000), .op(.mstore)])
        #expect(try bounded(fixture, within: 8 << 20).status == .success)
    }

    @Test("memory in every frame stays within what a block's gas buys")
    func memoryInEveryFrame() throws {
        var fixture = Fixture()
        fixture.given(
            [.push(1), .push(100_000), .op(.mstore)] + .call(Fixture.contract) + [.op(.stop)])
        try bounded(fixture, within: 256 << 20)
    }

    @Test("return data of every size are held once")
    func returnBombs() throws {
        var fixture = Fixture()
        // Calls itself with a bit less each time and returns a megabyte from each depth.
        fixture.given(
            .call(Fixture.contract) + [.op(.pop), .push(1 << 20), .push(0), .op(.return)])
        try bounded(fixture, within: 256 << 20)
        fixture.given([.push(1 << 20), .push(0), .op(.revert)], at: Fixture.other)
        fixture.given(
            [.op(.jumpdest)] + .call(Fixture.other)
                + [.op(.pop), .op(.returndatasize), .push(0), .push(0), .op(.returndatacopy)]
                + [.push(0), .op(.jump)])
        try bounded(fixture, within: 16 << 20)
    }

    @Test("24,576 bytes of nothing but JUMPDEST run, are jumped into, are created")
    func jumpdests() throws {
        let jumpdests = [UInt8](repeating: Opcode.jumpdest.rawValue, count: 24_576)
        var fixture = Fixture()
        fixture.given([.raw(jumpdests)], at: Fixture.other)
        fixture.given([.op(.jumpdest)] + .call(Fixture.other) + [.op(.pop), .push(0), .op(.jump)])
        #expect(try bounded(fixture, within: 1 << 20).status == .halt(.outOfGas))

        // A table of jumps in which each leads to the next.
        var table: [UInt8] = []
        while table.count + 5 < 24_576 {
            let next = table.count + 5
            table += [
                Opcode.jumpdest.rawValue, Opcode.push2.rawValue, UInt8(next >> 8),
                UInt8(next & 255), Opcode.jump.rawValue,
            ]
        }
        table += [Opcode.jumpdest.rawValue, Opcode.push0.rawValue, Opcode.jump.rawValue]
        fixture.given([.raw(table)])
        #expect(try bounded(fixture, within: 1 << 20).status == .halt(.outOfGas))
        // The twin: a jump into push data is none.
        fixture.given([.push(2), .op(.jump), .raw([Opcode.push1.rawValue, 0x5B])])
        #expect(try bounded(fixture, within: 1 << 20).status == .halt(.invalidJump))

        // As init code of the largest size, again and again.
        fixture.given(
            [.op(.jumpdest), .push(49_152), .push(0), .push(0), .op(.codecopy), .op(.jumpdest)]
                + [.push(0x5B), .push(0), .op(.mstore8)]
                + [
                    .push(49_152), .push(0), .push(0), .op(.create), .op(.pop), .push(0),
                    .op(.jump),
                ])
        try bounded(fixture, within: 16 << 20)
    }

    @Test("a megabyte of calldata is read, passed on, and paid for")
    func hugeCalldata() throws {
        var fixture = Fixture()
        fixture.given(
            [.op(.calldatasize), .push(0), .push(0), .op(.calldatacopy)]
                + [.push(0), .push(0), .op(.calldatasize), .push(0), .push(Fixture.other.word)]
                + [.op(.gas), .op(.staticcall), .op(.pop), .op(.calldatasize)] + .returnTop)
        fixture.given([.op(.calldatasize), .op(.calldataload)], at: Fixture.other)
        let data = [UInt8](repeating: 1, count: 1 << 20)
        let outcome = try bounded(fixture, data: data, within: 8 << 20)
        #expect(UInt256(bigEndian: outcome.output) == 1 << 20)
        #expect(throws: ExecutionError.self) {
            try fixture.run(fixture.transaction(data: data + data, gasLimit: Self.blockGas))
        }
    }

    @Test("MODEXP with absurd lengths ends at once", arguments: [Fork.london, .cancun, .osaka])
    func modexp(fork: Fork) throws {
        let lengths: [UInt256] = [
            0, 1, 32, 1024, 4096, 1 << 20, UInt256(UInt64(1) << 31), UInt256(UInt64(1) << 32),
            UInt256(UInt64.max), .max,
        ]
        for base in lengths {
            for exponent in lengths {
                for modulus in lengths {
                    let input = [base, exponent, modulus, .max, .max, .max].flatMap(
                        \.bigEndianBytes)
                    let outcome = PrecompiledContract.call(
                        5, fork: fork, input: input, gas: 500_000)
                    if max(base, exponent, modulus) > 1 << 30, min(base, modulus) > 1 {
                        #expect(outcome == .outOfGas || outcome == .failure)
                    }
                }
            }
        }
        let input =
            [UInt8](UInt256.one.bigEndianBytes) + UInt256.one.bigEndianBytes
            + UInt256.one.bigEndianBytes + [3, 2, 5]
        guard
            case .success(let output, _) = PrecompiledContract.call(
                5, fork: fork, input: input, gas: 500_000)
        else { return #expect(Bool(false), "3² mod 5 fails") }
        #expect(output == [4])
    }

    @Test("creations, selfdestructions and writes in loops are bounded by gas")
    func loops() throws {
        let bodies: [[Instruction]] = [
            [.push(0), .push(0), .push(0), .op(.create), .op(.pop)],
            [.op(.gas), .push(0), .push(0), .push(0), .op(.create2), .op(.pop)],
            [.push(1), .op(.gas), .op(.sstore)], [.push(1), .op(.gas), .op(.tstore)],
            [.op(.gas), .op(.sload), .op(.pop)], [.op(.gas), .op(.balance), .op(.pop)],
            [.push(0), .push(0), .op(.log0)], [.push(1000), .push(0), .op(.log0)],
            .call(Fixture.other, value: 1),
        ]
        for body in bodies {
            var fixture = Fixture()
            fixture.given([.op(.selfdestruct)], at: Fixture.other)
            fixture.given(
                [.op(.jumpdest)] + body + [.push(0), .op(.jump)], balance: .one << 100)
            let outcome = try bounded(fixture, within: 128 << 20)
            #expect(outcome.gasUsed == Self.blockGas)
        }
    }

    /// Every pair of bytes as a program, on a stack of words that reach everything.
    @Test("all programs of two bytes end", arguments: [Fork.london, .cancun, .osaka])
    func allPairs(fork: Fork) throws {
        let operands = [Instruction](repeating: .push(Fixture.contract.word), count: 10)
        var fixture = Fixture(fork: fork)
        for first in 0...255 {
            fixture.given([.raw([UInt8(first)])], at: Fixture.other)
            for second in stride(from: 0, through: 255, by: fork == .osaka ? 1 : 7) {
                fixture.given(operands + [.raw([UInt8(first), UInt8(second)])])
                let outcome = try fixture.run(fixture.transaction(gasLimit: 300_000)).0
                #expect(outcome.gasUsed <= 300_000)
            }
        }
    }
}
