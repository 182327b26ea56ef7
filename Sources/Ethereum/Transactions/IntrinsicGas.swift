/// Gas that a transaction costs before any code runs (Yellow Paper 6.2, g₀, and appendix G).
public enum IntrinsicGasCost {
    /// Any transaction, until Amsterdam.
    public static let transaction: UInt64 = 21_000
    /// Any transaction from Amsterdam on (EIP-2780).
    public static let transactionAmsterdam: UInt64 = 12_000
}

/// A fork's prices for what a transaction is made of, and below which it costs nothing less.
struct IntrinsicGasPrices: Sendable {
    /// Any transaction.
    var transaction = IntrinsicGasCost.transaction
    /// Another receiver than the sender, and wei for it.
    var receiver: UInt64 = 0
    var value: UInt64 = 0
    var creation: UInt64 = 0
    /// 32 bytes of init code, begun.
    var initCodeWord: UInt64 = 0
    var zeroByte: UInt64 = 4
    var nonzeroByte: UInt64 = 68
    var accessListAddress: UInt64 = 2_400
    var accessListStorageKey: UInt64 = 1_900
    var authorization: UInt64 = 25_000
    /// What data and access list cost at least, above the first three; nil for a fork without a
    /// floor.
    var floor: Floor?

    struct Floor: Sendable {
        var zeroByte: UInt64
        var nonzeroByte: UInt64
        var accessListAddress: UInt64 = 0
        var accessListStorageKey: UInt64 = 0
    }

    static func of(_ fork: Fork) -> IntrinsicGasPrices {
        switch fork {
        case .frontier: frontier
        case .homestead...Fork.petersburg: homestead
        case .istanbul...Fork.paris: istanbul
        case .shanghai, .cancun: shanghai
        case .prague, .osaka: prague
        default: amsterdam
        }
    }

    private static let frontier = IntrinsicGasPrices()
    /// EIP-2.
    private static let homestead = changing(frontier) { $0.creation = 32_000 }
    /// EIP-2028.
    private static let istanbul = changing(homestead) { $0.nonzeroByte = 16 }
    /// EIP-3860.
    private static let shanghai = changing(istanbul) { $0.initCodeWord = 2 }
    /// EIP-7623.
    private static let prague = changing(shanghai) {
        $0.floor = Floor(zeroByte: 10, nonzeroByte: 40)
    }
    /// EIP-2780, with EIP-7976, 7981 and 8038.
    private static let amsterdam = changing(prague) {
        $0.transaction = IntrinsicGasCost.transactionAmsterdam
        $0.receiver = 3_000
        $0.value = 6_000
        $0.creation = 12_000
        $0.authorization = 7_816
        $0.floor = Floor(
            zeroByte: 64, nonzeroByte: 64, accessListAddress: 20 * 64,
            accessListStorageKey: 32 * 64)
        $0.accessListAddress = 2_900 + 20 * 64
        $0.accessListStorageKey = 2_000 + 32 * 64
    }

    private static func changing(
        _ prices: IntrinsicGasPrices, _ change: (inout IntrinsicGasPrices) -> Void
    ) -> IntrinsicGasPrices {
        var prices = prices
        change(&prices)
        return prices
    }
}

extension Transaction {
    /// Gas that is spent before the first instruction; the gas limit must not be below it.
    ///
    /// The sender pays less for a transaction to himself, from Amsterdam on.
    public func intrinsicGas(fork: Fork, sender: Address) -> UInt64 {
        let prices = IntrinsicGasPrices.of(fork)
        let zeros = UInt64(zeroBytesOfData)
        var gas =
            envelopeGas(prices, sender: sender) + zeros * prices.zeroByte
            + (UInt64(data.count) - zeros) * prices.nonzeroByte
        if to == nil { gas += UInt64((data.count + 31) / 32) * prices.initCodeWord }
        for entry in accessList {
            gas += prices.accessListAddress
            gas += UInt64(entry.storageKeys.count) * prices.accessListStorageKey
        }
        return gas + UInt64(authorizationList.count) * prices.authorization
    }

    /// Gas that is spent at least, whatever the code did; the gas limit must not be below it. 0
    /// before Prague (EIP-7623).
    public func floorGas(fork: Fork, sender: Address) -> UInt64 {
        let prices = IntrinsicGasPrices.of(fork)
        guard let floor = prices.floor else { return 0 }
        let zeros = UInt64(zeroBytesOfData)
        // Until Amsterdam a creation's price is no part of the floor.
        var gas =
            fork >= .amsterdam ? envelopeGas(prices, sender: sender) : prices.transaction
        gas += zeros * floor.zeroByte + (UInt64(data.count) - zeros) * floor.nonzeroByte
        for entry in accessList {
            gas += floor.accessListAddress
            gas += UInt64(entry.storageKeys.count) * floor.accessListStorageKey
        }
        return gas
    }

    /// What there is to pay beside data and lists.
    private func envelopeGas(_ prices: IntrinsicGasPrices, sender: Address) -> UInt64 {
        guard let to else { return prices.transaction + prices.creation }
        if to == sender { return prices.transaction }
        return prices.transaction + prices.receiver + (value.isZero ? 0 : prices.value)
    }

    private var zeroBytesOfData: Int {
        data.withUnsafeBufferPointer { bytes in
            var zeros = 0
            for byte in bytes { zeros &+= byte == 0 ? 1 : 0 }
            return zeros
        }
    }
}
