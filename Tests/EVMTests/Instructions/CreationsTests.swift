import EVM
import Ethereum
import Testing

@Suite("Creations")
struct CreationsTests {
    /// CREATE2 of init code given as the transaction's data, with the salt 0.
    private static let factory: [Instruction] =
        [
            .op(.calldatasize), .push(0), .push(0), .op(.calldatacopy), .push(0),
            .op(.calldatasize), .push(0), .push(0), .op(.create2),
        ] + .returnTop

    private static func address(_ initCode: [UInt8]) -> Address {
        Address.create2(
            sender: Fixture.contract, salt: 0, initCodeHash: Keccak256.hash(initCode))
    }

    @Test("CREATE2 puts the code where EIP-1014 says")
    func create2() throws {
        var fixture = Fixture()
        fixture.given(Self.factory)
        let initCode = assemble(.deploy([0x60, 0x01]))
        let (outcome, machine) = try fixture.run(fixture.transaction(data: initCode))
        let address = Self.address(initCode)
        #expect(outcome.output == address.word.bigEndianBytes)
        #expect(try machine.code(of: address).bytes == [0x60, 0x01])
        #expect(try machine.account(address)?.nonce == 1)
        #expect(try machine.account(Fixture.contract)?.nonce == 2)
        let change = machine.changes().accounts.first { $0.address == address }
        #expect(change?.newCode?.bytes == [0x60, 0x01])
        #expect(change?.before == nil)
    }

    @Test("the first example of EIP-1014")
    func eip1014() {
        let address = Address.create2(
            sender: .zero, salt: 0, initCodeHash: Keccak256.hash([0x00]))
        #expect(address == Address(hex: "4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"))
    }

    @Test("code that begins with 0xEF, is too long or is not paid for is not deployed")
    func refused() throws {
        var fixture = Fixture()
        fixture.given(Self.factory)
        let beginsWithEF = assemble(.deploy([0xEF]))
        let tooLong = assemble([.push(24_577), .push(0), .op(.return)])
        for initCode in [beginsWithEF, tooLong] {
            let (outcome, machine) = try fixture.run(fixture.transaction(data: initCode))
            #expect(outcome.output == UInt256.zero.bigEndianBytes)
            #expect(try machine.account(Self.address(initCode)) == nil)
            #expect(try machine.account(Fixture.contract)?.nonce == 2, "the nonce stays used")
        }
    }

    @Test("nothing is created over code, a nonce or storage")
    func collision() throws {
        let initCode = assemble(.deploy([0x60, 0x01]))
        let address = Self.address(initCode)
        for collide: (inout Fixture) -> Void in [
            { $0.state.accounts[address] = Account(nonce: 1) },
            { $0.given([.op(.stop)], at: address) },
            {
                $0.state.accounts[address] = Account(balance: 1)
                $0.state.slots[address] = [1: 1]
            },
        ] {
            var fixture = Fixture()
            fixture.given(Self.factory)
            collide(&fixture)
            let outcome = try fixture.run(fixture.transaction(data: initCode)).0
            #expect(outcome.output == UInt256.zero.bigEndianBytes)
        }
    }

    @Test("a balance that was there before is kept")
    func funded() throws {
        let initCode = assemble(.deploy([0x60, 0x01]))
        var fixture = Fixture()
        fixture.given(Self.factory)
        fixture.state.accounts[Self.address(initCode)] = Account(balance: 77)
        let (_, machine) = try fixture.run(fixture.transaction(data: initCode))
        #expect(try machine.account(Self.address(initCode))?.balance == 77)
        #expect(try machine.account(Self.address(initCode))?.nonce == 1)
    }

    @Test("a transaction that creates reports the address and the deployed code")
    func transaction() throws {
        let fixture = Fixture()
        let initCode = assemble(.deploy([0x5B, 0x00]))
        let (outcome, machine) = try fixture.run(fixture.transaction(to: nil, data: initCode))
        let address = Address.create(sender: Fixture.sender, nonce: 0)
        #expect(outcome.createdAddress == address)
        #expect(outcome.output == [0x5B, 0x00])
        #expect(try machine.code(of: address).bytes == [0x5B, 0x00])
    }

    @Test("init code of 49,153 bytes is refused, in a transaction and in CREATE")
    func initCodeLimit() throws {
        var fixture = Fixture()
        let tooLong = [UInt8](repeating: 0, count: 49_153)
        #expect(throws: ExecutionError.invalid(.initCodeTooLarge(bytes: 49_153))) {
            try fixture.run(fixture.transaction(to: nil, data: tooLong))
        }
        fixture.given([.push(49_153), .push(0), .push(0), .op(.create)])
        #expect(try fixture.run().0.status == .halt(.initCodeSizeLimit))
    }
}
