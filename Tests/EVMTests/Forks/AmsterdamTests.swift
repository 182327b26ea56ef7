import EVM
import Ethereum
import Testing

@Suite("Amsterdam")
struct AmsterdamTests {
    private static let new = Address(word: 0xBEEF01)
    private static let system = Address(
        word: UInt256(0xFFFF_FFFF_FFFF_FFFE, .max, 0xFFFF_FFFF, 0))
    private static let transferTopic = Keccak256.hash(
        Array("Transfer(address,address,uint256)".utf8))

    private func world(
        _ code: [Instruction] = [], balance: UInt256 = Fixture.ether,
        storage: [UInt256: UInt256] = [:], fork: Fork = .amsterdam
    ) -> Fixture {
        var fixture = Fixture(fork: fork)
        fixture.block.gasLimit = 60_000_000
        fixture.given(code, balance: balance, storage: storage)
        return fixture
    }

    /// The log of moved wei.
    private func transfer(_ from: Address, _ to: Address, _ wei: UInt256) -> Log {
        Log(
            address: Self.system,
            topics: [Self.transferTopic, Hash32(word: from.word), Hash32(word: to.word)],
            data: wei.bigEndianBytes)
    }

    // MARK: Transactions

    @Test("wei for an account that exists costs 21,000, for a new one its 120 bytes more")
    func transfers() throws {
        var fixture = world()
        fixture.state.accounts[Fixture.other] = Account(balance: 1)
        let old = try fixture.run(fixture.transaction(to: Fixture.other, value: 1)).0
        #expect(old.gasUsed == 21_000)
        #expect(old.blockGas == BlockGas(execution: 21_000, state: 0))
        let new = try fixture.run(fixture.transaction(to: Self.new, value: 1)).0
        #expect(new.blockGas == BlockGas(execution: 21_000, state: 183_600))
        #expect(new.gasUsed == 204_600)
        let own = try fixture.run(fixture.transaction(to: Fixture.sender, value: 1)).0
        #expect(own.gasUsed == 12_000)
        #expect(own.logs.isEmpty)
    }

    @Test("who cannot pay for the new account pays all gas, and the nonce, and sends nothing")
    func cannotPayForAccount() throws {
        let fixture = world()
        let (outcome, machine) = try fixture.run(
            fixture.transaction(to: Self.new, value: 1, gasLimit: 204_599))
        #expect(outcome.status == .halt(.outOfGas))
        #expect(outcome.gasUsed == 204_599)
        #expect(outcome.blockGas.state == 0)
        #expect(try machine.account(Self.new) == nil)
        #expect(try machine.account(Fixture.sender)?.nonce == 1)
        let enough = try fixture.run(
            fixture.transaction(to: Self.new, value: 1, gasLimit: 204_600)
        ).0
        #expect(enough.status == .success)
    }

    @Test("the gas limit may be above the cap of execution, what is left of it is the sender's")
    func gasLimit() throws {
        let fixture = world()
        let limit = TransactionLimit.gas + 1_000_000
        let halting = world([.op(.invalid)])
        let outcome = try halting.run(halting.transaction(gasLimit: limit)).0
        #expect(outcome.gasUsed == TransactionLimit.gas)
        let data = [UInt8](repeating: 1, count: 262_000)
        #expect(
            throws: ExecutionError.invalid(
                .intrinsicGasAboveCap(intrinsicGas: 16_783_000, cap: TransactionLimit.gas))
        ) { try fixture.run(fixture.transaction(data: data, gasLimit: 30_000_000)) }
    }

    @Test("a creation that fails pays neither account nor bytes")
    func creation() throws {
        let fixture = world()
        let runtime = assemble([.push(7), .push(0), .op(.return)])
        let created = try fixture.run(fixture.transaction(to: nil, data: runtime)).0
        #expect(created.blockGas.state == 183_600 + 7 * 1_530)
        let failed = try fixture.run(
            fixture.transaction(to: nil, data: [Opcode.invalid.rawValue], gasLimit: 400_000)
        ).0
        #expect(failed.blockGas.state == 0)
        #expect(failed.gasUsed == 400_000)
    }

    @Test("code may have 65,536 bytes and init code 131,072")
    func codeSizes() throws {
        func deploy(_ size: UInt64, fork: Fork) throws -> ExecutionStatus {
            var fixture = world(fork: fork)
            fixture.block.gasLimit = 200_000_000
            fixture.state.accounts[Fixture.sender]?.balance = Fixture.ether &* 100
            let code = assemble([.push(UInt256(size)), .push(0), .op(.return)])
            let limit = fork == .amsterdam ? 150_000_000 : TransactionLimit.gas
            return try fixture.run(
                fixture.transaction(to: nil, data: code, gasLimit: limit)
            ).0.status
        }
        #expect(try deploy(65_536, fork: .amsterdam) == .success)
        #expect(try deploy(65_537, fork: .amsterdam) == .halt(.codeSizeLimit))
        #expect(try deploy(24_577, fork: .osaka) == .halt(.codeSizeLimit))
        let fixture = world()
        let longest = [UInt8](repeating: 0, count: 131_072)
        #expect(
            try fixture.run(fixture.transaction(to: nil, data: longest)).0.status == .success)
        #expect(throws: ExecutionError.invalid(.initCodeTooLarge(bytes: 131_073))) {
            try fixture.run(fixture.transaction(to: nil, data: longest + [0]))
        }
    }

    // MARK: Prices of single instructions

    /// Gas of execution and of state beyond the transaction's 15,000 and the pushes.
    struct Price: Sendable {
        var name: String
        var code: [Instruction]
        var pushes: UInt64
        var osaka: UInt64
        var execution: UInt64
        var state: UInt64 = 0
    }

    static let prices = [
        Price(
            name: "SSTORE changes a cold slot", code: .store(5, 2), pushes: 6, osaka: 5_000,
            execution: 12_100),
        Price(
            name: "SSTORE fills a cold slot", code: .store(6, 2), pushes: 6, osaka: 22_100,
            execution: 12_100, state: 97_920),
        Price(
            name: "SSTORE leaves a cold slot as it is", code: .store(5, 1), pushes: 6,
            osaka: 2_200, execution: 2_100),
        Price(
            name: "SSTORE twice", code: .store(5, 2) + .store(5, 3), pushes: 12, osaka: 5_100,
            execution: 12_200),
        Price(
            name: "SLOAD", code: [.push(5), .op(.sload)], pushes: 3, osaka: 2_100,
            execution: 2_100),
        Price(
            name: "BALANCE", code: [.push(0xABC), .op(.balance)], pushes: 3, osaka: 2_600,
            execution: 3_000),
        Price(
            name: "EXTCODESIZE", code: [.push(0xABC), .op(.extcodesize)], pushes: 3,
            osaka: 2_600, execution: 3_100),
        Price(
            name: "EXTCODEHASH", code: [.push(0xABC), .op(.extcodehash)], pushes: 3,
            osaka: 2_600, execution: 3_000),
        Price(
            name: "EXTCODECOPY",
            code: [.push(0), .push(0), .push(0), .push(0xABC), .op(.extcodecopy)], pushes: 9,
            osaka: 2_600, execution: 3_100),
        Price(
            name: "CREATE", code: [.push(0), .push(0), .push(0), .op(.create)], pushes: 6,
            osaka: 32_000, execution: 12_000, state: 183_600),
        Price(
            name: "SELFDESTRUCT for a new account", code: [.push(0xABC), .op(.selfdestruct)],
            pushes: 3, osaka: 5_000 + 2_600 + 25_000, execution: 5_000 + 3_000 + 9_000,
            state: 183_600),
        Price(
            name: "CALL with wei for a new account", code: .call(Address(word: 0xABC), value: 1),
            pushes: 4 * 2 + 3 + 3 + 2, osaka: 2_600 + 9_000 + 25_000 - 2_300,
            execution: 3_000 + 11_300 - 2_300, state: 183_600),
    ]

    @Test("prices of EIP-8037 and 8038 beside those before", arguments: prices.indices)
    func price(index: Int) throws {
        let price = Self.prices[index]
        let amsterdam = world(price.code, storage: [5: 1])
        let outcome = try amsterdam.run().0
        #expect(outcome.status == .success)
        #expect(
            outcome.blockGas
                == BlockGas(
                    execution: 15_000 + price.pushes + price.execution, state: price.state),
            "\(price.name)")
        let osaka = try world(price.code, storage: [5: 1], fork: .osaka).run().0
        #expect(
            osaka.gasUsed + osaka.gasRefunded == 21_000 + price.pushes + price.osaka,
            "\(price.name)")
    }

    /// Two writes to a slot, and what they give back.
    struct Transition: Sendable {
        var original: UInt256
        var first: UInt256
        var second: UInt256
        var refund: UInt64
        var state: UInt64 = 0
    }

    static let transitions = [
        Transition(original: 0, first: 1, second: 0, refund: 10_000),
        Transition(original: 0, first: 1, second: 2, refund: 0, state: 97_920),
        Transition(original: 1, first: 0, second: 0, refund: 11_616),
        Transition(original: 1, first: 0, second: 1, refund: 10_000),
        Transition(original: 1, first: 0, second: 2, refund: 0),
        Transition(original: 1, first: 2, second: 0, refund: 11_616),
        Transition(original: 1, first: 2, second: 1, refund: 10_000),
        Transition(original: 1, first: 2, second: 3, refund: 0),
    ]

    @Test("what a slot that is cleared, or has its value again, gives back", arguments: transitions)
    func refunds(_ expected: Transition) throws {
        // Much memory lifts the cap of a fifth out of the way.
        let code: [Instruction] =
            .store(1, expected.first) + .store(1, expected.second)
            + [.push(0), .push(500_000), .op(.mstore)]
        let fixture = world(code, storage: [1: expected.original])
        let outcome = try fixture.run().0
        #expect(outcome.gasRefunded == expected.refund)
        #expect(outcome.blockGas.state == expected.state)
        #expect(
            outcome.gasUsed + expected.refund
                == outcome.blockGas.execution + outcome.blockGas.state)
    }

    @Test("SLOTNUM is the block's slot from Amsterdam on")
    func slotNumber() throws {
        var fixture = world([.op(.slotnum)] + .returnTop)
        fixture.block.slotNumber = 11_296_768
        #expect(UInt256(bigEndian: try fixture.run().0.output) == 11_296_768)
        fixture.block.fork = .osaka
        #expect(try fixture.run().0.status == .halt(.invalidOpcode))
    }

    // MARK: Logs of moved wei

    @Test("wei that moves is logged: the transaction's before all, a failed call's not at all")
    func transferLogs() throws {
        let code: [Instruction] =
            [.push(0), .push(0), .op(.log0)] + .call(Self.new, value: 3)
            + .call(Address(word: 9), value: 4, gas: .push(0))
        let fixture = world(code)
        let logs = try fixture.run(fixture.transaction(value: 2)).0.logs
        #expect(
            logs == [
                transfer(Fixture.sender, Fixture.contract, 2),
                Log(address: Fixture.contract, topics: [], data: []),
                transfer(Fixture.contract, Self.new, 3),
            ])
        let osaka = world(code, fork: .osaka)
        #expect(try osaka.run(osaka.transaction(value: 2)).0.logs.count == 1)
    }

    @Test("no wei, wei for oneself and CALLCODE write no log")
    func noTransferLogs() throws {
        let code: [Instruction] =
            .call(Self.new) + .call(Fixture.contract, by: .callcode, value: 1)
            + .call(Fixture.contract, value: 1, gas: .push(0))
        #expect(try world(code).run().0.logs.isEmpty)
    }

    @Test("a creation's endowment and a destroyed contract's wei are logged")
    func endowmentLogs() throws {
        let create = world([.push(0), .push(0), .push(5), .op(.create)])
        let created = Address.create(sender: Fixture.contract, nonce: 1)
        #expect(try create.run().0.logs == [transfer(Fixture.contract, created, 5)])
        let destroy = world([.push(Fixture.other.word), .op(.selfdestruct)])
        #expect(
            try destroy.run().0.logs
                == [transfer(Fixture.contract, Fixture.other, Fixture.ether)])
    }

    // MARK: SELFDESTRUCT

    @Test("a contract that destroys itself in its own transaction keeps its wei (EIP-8246)")
    func keptWei() throws {
        // Init code that stores, then leaves everything to itself.
        let code = assemble(.store(1, 1) + [.op(.address), .op(.selfdestruct)])
        func after(_ fork: Fork) throws -> Account? {
            let fixture = world(fork: fork)
            let created = Address.create(sender: Fixture.sender, nonce: 0)
            let (outcome, machine) = try fixture.run(
                fixture.transaction(to: nil, value: 9, data: code))
            #expect(outcome.status == .success)
            #expect(try machine.storage(created, slot: 1) == 0)
            return try machine.account(created)
        }
        #expect(try after(.osaka) == nil)
        #expect(try after(.amsterdam) == Account(nonce: 0, balance: 9))
    }
}
