import Contracts
import Ethereum
import UniswapV3

/// Somebody who lends tokens for the length of one transaction.
public struct FlashLender: Equatable, Hashable, Sendable {
    /// The protocol, by whose rules a loan is asked for and paid back.
    public enum Kind: Equatable, Hashable, Sendable {
        /// A pool's `flash`; the pool is locked meanwhile.
        case uniswapV3(PoolKey)
        case aaveV3
        case balancerV2
        case morpho

        /// The name in reports and settings.
        public var label: String {
            switch self {
            case .uniswapV3: "uniswap-v3"
            case .aaveV3: "aave-v3"
            case .balancerV2: "balancer-v2"
            case .morpho: "morpho"
            }
        }
    }

    public var kind: Kind
    /// The contract that is asked.
    public var address: Address

    public init(kind: Kind, address: Address) {
        self.kind = kind
        self.address = address
    }
}

/// What a loan costs, by its lender's own rounding.
public enum FlashLoanFee: Equatable, Sendable {
    case none
    /// Hundredths of a basis point, rounded up (Uniswap V3).
    case pips(UInt32)
    /// Basis points, rounded to the nearest (Aave V3, `percentMul`).
    case basisPoints(UInt64)
    /// Parts of 10^18, rounded up (Balancer V2, `mulUp`).
    case wad(UInt256)

    /// Raw units for a loan of raw units; nil where it does not fit 256 bits.
    public func fee(of amount: UInt256) -> UInt256? {
        switch self {
        case .none: return .zero
        case .pips(let pips):
            return UInt256.mulDivRoundingUp(amount, UInt256(UInt64(pips)), 1_000_000)
        case .basisPoints(let points):
            return amount.multipliedChecked(by: UInt256(points))?.addingChecked(5000)?
                .dividedOrZero(by: 10_000)
        case .wad(let parts):
            return UInt256.mulDivRoundingUp(amount, parts, 1_000_000_000_000_000_000)
        }
    }

    /// Basis points, for people.
    public var bps: Double {
        switch self {
        case .none: 0
        case .pips(let pips): Double(pips) / 100
        case .basisPoints(let points): Double(points)
        case .wad(let parts): parts.approximateDouble * 1e-14
        }
    }
}

/// What a lender would lend of one token now.
public struct FlashLoanOffer: Equatable, Sendable {
    public var lender: FlashLender
    public var token: Address
    /// Raw units.
    public var available: UInt256
    public var fee: FlashLoanFee
    /// Why nothing is lent, whatever lies there; nil where it is.
    public var closed: Closure?

    /// Why a lender lends nothing.
    public enum Closure: String, Equatable, Sendable {
        case paused
        case frozen
        case notListed
        case flashLoansDisabled
        /// A V3 pool without liquidity in range refuses to lend.
        case noLiquidityInRange
        /// The lender does not answer as its kind does: another contract, or none.
        case doesNotAnswer
    }

    public init(
        lender: FlashLender, token: Address, available: UInt256, fee: FlashLoanFee,
        closed: Closure? = nil
    ) {
        self.lender = lender
        self.token = token
        self.available = available
        self.fee = fee
        self.closed = closed
    }
}
