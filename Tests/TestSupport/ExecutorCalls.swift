import Contracts
import EVM
import Ethereum

/// Calls of `contracts/JitExecutor.vy` that the product does not make yet.
public enum ExecutorCalls {
    public static func transferOwnership(to account: Address) -> [UInt8] {
        Calldata(Selector("transferOwnership(address)"), account.word).bytes
    }

    public static let acceptOwnership = Calldata(Selector("acceptOwnership()")).bytes
    public static let pause = Calldata(Selector("pause()")).bytes
    public static let unpause = Calldata(Selector("unpause()")).bytes
    public static let owner = Calldata(Selector("owner()")).bytes

    /// Uniswap's callback with the empty data that the executor sends along.
    public static func mintCallback(_ amount0: UInt256, _ amount1: UInt256) -> [UInt8] {
        Calldata(
            Selector("uniswapV3MintCallback(uint256,uint256,bytes)"), amount0, amount1, 96, .zero
        ).bytes
    }

    /// Uniswap's callback of a swap, likewise.
    public static func swapCallback(_ amount0: UInt256, _ amount1: UInt256) -> [UInt8] {
        Calldata(
            Selector("uniswapV3SwapCallback(int256,int256,bytes)"), amount0, amount1, 96, .zero
        ).bytes
    }
}

extension TransactionOutcome {
    /// The number of the executor's `JitError(uint8)`; nil for any other end.
    public var jitError: UInt64? {
        guard status == .revert, output.count == 36,
            Array(output.prefix(4)) == Calldata(Selector("JitError(uint8)")).bytes
        else { return nil }
        return ABIWords(Array(output.dropFirst(4)))[0]?.asUInt64
    }
}
