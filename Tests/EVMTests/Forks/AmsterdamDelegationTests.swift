import EVM
import Ethereum
import Testing

/// What authorisations cost on Amsterdam, where all but 7,816 gas depends on the state (EIP-2780,
/// EIP-8037).
@Suite("Delegated accounts (Amsterdam)")
struct AmsterdamDelegationTests {
    private let key: PrivateKey
    private let authority: Address
    private let account: UInt64 = 183_600
    private let delegation: UInt64 = 35_190
    private let write: UInt64 = 9_000

    init() throws {
        key = try #require(PrivateKey(bytes: [UInt8](repeating: 7, count: 32)))
        authority = key.address
    }

    private func authorization(
        to target: Address = Fixture.contract, nonce: UInt64 = 0
    ) -> Authorization {
        var authorization = Authorization(
            chainId: 1, address: target, nonce: nonce,
            signature: Signature(yParity: 0, r: 1, s: 1))
        authorization.signature = key.sign(authorization.signingHash)
        return authorization
    }

    private func run(
        _ list: [Authorization], authorityBalance: UInt256 = 0, to: Address = Fixture.other,
        value: UInt256 = 0, gasLimit: UInt64 = 1_000_000, code: [Instruction] = []
    ) throws -> (TransactionOutcome, VirtualMachine) {
        var fixture = Fixture(fork: .amsterdam)
        fixture.given(code)
        fixture.state.accounts[Fixture.other] = Account(balance: 1)
        if !authorityBalance.isZero {
            fixture.state.accounts[authority] = Account(balance: authorityBalance)
        }
        var transaction = fixture.transaction(to: to, value: value, gasLimit: gasLimit)
        transaction.type = .setCode
        transaction.authorizationList = list
        return try fixture.run(transaction)
    }

    private let base: UInt64 = 15_000 + 7_816

    @Test("a new account pays for itself, its write and its delegation")
    func new() throws {
        let gas = try run([authorization()]).0.blockGas
        #expect(gas == BlockGas(execution: base + write, state: account + delegation))
    }

    @Test("an account that exists pays for its write and its delegation")
    func existing() throws {
        let gas = try run([authorization()], authorityBalance: 1).0.blockGas
        #expect(gas == BlockGas(execution: base + write, state: delegation))
    }

    @Test("an authorisation that does not hold pays no more than the base")
    func invalid() throws {
        let gas = try run([authorization(nonce: 5)], authorityBalance: 1).0.blockGas
        #expect(gas == BlockGas(execution: base, state: 0))
    }

    @Test("one account pays for its write and its delegation once")
    func repeated() throws {
        let list = [
            authorization(), authorization(to: .zero, nonce: 1),
            authorization(to: Fixture.other, nonce: 2),
        ]
        let gas = try run(list, authorityBalance: 1).0.blockGas
        #expect(gas == BlockGas(execution: base + 2 * 7_816 + write, state: delegation))
        let cleared = try run([authorization(to: .zero)], authorityBalance: 1).0.blockGas
        #expect(cleared == BlockGas(execution: base + write, state: 0))
    }

    @Test("the receiver of wei has its write paid, and pays for the code that it runs")
    func receiver() throws {
        let gas = try run(
            [authorization()], authorityBalance: 1, to: authority, value: 1
        ).0.blockGas
        #expect(gas == BlockGas(execution: base + 6_000 + 3_000, state: delegation))
        let without = try run([authorization()], authorityBalance: 1, to: authority).0.blockGas
        #expect(without == BlockGas(execution: base + write + 3_000, state: delegation))
    }

    @Test("a delegation outlives a failure of the code, and so does its price")
    func failure() throws {
        for (code, status) in [
            ([.push(0), .push(0), .op(.revert)], ExecutionStatus.revert),
            ([.op(.invalid)], .halt(.invalidOpcode)),
        ] as [([Instruction], ExecutionStatus)] {
            let (outcome, machine) = try run(
                [authorization()], authorityBalance: 1, to: Fixture.contract, code: code)
            #expect(outcome.status == status)
            #expect(outcome.blockGas.state == delegation)
            #expect(!(try machine.code(of: authority).bytes.isEmpty))
        }
    }

    @Test("who cannot pay for all delegations has none of them, and pays all gas")
    func outOfGas() throws {
        let needed = base + write + account + delegation
        let (outcome, machine) = try run([authorization()], gasLimit: needed - 1)
        #expect(outcome.status == .halt(.outOfGas))
        #expect(outcome.gasUsed == needed - 1)
        #expect(outcome.blockGas.state == 0)
        #expect(try machine.code(of: authority).bytes.isEmpty)
        #expect(try machine.account(authority) == nil)
        #expect(try run([authorization()], gasLimit: needed).0.status == .success)
    }
}
