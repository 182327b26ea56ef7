import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// A user's swap that waits in the mempool.
public struct UserSwap: Sendable {
    public var pending: PendingTransaction
    public var pool: DemoPool
    /// Whether WETH is sold.
    public var sellsWeth: Bool
    /// Raw units that go in without us: quoted for an exact output.
    public var amountIn: UInt256

    var candidate: BlockBuilder.Candidate {
        .init(signed: pending.signed, sender: pending.sender)
    }
}

/// Users who sign swaps through the real SwapRouter, of sizes from a few hundred dollars to some
/// millions.
package struct UserSwaps {
    private var random: SeededRandom
    /// Swaps that begin in a block, on average.
    private let meanPerBlock = 2.0

    package init(seed: UInt64) { random = SeededRandom(seed: seed, purpose: "users' swaps") }

    /// The swaps that are signed on this head, by the wallets that are idle. One signs at most one.
    package mutating func next(
        wallets: inout [Wallet], idle: [Int], contracts: DemoContracts, market: ExternalMarket,
        environment: BlockEnvironment, machine: VirtualMachine
    ) throws -> [UserSwap] {
        var idle = idle
        var swaps: [UserSwap] = []
        for _ in 0..<min(random.count(mean: meanPerBlock), idle.count) {
            let index = idle.remove(at: Int(random.next() % UInt64(idle.count)))
            if let swap = try sign(
                &wallets[index], contracts: contracts, market: market, environment: environment,
                machine: machine)
            {
                swaps.append(swap)
            }
        }
        return swaps
    }

    private mutating func sign(
        _ wallet: inout Wallet, contracts: DemoContracts, market: ExternalMarket,
        environment: BlockEnvironment, machine: VirtualMachine
    ) throws -> UserSwap? {
        let pool = random.happens(0.45) ? contracts.secondPool : contracts.hedgePool
        let sellsWeth = random.happens(0.5)
        let exactOutput = random.happens(0.25)
        let limited = random.happens(0.06)
        let slippage = 0.003 + 0.01 * random.unit()
        let gasHeadroom = 1.15 + 1.2 * random.unit()
        let priorityFee = 500_000_000 + random.next() % 2_000_000_000
        // Lognormal sizes: most are small, a few move the market.
        let dollars = min(40_000 * Self.exponential(1.35 * random.gaussian()), 4_000_000)

        let tokens = contracts.tokens
        let weth = UInt256(UInt64(dollars / market.usdcPerWeth * 1e9)) &* 1_000_000_000
        let usdc = UInt256(UInt64(dollars * 1e6))
        let swap = SwapOrder(
            tokenIn: sellsWeth ? tokens.weth : tokens.other,
            tokenOut: sellsWeth ? tokens.other : tokens.weth, fee: pool.key.feePips,
            recipient: wallet.address, deadline: environment.timestamp + 1200,
            exactOutput: exactOutput, amount: sellsWeth != exactOutput ? weth : usdc,
            sqrtPriceLimitX96: limited
                ? try Self.priceLimit(pool, tokens, sellsWeth: sellsWeth, machine: machine) : .zero
        )
        // The wallet asks its node what the swap would do, as wallets do.
        let quote = try machine.call(
            from: wallet.address, to: contracts.uniswap.swapRouter, value: .zero,
            data: swap.calldata(bound: exactOutput ? .max : .zero),
            gasLimit: environment.gasLimit)
        guard quote.status == .success, let quoted = ABIWords(quote.output)[0] else { return nil }
        let tolerance = UInt256(UInt64(slippage * 1e6))
        let million: UInt256 = 1_000_000
        let factor = exactOutput ? million &+ tolerance : million &- tolerance
        let bound = UInt256.mulDiv(quoted, factor, million) ?? quoted
        let data = swap.calldata(bound: bound)
        let gas =
            quote.gasUsed + quote.gasRefunded
            + Transaction(
                nonce: 0, maxFeePerGas: .zero, maxPriorityFeePerGas: .zero, gasLimit: 0,
                to: contracts.uniswap.swapRouter, data: data
            ).intrinsicGas(fork: environment.fork, sender: wallet.address)
        let candidate = try wallet.sign(
            to: contracts.uniswap.swapRouter, data: data,
            gasLimit: UInt64(Double(gas) * gasHeadroom),
            chainId: environment.chainId,
            maxFeePerGas: environment.baseFeePerGas &+ environment.baseFeePerGas
                &+ UInt256(priorityFee),
            maxPriorityFeePerGas: UInt256(priorityFee))
        return UserSwap(
            pending: PendingTransaction(signed: candidate.signed, sender: candidate.sender),
            pool: pool, sellsWeth: sellsWeth, amountIn: exactOutput ? quoted : swap.amount)
    }

    /// A price a fifth of a percent from now in the swap's direction.
    private static func priceLimit(
        _ pool: DemoPool, _ tokens: TokenPair, sellsWeth: Bool, machine: VirtualMachine
    ) throws -> UInt256 {
        let slot0 = Slot0(word: try machine.storage(pool.address, slot: PoolStorage.slot0))
        let zeroForOne = sellsWeth == tokens.wethIsToken0
        return UInt256.mulDiv(slot0.sqrtPriceX96, zeroForOne ? 999 : 1001, 1000)
            ?? slot0.sqrtPriceX96
    }

    /// e^x by its series, the same on every machine.
    static func exponential(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for index in 1..<40 {
            term *= x.magnitude / Double(index)
            sum += term
        }
        return x < 0 ? 1 / sum : sum
    }
}

/// A swap over one pool, before it is bounded and signed.
struct SwapOrder {
    var tokenIn: Address
    var tokenOut: Address
    var fee: UInt32
    var recipient: Address
    var deadline: UInt64
    var exactOutput: Bool
    /// Raw units in, or out for an exact output.
    var amount: UInt256
    /// 0 for none.
    var sqrtPriceLimitX96: UInt256

    /// The router's calldata; `bound` is the least output, or the most input.
    func calldata(bound: UInt256) -> [UInt8] {
        exactOutput
            ? SwapRouter.exactOutputSingle(
                tokenIn: tokenIn, tokenOut: tokenOut, fee: fee, recipient: recipient,
                deadline: deadline, amountOut: amount, amountInMaximum: bound,
                sqrtPriceLimitX96: sqrtPriceLimitX96)
            : SwapRouter.exactInputSingle(
                tokenIn: tokenIn, tokenOut: tokenOut, fee: fee, recipient: recipient,
                deadline: deadline, amountIn: amount, amountOutMinimum: bound,
                sqrtPriceLimitX96: sqrtPriceLimitX96)
    }
}
