import EVM
import Ethereum
import Testing

@Suite("Virtual machine")
struct VirtualMachineTests {
    @Test("fees go from the sender to the coinbase, and the base fee to nobody")
    func fees() throws {
        let fixture = Fixture()
        var transaction = fixture.transaction(to: Fixture.other, value: 5, gasLimit: 21_000)
        transaction.maxFeePerGas = 20
        transaction.maxPriorityFeePerGas = 3
        let (outcome, machine) = try fixture.run(transaction)
        #expect(outcome.gasUsed == 21_000)
        #expect(outcome.effectiveGasPrice == 10)
        #expect(outcome.coinbaseFeeWei == 63_000)
        #expect(try machine.account(Fixture.coinbase)?.balance == 63_000)
        #expect(try machine.account(Fixture.other)?.balance == 5)
        #expect(try machine.account(Fixture.sender)?.nonce == 1)
        #expect(
            try machine.account(Fixture.sender)?.balance == Fixture.ether &- 210_005)
    }

    @Test("a reset without a state forgets what was done and reads the same state again")
    func resetOnTheSameState() throws {
        let fixture = Fixture()
        let transaction = fixture.transaction(to: Fixture.other, value: 5, gasLimit: 21_000)
        let (outcome, machine) = try fixture.run(transaction)
        #expect(try machine.account(Fixture.other)?.balance == 5)
        #expect(throws: ExecutionError.self) {
            _ = try machine.execute(transaction, sender: Fixture.sender)
        }
        machine.reset(block: fixture.block)
        #expect(try machine.account(Fixture.other) == nil)
        #expect(try machine.execute(transaction, sender: Fixture.sender) == outcome)
        machine.reset(block: fixture.block)
        #expect(machine.changes().accounts.isEmpty)
    }

    @Test("whether the last transaction asked for the builder's part of the block is known")
    func readsBuilder() throws {
        func reads(_ code: [Instruction]) throws -> Bool {
            var fixture = Fixture()
            fixture.given(code, at: Fixture.other)
            fixture.given(.call(Fixture.other) + [.op(.number), .op(.timestamp), .op(.basefee)])
            let machine = fixture.machine()
            _ = try machine.execute(fixture.transaction(), sender: Fixture.sender)
            let reads = machine.readsBuilder
            // It is the last one's, whatever came before.
            _ = try machine.execute(
                fixture.transaction(to: Fixture.sender, nonce: 1), sender: Fixture.sender)
            #expect(!machine.readsBuilder)
            return reads
        }
        for opcode in [Opcode.coinbase, .prevrandao, .gaslimit] {
            #expect(try reads([.op(opcode)]))
        }
        #expect(try !reads([.op(.number), .op(.timestamp), .op(.basefee)]))
    }

    @Test("another block is entered on the state as it stands")
    func enter() throws {
        var fixture = Fixture()
        fixture.given([.op(.coinbase), .push(0), .op(.sload), .op(.add)] + .storeTop(0))
        let machine = fixture.machine()
        _ = try machine.execute(fixture.transaction(), sender: Fixture.sender)
        let first = try machine.storage(Fixture.contract, slot: .zero)
        #expect(first == Fixture.coinbase.word)
        var other = fixture.block
        other.coinbase = Address(word: 7)
        machine.enter(other)
        _ = try machine.execute(fixture.transaction(nonce: 1), sender: Fixture.sender)
        #expect(try machine.storage(Fixture.contract, slot: .zero) == first &+ 7)
    }

    @Test("a coinbase that earns nothing is not created")
    func emptyCoinbase() throws {
        let fixture = Fixture()
        let (_, machine) = try fixture.run(fixture.transaction(to: Fixture.other))
        #expect(try machine.account(Fixture.coinbase) == nil)
        #expect(machine.changes().accounts.map(\.address) == [Fixture.sender])
    }

    @Test("a bundle can be rolled back and repeated with another size")
    func bundle() throws {
        var fixture = Fixture()
        fixture.given(
            [.push(0), .op(.calldataload), .push(0), .op(.sload), .op(.add)] + .storeTop(0))
        let machine = fixture.machine()
        let start = machine.checkpoint()
        var gas: [UInt64] = []
        for size in [3, 9, 3] as [UInt256] {
            _ = try machine.execute(
                fixture.transaction(data: size.bigEndianBytes), sender: Fixture.sender)
            let middle = machine.checkpoint()
            _ = try machine.execute(
                fixture.transaction(nonce: 1, data: UInt256(100).bigEndianBytes),
                sender: Fixture.sender)
            #expect(try machine.storage(Fixture.contract, slot: 0) == size &+ 100)
            machine.rollback(to: middle)
            #expect(try machine.storage(Fixture.contract, slot: 0) == size)
            gas.append(
                try machine.execute(
                    fixture.transaction(nonce: 1, data: UInt256(7).bigEndianBytes),
                    sender: Fixture.sender
                ).gasUsed)
            machine.rollback(to: start)
            #expect(machine.changes().accounts.isEmpty)
            #expect(try machine.account(Fixture.sender)?.nonce == 0)
        }
        #expect(Set(gas).count == 1)
    }

    @Test("a call leaves nothing behind, and costs no fee")
    func call() throws {
        var fixture = Fixture()
        fixture.given(.store(0, 1) + [.op(.gasprice)] + .returnTop)
        let machine = fixture.machine()
        let outcome = try machine.call(
            from: Fixture.other, to: Fixture.contract, value: 0, data: [], gasLimit: 1_000_000)
        #expect(outcome.status == .success)
        #expect(outcome.output == UInt256.zero.bigEndianBytes)
        #expect(machine.changes().accounts.isEmpty)
        #expect(try machine.storage(Fixture.contract, slot: 0) == 0)
    }

    @Test("a key that the base state lacks is named, and the state is as before")
    func notLoaded() throws {
        var fixture = Fixture()
        fixture.given(.store(0, 1) + .call(Fixture.other))
        fixture.given([.push(4), .op(.sload)], at: Fixture.other)
        let key = StateKey.storage(Fixture.other, slot: 4)
        fixture.state.lacking = [key]
        let machine = fixture.machine()
        #expect(throws: ExecutionError.unsimulatable(.stateNotLoaded(key))) {
            try machine.execute(fixture.transaction(), sender: Fixture.sender)
        }
        #expect(machine.changes().accounts.isEmpty)
        fixture.state.lacking = []
        machine.reset(block: fixture.block, state: fixture.state)
        #expect(
            try machine.execute(fixture.transaction(), sender: Fixture.sender).status == .success)
    }

    @Test("what was read is a witness from which the transaction can be repeated")
    func witness() throws {
        var fixture = Fixture()
        fixture.given(
            [.push(1), .op(.sload), .push(999), .op(.blockhash)] + .storeTop(2),
            storage: [1: 5, 2: 6, 3: 7])
        let (_, machine) = try fixture.run()
        let accessed = machine.accessed()
        #expect(
            accessed.entries.map(\.address)
                == [Fixture.contract, Fixture.coinbase, Fixture.sender].sorted())
        let entry = accessed.entries.first { $0.address == Fixture.contract }
        #expect(entry?.storage.map(\.slot) == [1, 2])
        #expect(entry?.storage.map(\.value) == [5, 6])
        #expect(accessed.blockHashes.map(\.number) == [999])
    }

    @Test("a system call changes the state without fee; without code it does nothing")
    func systemCall() throws {
        var fixture = Fixture()
        fixture.given([.op(.caller)] + .storeTop(0))
        let machine = fixture.machine()
        try machine.systemCall(to: Fixture.other, data: [])
        #expect(machine.changes().accounts.isEmpty)
        try machine.systemCall(to: Fixture.contract, data: [])
        #expect(
            try machine.storage(Fixture.contract, slot: 0)
                == Address(hex: "fffffffffffffffffffffffffffffffffffffffe")?.word)
        #expect(machine.changes().accounts.map(\.address) == [Fixture.contract])
    }

    @Test("a credit creates an account; one of nothing does not")
    func credit() throws {
        let machine = Fixture().machine()
        try machine.credit(Fixture.other, wei: 0)
        #expect(try machine.account(Fixture.other) == nil)
        try machine.credit(Fixture.other, wei: 11)
        #expect(try machine.account(Fixture.other)?.balance == 11)
    }

    @Test("a fork that is not implemented is not simulated")
    func unknownFork() throws {
        var fixture = Fixture()
        fixture.block.fork = .frontier
        #expect(throws: ExecutionError.unsimulatable(.forkNotSupported(.frontier))) {
            try fixture.run()
        }
    }
}
