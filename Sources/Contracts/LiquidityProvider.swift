import Ethereum

/// Calls of `contracts/doubles/LiquidityProvider.vy`, a passive provider that mints exact liquidity
/// straight at a pool: with it the histories of real pools are re-enacted.
public enum LiquidityProvider {
    private static let mintSelector = Selector("mint(address,int24,int24,uint128)")
    private static let burnSelector = Selector("burn(address,int24,int24,uint128)")

    /// Calldata that adds liquidity to a range of a pool.
    public static func mint(
        pool: Address, tickLower: Int32, tickUpper: Int32, liquidity: UInt128
    ) -> [UInt8] {
        Calldata(
            mintSelector, pool.word, UInt256(tick: tickLower), UInt256(tick: tickUpper),
            UInt256(liquidity)
        ).bytes
    }

    /// Calldata that takes liquidity out of a range; 0 only brings its fees up to date.
    public static func burn(
        pool: Address, tickLower: Int32, tickUpper: Int32, liquidity: UInt128
    ) -> [UInt8] {
        Calldata(
            burnSelector, pool.word, UInt256(tick: tickLower), UInt256(tick: tickUpper),
            UInt256(liquidity)
        ).bytes
    }
}
