import EVM
import Ethereum
import Testing

@Suite("Tracers")
struct TracerTests {
    /// Counts, and demands that what is entered is left.
    private final class Counter: ExecutionTracer {
        var wantsSteps: Bool { true }
        var opcodes: [Opcode] = []
        var open = 0
        var calls = 0
        var slots: [UInt256] = []
        var finished = false

        func begin(_ call: TracedCall, on machine: VirtualMachine) {}
        func touch(_ account: Address, on machine: VirtualMachine) {}
        func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {
            slots.append(slot)
        }
        func enter(_ call: TracedCall) {
            open += 1
            calls += 1
        }
        func leave(_ end: TracedEnd) { open -= 1 }
        func step(_ step: TracedStep) { opcodes.append(step.opcode) }
        func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {
            finished = true
        }
    }

    @Test("who is watched does the same", arguments: 0..<300)
    func sameResults(seed: UInt64) throws {
        let world = RandomWorld(seed: seed)
        let plain = world.fixture.machine()
        let traced = world.fixture.machine()
        for index in world.targets.indices {
            let transaction = world.transaction(index)
            let sender = Fixture.sender
            let expected = Result { try plain.execute(transaction, sender: sender) }
            let tracers: [any ExecutionTracer] = [CallTracer(), PrestateTracer(), Counter()]
            let tracer = tracers[index % 3]
            let outcome = Result {
                try traced.execute(transaction, sender: sender, tracer: tracer)
            }
            #expect(try outcome.get() == expected.get(), "seed \(seed)")
            #expect(traced.changes() == plain.changes(), "seed \(seed)")
            if let calls = tracer as? CallTracer {
                #expect(calls.root?.end.gasUsed == (try outcome.get().gasUsed))
            }
            if let counter = tracer as? Counter {
                #expect(counter.open == 0, "seed \(seed)")
                #expect(counter.finished)
            }
        }
    }

    private static let third = Address(word: 0x3333)

    /// A contract that calls another in each way, creates, and calls a precompiled contract.
    private func busy() -> Fixture {
        var fixture = Fixture()
        var code: [Instruction] = .call(Fixture.other, value: 3)
        code += .call(Fixture.other, by: .staticcall)
        code += .call(Fixture.other, by: .delegatecall)
        code += .call(Self.third)
        code += .call(Address(word: 4), by: .staticcall)
        code += .call(Fixture.sender, value: 1)
        code += .call(Fixture.sender, value: 1000)
        code += [.push(0), .push(0), .push(2), .op(.create)]
        code += .store(5, 7)
        code += [.push(9)] + .returnTop
        fixture.given(code, balance: 10, storage: [5: 6])
        fixture.given([.push(1)] + .returnTop, at: Fixture.other)
        code = .store(0, 1)
        code += [.push(0), .op(.sload), .push(4), .push(0), .op(.revert)]
        fixture.given(code, at: Self.third, storage: [0: 8])
        return fixture
    }

    @Test("the tree of calls has each call with its gas, output and failure")
    func callTree() throws {
        let fixture = busy()
        let machine = fixture.machine()
        let tracer = CallTracer()
        let outcome = try machine.execute(
            fixture.transaction(), sender: Fixture.sender, tracer: tracer)
        #expect(outcome.status == .success)
        let root = try #require(tracer.root)
        #expect(root.call.kind == .call)
        #expect(root.call.gas == 10_000_000)
        #expect(root.end.output == UInt256(9).bigEndianBytes)
        #expect(
            root.calls.map(\.call.kind)
                == [
                    .call, .staticCall, .delegateCall, .call, .staticCall, .call, .call, .create,
                ])
        let values = root.calls.map(\.call.value)
        #expect(values == [3, nil, 0, 0, nil, 1, 1000, 2])
        for frame in root.calls[0..<3] {
            #expect(frame.end.output == UInt256.one.bigEndianBytes)
            // PUSH1, PUSH0 twice, MSTORE with a word of memory, PUSH1, RETURN.
            #expect(frame.end.gasUsed == 3 + 2 + 3 + 3 + 3 + 2)
            #expect(frame.end.failure == nil)
        }
        #expect(root.calls[3].end.failure == .reverted)
        #expect(root.calls[3].end.output == [0, 0, 0, 0])
        #expect(root.calls[4].end.gasUsed == 15, "the identity of no bytes")
        #expect(root.calls[5].end == TracedEnd(gasUsed: 0, output: [], failure: nil))
        #expect(root.calls[6].end.failure == .halted(.insufficientBalance))
        let created = Address.create(sender: Fixture.contract, nonce: 1)
        #expect(root.calls[7].call.to == created)

        // The twin: a tracer that was not given hears nothing.
        let idle = CallTracer()
        _ = try fixture.machine().execute(fixture.transaction(), sender: Fixture.sender)
        #expect(idle.root == nil)
    }

    @Test(
        "the prestate has every account and slot that was named, as it was, also in reverted calls")
    func prestate() throws {
        let fixture = busy()
        let machine = fixture.machine()
        let tracer = PrestateTracer()
        let outcome = try machine.execute(
            fixture.transaction(), sender: Fixture.sender, tracer: tracer)
        let before = Dictionary(uniqueKeysWithValues: tracer.before.map { ($0.address, $0) })
        let after = Dictionary(uniqueKeysWithValues: tracer.after.map { ($0.address, $0) })
        #expect(before[Fixture.contract]?.storage.map(\.value) == [6])
        #expect(after[Fixture.contract]?.storage.map(\.value) == [7])
        #expect(before[Self.third]?.storage.map(\.value) == [8], "written, and taken back")
        #expect(before[Self.third] == after[Self.third])
        #expect(before[Fixture.sender]?.account == Account(balance: Fixture.ether))
        #expect(
            after[Fixture.sender]?.account
                == Account(
                    nonce: 1, balance: Fixture.ether &+ 1 &- UInt256(7 * outcome.gasUsed)))
        let created = Address.create(sender: Fixture.contract, nonce: 1)
        #expect(before[created]?.account == nil)
        #expect(after[created]?.account == Account(nonce: 1, balance: 2))
        #expect(before[Fixture.coinbase] != nil)
        #expect(before[Address(word: 0xDEAD)] == nil, "nobody named it")
    }

    @Test("self-destructions are calls of their own")
    func selfDestruction() throws {
        var fixture = Fixture()
        fixture.given([.push(Fixture.other.word), .op(.selfdestruct)], balance: 5)
        let tracer = CallTracer()
        _ = try fixture.machine().execute(
            fixture.transaction(), sender: Fixture.sender, tracer: tracer)
        let call = try #require(tracer.root?.calls.first?.call)
        #expect(call.kind == .selfDestruct)
        #expect(call.to == Fixture.other)
        #expect(call.value == 5)
    }

    @Test("each instruction is told to who wants steps")
    func steps() throws {
        var fixture = Fixture()
        fixture.given([.push(1), .push(2), .op(.add), .op(.sload), .op(.stop)])
        let counter = Counter()
        _ = try fixture.machine().execute(
            fixture.transaction(), sender: Fixture.sender, tracer: counter)
        #expect(counter.opcodes == [.push1, .push1, .add, .sload, .stop])
        #expect(counter.slots == [3])
    }
}
