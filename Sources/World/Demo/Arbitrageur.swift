import Chain
import Contracts
import EVM
import Ethereum
import UniswapV3

/// Moves a pool to the external price whenever that pays for the pool's fee: at the end of a block,
/// as a builder's backrunner does.
struct Arbitrageur {
    /// Gas of a swap that may cross many ticks.
    private static let gasLimit: UInt64 = 1_500_000

    /// Signs a swap towards the external price if the pool stands more than its fee beside it.
    static func trade(
        _ pool: DemoPool, wallet: inout Wallet, contracts: DemoContracts, market: ExternalMarket,
        environment: BlockEnvironment, machine: VirtualMachine
    ) throws -> BlockBuilder.Candidate? {
        let slot0 = Slot0(word: try machine.storage(pool.address, slot: PoolStorage.slot0))
        let fair = market.sqrtPriceX96(wethIsToken0: contracts.tokens.wethIsToken0)
        let million: UInt256 = 1_000_000
        // The root moves by half of the fee; where the price stands beyond, the difference is his.
        let half = UInt256(UInt64(pool.key.feePips / 2))
        guard let upper = UInt256.mulDiv(fair, million &+ half, million),
            let lower = UInt256.mulDiv(fair, million &- half, million)
        else { return nil }
        let zeroForOne: Bool
        let limit: UInt256
        if slot0.sqrtPriceX96 > upper {
            (zeroForOne, limit) = (true, upper)
        } else if slot0.sqrtPriceX96 < lower {
            (zeroForOne, limit) = (false, lower)
        } else {
            return nil
        }
        let sellsWeth = zeroForOne == contracts.tokens.wethIsToken0
        let order = SwapOrder(
            tokenIn: sellsWeth ? contracts.tokens.weth : contracts.tokens.other,
            tokenOut: sellsWeth ? contracts.tokens.other : contracts.tokens.weth,
            fee: pool.key.feePips, recipient: wallet.address,
            deadline: environment.timestamp + 12, exactOutput: false,
            amount: sellsWeth ? 20_000 &* DemoSetup.weth : 50_000_000 &* DemoSetup.usdc,
            sqrtPriceLimitX96: limit)
        return try wallet.sign(
            to: contracts.uniswap.swapRouter, data: order.calldata(bound: .zero),
            gasLimit: gasLimit, chainId: environment.chainId,
            maxFeePerGas: environment.baseFeePerGas &+ 1_000_000_000,
            maxPriorityFeePerGas: 1_000_000_000)
    }
}

/// Everybody else on the chain: plain transfers, fewer of them when gas is dear, so that the base
/// fee stays where people are willing to pay it.
struct Crowd {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed, purpose: "crowd") }

    mutating func transfers(
        wallets: inout [Wallet], environment: BlockEnvironment, gasLeft: UInt64
    ) throws -> [BlockBuilder.Candidate] {
        // Half of the block's gas at the calm fee, and less or more of it around.
        let calm = DemoSetup.calmBaseFeePerGas.approximateDouble
        let demand = calm / max(environment.baseFeePerGas.approximateDouble, 1)
        let target = Double(environment.gasLimit) / 2 * min(demand, 1.6)
        let used = Double(environment.gasLimit - gasLeft)
        let room = Double(gasLeft)
        let count = Int(max(0, min(target - used, room)) / 21_000 * (0.8 + 0.4 * random.unit()))
        return try (0..<count).map { _ in
            let index = Int(random.next() % UInt64(wallets.count))
            let recipient = wallets[Int(random.next() % UInt64(wallets.count))].address
            return try wallets[index].sign(
                to: recipient, value: UInt256(random.next() % 1_000_000_000), gasLimit: 21_000,
                chainId: environment.chainId,
                maxFeePerGas: environment.baseFeePerGas &+ environment.baseFeePerGas,
                maxPriorityFeePerGas: 100_000_000)
        }
    }
}
