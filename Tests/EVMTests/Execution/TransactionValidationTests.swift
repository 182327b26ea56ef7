import EVM
import Ethereum
import Testing

@Suite("Transaction validation")
struct TransactionValidationTests {
    /// A way to break a valid transaction, and what is said about it.
    struct Case: Sendable {
        var expected: InvalidTransaction
        var change: @Sendable (inout Transaction) -> Void
    }

    static let cases = [
        Case(expected: .nonceTooHigh(account: 0, transaction: 1)) { $0.nonce = 1 },
        Case(expected: .wrongChain(transaction: 2, chain: 1)) { $0.chainId = 2 },
        Case(expected: .wrongChain(transaction: nil, chain: 1)) { $0.chainId = nil },
        Case(expected: .maxFeeBelowBaseFee(maxFeePerGas: 6, baseFeePerGas: 7)) {
            $0.maxFeePerGas = 6
        },
        Case(expected: .priorityFeeAboveMaxFee) { $0.maxPriorityFeePerGas = 8 },
        Case(expected: .gasLimitBelowIntrinsic(gasLimit: 20_999, intrinsicGas: 21_000)) {
            $0.gasLimit = 20_999
        },
        Case(expected: .gasLimitAboveBlock(gasLimit: 30_000_001, available: 30_000_000)) {
            $0.gasLimit = 30_000_001
        },
        Case(
            expected: .insufficientFunds(
                balance: Fixture.ether, needed: Fixture.ether &+ 70_000_000)
        ) { $0.value = Fixture.ether },
        Case(expected: .costOverflow) { $0.maxFeePerGas = .max },
        Case(expected: .noBlobs) { $0.type = .blob },
        Case(expected: .blobHashVersion) {
            $0.type = .blob
            $0.blobVersionedHashes = [.zero]
        },
        Case(expected: .tooManyBlobs(count: 7, maximum: 6)) {
            $0.type = .blob
            $0.blobVersionedHashes = Array(repeating: Self.blob, count: 7)
        },
        Case(expected: .blobFeeTooLow(maxFeePerBlobGas: 0, blobBaseFee: 1)) {
            $0.type = .blob
            $0.blobVersionedHashes = [Self.blob]
        },
        Case(expected: .typeNotSupported(.setCode, fork: .cancun)) { $0.type = .setCode },
    ]

    private static let blob = Hash32(word: UInt256(0, 0, 0, 1 << 56))

    @Test("a broken rule is named and nothing changes", arguments: cases.indices)
    func invalid(index: Int) throws {
        let fixture = Fixture()
        let machine = fixture.machine()
        var transaction = fixture.transaction(to: Fixture.other)
        Self.cases[index].change(&transaction)
        #expect(throws: ExecutionError.invalid(Self.cases[index].expected)) {
            try machine.execute(transaction, sender: Fixture.sender)
        }
        #expect(machine.changes().accounts.isEmpty)
    }

    @Test("a sender with code may not send")
    func senderWithCode() throws {
        var fixture = Fixture()
        fixture.given([.op(.stop)], at: Fixture.sender, balance: Fixture.ether)
        #expect(throws: ExecutionError.invalid(.senderHasCode)) {
            try fixture.run(fixture.transaction(nonce: 1))
        }
    }

    @Test("blobs are paid for at the blob base fee")
    func blobFee() throws {
        let fixture = Fixture()
        var transaction = fixture.transaction(to: Fixture.other, gasLimit: 21_000)
        transaction.type = .blob
        transaction.maxFeePerBlobGas = 10
        transaction.blobVersionedHashes = [Self.blob, Self.blob]
        let (outcome, machine) = try fixture.run(transaction)
        #expect(outcome.blobGasUsed == 262_144)
        #expect(
            try machine.account(Fixture.sender)?.balance
                == Fixture.ether &- UInt256(UInt64(21_000 * 7 + 262_144)))
    }
}
