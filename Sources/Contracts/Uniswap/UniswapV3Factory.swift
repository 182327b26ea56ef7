import Ethereum

/// Calls of Uniswap's V3 factory.
public enum UniswapV3Factory {
    private static let createPoolSelector = Selector("createPool(address,address,uint24)")
    private static let enableFeeAmountSelector = Selector("enableFeeAmount(uint24,int24)")

    /// Calldata that creates the pool of two tokens at a fee in hundredths of a basis point.
    public static func createPool(_ tokenA: Address, _ tokenB: Address, fee: UInt32) -> [UInt8] {
        Calldata(createPoolSelector, tokenA.word, tokenB.word, UInt256(UInt64(fee))).bytes
    }

    /// Calldata by which the owner allows a fee tier; a new factory has 500, 3000 and 10000 only.
    public static func enableFeeAmount(_ fee: UInt32, tickSpacing: Int32) -> [UInt8] {
        Calldata(enableFeeAmountSelector, UInt256(UInt64(fee)), UInt256(tick: tickSpacing)).bytes
    }
}
