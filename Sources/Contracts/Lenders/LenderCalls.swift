import Ethereum

/// What Aave V3's pool is asked about a flash loan.
public enum AaveV3Pool {
    /// Calldata for the price of a flash loan in basis points.
    public static let flashLoanPremiumTotal = Calldata(Selector("FLASHLOAN_PREMIUM_TOTAL()")).bytes
    private static let configurationSelector = Selector("getConfiguration(address)")
    private static let reserveDataSelector = Selector("getReserveData(address)")

    /// Calldata for a reserve's flags, one word.
    public static func configuration(_ token: Address) -> [UInt8] {
        Calldata(configurationSelector, token.word).bytes
    }

    /// Calldata for a reserve's data.
    public static func reserveData(_ token: Address) -> [UInt8] {
        Calldata(reserveDataSelector, token.word).bytes
    }

    /// The contract that holds a reserve's tokens, from the answer to `reserveData`; nil where the
    /// market has no such reserve.
    public static func aToken(reserveData output: [UInt8]) -> Address? {
        ABIWords(output)[8].flatMap { $0.isZero ? nil : Address(word: $0) }
    }

    /// A reserve's flags (Aave's `ReserveConfiguration`).
    public struct Configuration: Equatable, Sendable {
        public var isActive: Bool
        public var isFrozen: Bool
        public var isPaused: Bool
        public var lendsFlashLoans: Bool

        /// The flags of the answer to `configuration`; nil where it is no word.
        public init?(_ output: [UInt8]) {
            guard let word = ABIWords(output)[0] else { return nil }
            func bit(_ index: UInt64) -> Bool { !((word >> index) & .one).isZero }
            isActive = bit(56)
            isFrozen = bit(57)
            isPaused = bit(60)
            lendsFlashLoans = bit(63)
        }
    }
}

/// What Balancer V2's vault is asked about a flash loan.
public enum BalancerV2Vault {
    /// Calldata for whether the vault is paused, and two times.
    public static let pausedState = Calldata(Selector("getPausedState()")).bytes
    /// Calldata for the contract that knows the fee.
    public static let protocolFeesCollector = Calldata(Selector("getProtocolFeesCollector()")).bytes
    /// Calldata, for that contract, for the fee of a flash loan in parts of 10^18.
    public static let flashLoanFeePercentage = Calldata(Selector("getFlashLoanFeePercentage()"))
        .bytes
}

extension UniswapV3PoolContract {
    /// Calldata for the price, the tick and whether the pool is unlocked.
    public static let slot0 = Calldata(Selector("slot0()")).bytes
    /// Calldata for the liquidity in range.
    public static let liquidity = Calldata(Selector("liquidity()")).bytes
}
