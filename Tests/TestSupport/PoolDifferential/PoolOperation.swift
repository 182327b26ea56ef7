import Contracts
import Ethereum
import UniswapV3

/// Something that is done to a pool, by the contract and by the model.
public enum PoolOperation: Equatable, Sendable {
    case mint(RangeLiquidity)
    case burn(RangeLiquidity)
    case collect(tickLower: Tick, tickUpper: Tick, amount0: UInt128, amount1: UInt128)
    case swap(zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: SqrtPriceX96)
    case flash(TokenAmounts, paid: TokenAmounts)
    case setFeeProtocol(UInt8, UInt8)
    case collectProtocol(amount0: UInt128, amount1: UInt128)

    /// Whether only the factory's owner may.
    public var isOwners: Bool {
        switch self {
        case .setFeeProtocol, .collectProtocol: true
        default: false
        }
    }

    /// The call of the pool; tokens go to `recipient`.
    public func calldata(recipient: Address) -> [UInt8] {
        switch self {
        case .mint(let range):
            Calldata(
                Selector("mint(address,int24,int24,uint128,bytes)"), recipient.word,
                UInt256(tick: range.tickLower), UInt256(tick: range.tickUpper),
                UInt256(range.liquidity), 160, .zero
            ).bytes
        case .burn(let range):
            Calldata(
                Selector("burn(int24,int24,uint128)"), UInt256(tick: range.tickLower),
                UInt256(tick: range.tickUpper), UInt256(range.liquidity)
            ).bytes
        case .collect(let lower, let upper, let amount0, let amount1):
            Calldata(
                Selector("collect(address,int24,int24,uint128,uint128)"), recipient.word,
                UInt256(tick: lower), UInt256(tick: upper), UInt256(amount0), UInt256(amount1)
            ).bytes
        case .swap(let zeroForOne, let amount, let limit):
            Calldata(
                Selector("swap(address,bool,int256,uint160,bytes)"), recipient.word,
                UInt256(flag: zeroForOne), amount.bitPattern, limit, 160, .zero
            ).bytes
        case .flash(let amounts, let paid):
            Calldata(
                Selector("flash(address,uint256,uint256,bytes)"), recipient.word, amounts.amount0,
                amounts.amount1, 128, 64, amounts.amount0 &+ paid.amount0,
                amounts.amount1 &+ paid.amount1
            ).bytes
        case .setFeeProtocol(let part0, let part1):
            UniswapV3PoolContract.setFeeProtocol(part0, part1)
        case .collectProtocol(let amount0, let amount1):
            Calldata(
                Selector("collectProtocol(address,uint128,uint128)"), recipient.word,
                UInt256(amount0), UInt256(amount1)
            ).bytes
        }
    }

    /// How many words the call answers.
    public var answerWords: Int {
        switch self {
        case .flash, .setFeeProtocol: 0
        default: 2
        }
    }
}
