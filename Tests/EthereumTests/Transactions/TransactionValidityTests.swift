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
        #expect(transaction.intrinsicGas(fork: .frontier, sender: .zero) == 21_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .istanbul, sender: .zero) == 21_000 + 4 + 32)
        #expect(transaction.floorGas(fork: .cancun, sender: .zero) == 0)
        #expect(transaction.floorGas(fork: .prague, sender: .zero) == 21_000 + 90)
        transaction.to = nil
        #expect(transaction.intrinsicGas(fork: .frontier, sender: .zero) == 21_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .homestead, sender: .zero) == 53_000 + 4 + 136)
        #expect(transaction.intrinsicGas(fork: .shanghai, sender: .zero) == 53_000 + 4 + 32 + 2)
        transaction.accessList = [AccessListEntry(address: .zero, storageKeys: [1, 2])]
        #expect(
            transaction.intrinsicGas(fork: .shanghai, sender: .zero) == 53_000 + 36 + 2 + 2_400
                + 3_800)
    }

    /// EIP-2780 with EIP-7976, 7981 and 8038: what a transaction is made of, and both its prices.
    struct AmsterdamPrice: Sendable {
        var name: String
        var gas: UInt64
        var floor: UInt64
        var change: @Sendable (inout Transaction) -> Void
    }

    private static let stranger = Address(word: 0x1234)

    static let amsterdamPrices = [
        AmsterdamPrice(name: "call without wei", gas: 15_000, floor: 15_000) { $0.value = 0 },
        AmsterdamPrice(name: "wei for another", gas: 21_000, floor: 21_000) { $0.value = 1 },
        AmsterdamPrice(name: "wei for oneself", gas: 12_000, floor: 12_000) {
            ($0.to, $0.value) = (stranger, 1)
        },
        AmsterdamPrice(name: "creation with wei", gas: 24_000, floor: 24_000) {
            ($0.to, $0.value) = (nil, 1)
        },
        AmsterdamPrice(name: "init code", gas: 24_000 + 33 * 16 + 4, floor: 24_000 + 33 * 64) {
            ($0.to, $0.value, $0.data) = (nil, 0, Array(repeating: 1, count: 33))
        },
        AmsterdamPrice(name: "data", gas: 15_000 + 4 + 32, floor: 15_000 + 3 * 64) {
            ($0.value, $0.data) = (0, [0, 1, 2])
        },
        AmsterdamPrice(
            name: "access list", gas: 15_000 + 4_180 + 2 * 4_048, floor: 15_000 + 1_280 + 2 * 2_048
        ) {
            $0.value = 0
            $0.accessList = [AccessListEntry(address: .zero, storageKeys: [1, 2])]
        },
        AmsterdamPrice(name: "authorisations", gas: 15_000 + 2 * 7_816, floor: 15_000) {
            $0.value = 0
            let signature = Signature(yParity: 0, r: 1, s: 1)
            $0.authorizationList = Array(
                repeating: Authorization(
                    chainId: 1, address: .zero, nonce: 0, signature: signature), count: 2)
        },
    ]

    @Test("intrinsic gas and floor of Amsterdam", arguments: amsterdamPrices.indices)
    func amsterdam(index: Int) {
        let price = Self.amsterdamPrices[index]
        var transaction = TransactionSamples.eip155
        price.change(&transaction)
        #expect(
            transaction.intrinsicGas(fork: .amsterdam, sender: Self.stranger) == price.gas,
            "\(price.name)")
        #expect(
            transaction.floorGas(fork: .amsterdam, sender: Self.stranger) == price.floor,
            "\(price.name)")
        #expect(
            transaction.intrinsicGas(fork: .osaka, sender: Self.stranger) != price.gas
                || price.name == "wei for another", "\(price.name)")
    }

    @Test("from Amsterdam on the gas limit is free, and the gas before the code is capped")
    func amsterdamCap() throws {
        let large = try Self.signed { $0.gasLimit = TransactionLimit.gas + 1 }
        #expect(throws: Never.self) { try large.validate(fork: .amsterdam, chainId: 1) }
        #expect(
            throws: TransactionInvalidity.gasLimitAboveCap(
                gasLimit: TransactionLimit.gas + 1, cap: TransactionLimit.gas)
        ) { try large.validate(fork: .osaka, chainId: 1) }
        // 64 gas a byte are above the cap, 16 are not.
        let data = [UInt8](repeating: 1, count: 262_144)
        let long = try Self.signed { ($0.data, $0.gasLimit) = (data, 30_000_000) }
        let needed = 15_000 + 64 * UInt64(data.count)
        let value: UInt64 = TransactionSamples.eip155.value.isZero ? 0 : 6_000
        #expect(
            throws: TransactionInvalidity.intrinsicGasAboveCap(
                intrinsicGas: needed + value, cap: TransactionLimit.gas)
        ) { try long.validate(fork: .amsterdam, chainId: 1) }
    }
}
