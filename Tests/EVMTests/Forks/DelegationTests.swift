import EVM
import Ethereum
import Testing

@Suite("Delegated accounts (Prague)")
struct DelegationTests {
    private let key: PrivateKey
    private let authority: Address

    init() throws {
        key = try #require(PrivateKey(bytes: [UInt8](repeating: 7, count: 32)))
        authority = key.address
    }

    /// An authorisation by `key` that holds unless it is changed.
    private func authorization(
        to target: Address = Fixture.contract, nonce: UInt64 = 0, chainId: UInt256 = 1
    ) -> Authorization {
        var authorization = Authorization(
            chainId: chainId, address: target, nonce: nonce,
            signature: Signature(yParity: 0, r: 1, s: 1))
        authorization.signature = key.sign(authorization.signingHash)
        return authorization
    }

    private func fixture(_ fork: Fork = .prague) -> Fixture {
        var fixture = Fixture(fork: fork)
        fixture.given([.op(.address)] + .storeTop(0) + .store(1, 5))
        return fixture
    }

    private func transaction(
        _ fixture: Fixture, _ list: [Authorization]
    ) -> Transaction {
        var transaction = fixture.transaction(to: authority)
        transaction.type = .setCode
        transaction.authorizationList = list
        return transaction
    }

    private func mark(_ address: Address) -> [UInt8] { [0xEF, 0x01, 0x00] + address.bytes }

    @Test("an account that signs runs another's code as its own")
    func delegates() throws {
        let fixture = fixture()
        let (outcome, machine) = try fixture.run(transaction(fixture, [authorization()]))
        #expect(outcome.status == .success)
        #expect(try machine.code(of: authority).bytes == mark(Fixture.contract))
        #expect(try machine.account(authority)?.nonce == 1)
        #expect(try machine.storage(authority, slot: 0) == authority.word)
        #expect(try machine.storage(Fixture.contract, slot: 1) == 0)
        #expect(outcome.gasUsed == 21_000 + 25_000 + 2 + 2 + 3 + 3 + 2 * 22_100)
    }

    @Test("an account that exists gives 12,500 gas back")
    func refund() throws {
        var fixture = fixture()
        fixture.given([])
        let new = try fixture.run(transaction(fixture, [authorization()])).0
        #expect(new.gasUsed == 46_000)
        fixture.state.accounts[authority] = Account(balance: 1)
        let existing = try fixture.run(transaction(fixture, [authorization()])).0
        #expect(existing.gasRefunded == 46_000 / 5)
    }

    @Test("an authorisation of another chain, nonce or signature is passed over")
    func passedOver() throws {
        let fixture = fixture()
        var forged = authorization()
        forged.signature.yParity = 2
        for broken in [
            authorization(nonce: 1), authorization(chainId: 2), authorization(nonce: .max), forged,
        ] {
            let (outcome, machine) = try fixture.run(transaction(fixture, [broken]))
            #expect(outcome.status == .success)
            #expect(try machine.code(of: authority).bytes.isEmpty)
        }
        let (_, machine) = try fixture.run(transaction(fixture, [authorization(chainId: 0)]))
        #expect(try machine.code(of: authority).bytes == mark(Fixture.contract))
    }

    @Test("the zero address takes the delegation away")
    func cleared() throws {
        let fixture = fixture()
        let list = [authorization(), authorization(to: .zero, nonce: 1)]
        let (_, machine) = try fixture.run(transaction(fixture, list))
        #expect(try machine.code(of: authority).bytes.isEmpty)
        #expect(try machine.account(authority)?.nonce == 2)
    }

    @Test("the delegation stays when the transaction reverts")
    func revert() throws {
        var fixture = fixture()
        fixture.given([.push(0), .push(0), .op(.revert)])
        let (outcome, machine) = try fixture.run(transaction(fixture, [authorization()]))
        #expect(outcome.status == .revert)
        #expect(try machine.code(of: authority).bytes == mark(Fixture.contract))
    }

    @Test("a contract does not sign itself away, and delegation does not go two steps")
    func limits() throws {
        var fixture = fixture()
        fixture.given([.op(.stop)], at: authority)
        let (_, machine) = try fixture.run(
            transaction(fixture, [authorization(nonce: 1)]))
        #expect(try machine.code(of: authority).bytes == [0])

        var chained = self.fixture()
        chained.given([.raw(mark(Fixture.contract))], at: Fixture.other)
        let outcome = try chained.run(
            transaction(chained, [authorization(to: Fixture.other)])
        ).0
        #expect(outcome.status == .halt(.invalidOpcode))
    }

    @Test("a call into a delegated account also pays for the other account")
    func callGas() throws {
        var fixture = fixture()
        fixture.given([.raw(mark(Fixture.other))], at: authority)
        fixture.given([.op(.stop)], at: Fixture.other)
        let body: [Instruction] = .call(authority) + [.op(.pop)] + .call(authority)
        fixture.given(body)
        let calls = try fixture.run().0
        // Two calls: cold and cold, then warm and warm.
        let pushes: UInt64 = 2 * (5 * 2 + 2 + 3) + 2
        #expect(calls.gasUsed == 21_000 + pushes + 2600 + 2600 + 100 + 100)
        fixture.block.fork = .cancun
        #expect(try fixture.run().0.gasUsed != calls.gasUsed)
    }

    @Test("a delegated account still sends transactions; one with code of its own does not")
    func sender() throws {
        var fixture = fixture()
        fixture.given(
            [.raw(mark(Fixture.contract))], at: Fixture.sender, balance: Fixture.ether)
        let transaction = fixture.transaction(to: Fixture.other, nonce: 1)
        #expect(try fixture.run(transaction).0.status == .success)
        fixture.block.fork = .cancun
        #expect(throws: ExecutionError.invalid(.senderHasCode)) { try fixture.run(transaction) }
    }

    @Test("a set-code transaction needs an authorisation and Prague")
    func validity() throws {
        let fixture = fixture()
        #expect(throws: ExecutionError.invalid(.emptyAuthorizationList)) {
            try fixture.run(transaction(fixture, []))
        }
        let before = self.fixture(.cancun)
        #expect(
            throws: ExecutionError.invalid(.typeNotSupported(.setCode, fork: .cancun))
        ) { try before.run(transaction(before, [authorization()])) }
    }
}
