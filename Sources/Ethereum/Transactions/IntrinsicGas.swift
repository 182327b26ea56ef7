/// Gas that a transaction costs before any code runs (Yellow Paper 6.2, g₀, and appendix G).
public enum IntrinsicGasCost {
    /// Any transaction.
    public static let transaction: UInt64 = 21_000
    /// A contract's creation, from Homestead (EIP-2).
    public static let creation: UInt64 = 32_000
    /// A zero byte of data.
    public static let zeroByte: UInt64 = 4
    /// Another byte of data until Istanbul.
    public static let nonzeroByteBeforeIstanbul: UInt64 = 68
    /// Another byte of data from Istanbul (EIP-2028).
    public static let nonzeroByte: UInt64 = 16
    /// An address of the access list (EIP-2930).
    public static let accessListAddress: UInt64 = 2_400
    /// A storage key of the access list (EIP-2930).
    public static let accessListStorageKey: UInt64 = 1_900
    /// 32 bytes of init code, begun, from Shanghai (EIP-3860).
    public static let initCodeWord: UInt64 = 2
    /// An authorisation, before the refund for accounts that exist (EIP-7702).
    public static let authorization: UInt64 = 25_000
    /// A token of data at the floor price, from Prague; a zero byte is one token, another byte four
    /// (EIP-7623).
    public static let floorToken: UInt64 = 10
}

extension Transaction {
    /// Gas that is spent before the first instruction; the gas limit must not be below it.
    public func intrinsicGas(fork: Fork) -> UInt64 {
        let zeros = UInt64(zeroBytesOfData)
        let nonzeros = UInt64(data.count) - zeros
        let nonzeroCost =
            fork >= .istanbul
            ? IntrinsicGasCost.nonzeroByte : IntrinsicGasCost.nonzeroByteBeforeIstanbul
        var gas =
            IntrinsicGasCost.transaction + zeros * IntrinsicGasCost.zeroByte
            + nonzeros * nonzeroCost
        if to == nil {
            if fork >= .homestead { gas += IntrinsicGasCost.creation }
            if fork >= .shanghai {
                gas += UInt64((data.count + 31) / 32) * IntrinsicGasCost.initCodeWord
            }
        }
        for entry in accessList {
            gas += IntrinsicGasCost.accessListAddress
            gas += UInt64(entry.storageKeys.count) * IntrinsicGasCost.accessListStorageKey
        }
        return gas + UInt64(authorizationList.count) * IntrinsicGasCost.authorization
    }

    /// Gas that is spent at least, whatever the code did; the gas limit must not be below it. 0
    /// before Prague (EIP-7623).
    public func floorGas(fork: Fork) -> UInt64 {
        guard fork >= .prague else { return 0 }
        let zeros = UInt64(zeroBytesOfData)
        let tokens = zeros + 4 * (UInt64(data.count) - zeros)
        return IntrinsicGasCost.transaction + tokens * IntrinsicGasCost.floorToken
    }

    private var zeroBytesOfData: Int {
        data.withUnsafeBufferPointer { bytes in
            var zeros = 0
            for byte in bytes { zeros &+= byte == 0 ? 1 : 0 }
            return zeros
        }
    }
}
