import Chain
import Contracts
import Ethereum
import Strategy

/// The owner's trades at the demo's end: exactly the USDC that the inventory has too much, or lacks,
/// through the real router on the hedge pool, and everything back into the executor.
struct InventoryRebalancing {
    let contracts: DemoContracts

    /// Sells a surplus of USDC, or buys what is missing.
    func trade(setup: inout DemoSetup, surplus: Bool, amount: UInt256) throws {
        let tokens = contracts.tokens
        var wallet = setup.wallets.owner
        func send(to: Address, data: [UInt8], gasLimit: UInt64) throws {
            let candidate = try wallet.sign(
                to: to, data: data, gasLimit: gasLimit, chainId: Devnet.chainId,
                maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one)
            try setup.devnet.mine([candidate])
        }
        let order = SwapOrder(
            tokenIn: surplus ? tokens.other : tokens.weth,
            tokenOut: surplus ? tokens.weth : tokens.other, fee: contracts.hedgePool.key.feePips,
            recipient: contracts.executor, deadline: .max, exactOutput: !surplus, amount: amount,
            sqrtPriceLimitX96: .zero)
        if surplus {
            try send(
                to: contracts.executor,
                data: JitExecutor.withdraw(token: tokens.other, amount: amount), gasLimit: 200_000)
            try send(
                to: tokens.other, data: ERC20.approve(contracts.uniswap.swapRouter, amount: amount),
                gasLimit: 100_000)
            try send(
                to: contracts.uniswap.swapRouter, data: order.calldata(bound: .zero),
                gasLimit: 2_000_000)
            return
        }
        // Half of the WETH pays for more USDC than could be missing; what is left goes back.
        let state = try Standing(setup)
        let held = state.balances[Holding(account: contracts.executor, token: tokens.weth)] ?? .zero
        try send(
            to: contracts.executor, data: JitExecutor.withdraw(token: tokens.weth, amount: held),
            gasLimit: 200_000)
        try send(
            to: contracts.uniswap.swapRouter, data: order.calldata(bound: held), gasLimit: 2_000_000)
        let left =
            try Standing(setup).balances[Holding(account: wallet.address, token: tokens.weth)]
            ?? .zero
        try send(
            to: tokens.weth, data: ERC20.transfer(to: contracts.executor, amount: left),
            gasLimit: 100_000)
        setup.wallets.owner = wallet
    }
}
