import Contracts
import EVM
import Ethereum

/// Calls of `contracts/JitExecutor.vy` that the product does not make yet.
public enum ExecutorCalls {
    public static func setGuardian(_ account: Address) -> [UInt8] {
        Calldata(Selector("setGuardian(address)"), account.word).bytes
    }

    public static func setProfitRecipient(_ account: Address) -> [UInt8] {
        Calldata(Selector("setProfitRecipient(address)"), account.word).bytes
    }

    public static func setMinProfitThreshold(_ wei: UInt256) -> [UInt8] {
        Calldata(Selector("setMinProfitThreshold(uint256)"), wei).bytes
    }

    public static func transferOwnership(to account: Address) -> [UInt8] {
        Calldata(Selector("transferOwnership(address)"), account.word).bytes
    }

    public static let acceptOwnership = Calldata(Selector("acceptOwnership()")).bytes
    public static let pause = Calldata(Selector("pause()")).bytes
    public static let unpause = Calldata(Selector("unpause()")).bytes
    public static let owner = Calldata(Selector("owner()")).bytes

    public static func emergencyWithdraw(_ tokens: [Address]) -> [UInt8] {
        var call = Calldata(
            Selector("emergencyWithdraw(address[])"), 32, UInt256(UInt64(tokens.count)))
        for token in tokens { call.append(token.word) }
        return call.bytes
    }

    public static func unwind(
        pool: JitExecutor.PoolArguments, positions: [JitPosition]
    ) -> [UInt8] {
        var call = Calldata(
            Selector("unwind((address,address,uint24),(int24,int24,uint128)[])"),
            pool.token0.word, pool.token1.word, UInt256(UInt64(pool.fee)), 128,
            UInt256(UInt64(positions.count)))
        for position in positions {
            call.append(UInt256(tick: position.tickLower))
            call.append(UInt256(tick: position.tickUpper))
            call.append(UInt256(position.liquidity))
        }
        return call.bytes
    }

    /// Uniswap's callback with the empty data that the executor sends along.
    public static func mintCallback(_ amount0: UInt256, _ amount1: UInt256) -> [UInt8] {
        Calldata(
            Selector("uniswapV3MintCallback(uint256,uint256,bytes)"), amount0, amount1, 96, .zero
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
