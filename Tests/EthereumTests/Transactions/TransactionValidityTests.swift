import Ethereum
import Testing

@Suite("TransactionValidity")
struct TransactionValidityTests {
    private static func signed(
        _ change: (inout Transaction) -> Void
    ) throws -> SignedTransaction {
        var transaction = TransactionSamples.eip155
        change(&transaction)
        return try SignedTransaction(transaction, signedBy: TransactionSamples.key)
    }

    @Test("a valid transaction gives its sender")
    func valid() throws {
        let sender = try Self.signed { _ in }.validate(fork: .cancun, chainId: 1)
        #expect(sender == TransactionSamples.key.address)
    }

    @Test("each rule refuses by name")
    func refused() throws {
        let legacy = try Self.signed { _ in }
        #expect(throws: TransactionInvalidity.replayProtectionNotSupported(fork: .homestead)) {
            try legacy.validate(fork: .homestead, chainId: 1)
        }
        #expect(throws: TransactionInvalidity.wrongChain(transaction: 1, chain: 5)) {
            try legacy.validate(fork: .cancun, chainId: 5)
        }
        let typed = try Self.signed { $0.type = .feeMarket }
        #expect(throws: TransactionInvalidity.typeNotSupported(.feeMarket, fork: .berlin)) {
            try typed.validate(fork: .berlin, chainId: 1)
        }
        let poor = try Self.signed { $0.gasLimit = 20_999 }
        #expect(
            throws: TransactionInvalidity.gasLimitBelowIntrinsic(
                gasLimit: 20_999, intrinsicGas: 21_000)
        ) { try poor.validate(fork: .cancun, chainId: 1) }
        let last = try Self.signed { $0.nonce = .max }
        #expect(throws: TransactionInvalidity.nonceAtMaximum) {
            try last.validate(fork: .cancun, chainId: 1)
        }
        let dear = try Self.signed {
            $0.maxFeePerGas = .max
            $0.maxPriorityFeePerGas = .max
        }
        #expect(throws: TransactionInvalidity.costOverflow) {
            try dear.validate(fork: .cancun, chainId: 1)
        }
    }

    @Test("intrinsic gas by fork")
    func intrinsicGas() {
        var transaction = TransactionSamples.eip155
        transaction.data = [0, 1, 2]
        #expect(transaction.intrinsicGas(fork: .frontier) == 21_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .istanbul) == 21_000 + 4 + 32)
        #expect(transaction.floorGas(fork: .cancun) == 0)
        #expect(transaction.floorGas(fork: .prague) == 21_000 + 90)
        transaction.to = nil
        #expect(transaction.intrinsicGas(fork: .frontier) == 21_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .homestead) == 53_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .shanghai) == 53_000 + 4 + 32 + 2)
        transaction.accessList = [AccessListEntry(address: .zero, storageKeys: [1, 2])]
        #expect(transaction.intrinsicGas(fork: .shanghai) == 53_000 + 36 + 2 + 2_400 + 3_800)
    }
}
