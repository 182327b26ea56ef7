import Contracts
import Ethereum
import UniswapV3

/// Positions to open in front of a swap, with what the pool model expects of them.
public struct JitPlan: Equatable, Sendable {
    public var pool: FollowedPool
    /// One to four, by their ticks.
    public var positions: [JitPosition]
    /// The pool's price and liquidity that the plan rests on; the guard asks for exactly these.
    public var sqrtPriceX96: UInt256
    public var poolLiquidity: UInt128
    /// Raw units that opening takes.
    public var deposit0: UInt256
    public var deposit1: UInt256
    /// Fees that the positions earn, in raw units.
    public var fees: TokenAmounts
    /// What the positions change of our inventory, fees included, in raw units.
    public var inventoryDelta0: Int256
    public var inventoryDelta1: Int256
    /// The trade that undoes the change of the token that is not WETH.
    public var hedge: Hedge
    /// Bounds that only our positions use: `open` initialises them.
    public var freshTicks: Int
    /// Of these, how many the swap crosses, at the swapper's expense of gas.
    public var freshTicksCrossed: Int
    /// Positions in ranges in which dust of ours stays.
    public var keptPositions: Int
    /// Gas of `open` and `close` by the model of the fork; the EVM's number decides.
    public var estimatedGas: UInt64
    /// Wei of WETH before hedge, gas and tip, at the worst fair price, by the pool model.
    public var estimatedProfitWei: Int256
    /// The same after hedge and gas.
    public var estimatedNetWei: Int256
    /// What of it goes to the block's builder.
    public var estimatedTipWei: UInt256
    /// What the swapper gains against the same swap without us, in hundredths of a basis point of
    /// what he gives, both at the worst fair price.
    public var swapperGainPips: UInt64
    /// The same in wei.
    public var swapperGainWei: UInt256
    /// Gas that ticks crossed anew cost the swapper, by the model of the fork.
    public var swapperExtraGas: UInt64

    /// On new positions alone, or on such as keep dust.
    public var mode: BundleMode { keptPositions > 0 ? .keptGrid : .inventory }

    /// The position with the most liquidity.
    public var position: JitPosition {
        positions.reduce(positions[0]) { $1.liquidity > $0.liquidity ? $1 : $0 }
    }

    /// The lowest tick of all positions.
    public var tickLower: Int32 { positions.reduce(.max) { min($0, $1.tickLower) } }
    /// The highest tick of all positions.
    public var tickUpper: Int32 { positions.reduce(.min) { max($0, $1.tickUpper) } }

    /// More than a bundle of this plan can earn at this price of gas: profit and hedge are the pool
    /// model's, which is exact, and it uses more gas than is charged here.
    func upperBoundWei(gasPriceWei: UInt256) -> Int256 {
        let gas = UInt256(GasModel.lowerBound(estimatedGas)) &* gasPriceWei
        return estimatedProfitWei &- Int256(bitPattern: hedge.costWei &+ gas)
    }
}
