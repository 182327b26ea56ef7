import Chain
import Contracts
import Ethereum
import Strategy

extension Demo {
    /// The most USDC that is traded in one block: small against the hedge pool's depth, so that the
    /// price recovers in between.
    static let trancheUsdc = 100_000 &* DemoSetup.usdc

    /// Trades the inventory back to its starting split on the hedge pool, through the real router:
    /// what there is too much of USDC becomes WETH, what is missing comes from it. Profit is then
    /// what is on chain, not what a model says.
    func tradeInventoryBack() throws {
        let held = try Standing(world.setup).usdc(world.setup)
        let target = opening.usdc(world.setup)
        guard held != target else { return }
        let surplus = held > target
        var left = surplus ? held &- target : target &- held
        try withdrawForTrading(surplus: surplus, usdc: left)
        while !left.isZero {
            let tranche = min(left, Self.trancheUsdc)
            try trade(surplus: surplus, usdc: tranche)
            left = left &- tranche
        }
        let owner = Holding(
            account: world.setup.wallets.owner.address, token: contracts.tokens.weth)
        if let rest = try Standing(world.setup).balances[owner], !rest.isZero {
            try sendAsOwner(
                to: contracts.tokens.weth,
                data: ERC20.transfer(to: contracts.executor, amount: rest), gasLimit: 100_000)
        }
    }

    /// Takes out what will be sold; for USDC that is missing, WETH of its worth and a twentieth
    /// more.
    private func withdrawForTrading(surplus: Bool, usdc: UInt256) throws {
        let tokens = contracts.tokens
        let token = surplus ? tokens.other : tokens.weth
        let executor = Holding(account: contracts.executor, token: tokens.weth)
        let heldWeth = try Standing(world.setup).balances[executor] ?? .zero
        let worth = usdc.approximateDouble * 1e-6 / world.setup.market.usdcPerWeth * 1.05
        let wethAmount = UInt256(UInt64(worth * 1e9) + 1) &* 1_000_000_000
        try sendAsOwner(
            to: contracts.executor,
            data: JitExecutor.withdraw(
                token: token, amount: surplus ? usdc : min(wethAmount, heldWeth)),
            gasLimit: 200_000)
        try sendAsOwner(
            to: token, data: ERC20.approve(contracts.uniswap.swapRouter, amount: .max),
            gasLimit: 100_000)
    }

    private func trade(surplus: Bool, usdc: UInt256) throws {
        let tokens = contracts.tokens
        let order = SwapOrder(
            tokenIn: surplus ? tokens.other : tokens.weth,
            tokenOut: surplus ? tokens.weth : tokens.other, fee: contracts.hedgePool.key.feePips,
            recipient: contracts.executor, deadline: .max, exactOutput: !surplus, amount: usdc,
            sqrtPriceLimitX96: .zero)
        // A hundredth worse than the market at most: nobody else is in front of it here.
        let weth = usdc.approximateDouble * 1e-6 / world.setup.market.usdcPerWeth
        let bound = weth * (surplus ? 0.99 : 1.01)
        try sendAsOwner(
            to: contracts.uniswap.swapRouter,
            // In whole gwei: what is received at least rounded down, what is paid at most up.
            data: order.calldata(
                bound: UInt256(UInt64(bound * 1e9) + (surplus ? 0 : 1)) &* 1_000_000_000),
            gasLimit: 2_000_000)
    }

    /// Has a transaction of the owner mined, in front of everybody else's.
    private func sendAsOwner(to: Address, data: [UInt8], gasLimit: UInt64) throws {
        let mined = try world.mineAsOwner(to: to, data: data, gasLimit: gasLimit) { hashes in
            try self.world.closeSlot(answersFor: hashes)
        }
        guard mined.outcome.status == .success else {
            throw SetupError.transactionFailed(
                to: to, status: mined.outcome.status, output: mined.outcome.output)
        }
        try bot.waitForHead(world.chain.head.hash)
    }
}

extension NetworkWorld {
    /// The owner's transaction as it stands in the block that `close` ends; it tips more than
    /// anybody.
    func mineAsOwner(
        to: Address, data: [UInt8], gasLimit: UInt64, close: ([Hash32]) throws -> Block
    ) throws -> ExecutedTransaction {
        syncNonces()
        let environment = setup.devnet.nextEnvironment
        let tip: UInt256 = 5_000_000_000
        let candidate = try setup.wallets.owner.sign(
            to: to, data: data, gasLimit: gasLimit, chainId: LocalChain.chainId,
            maxFeePerGas: environment.baseFeePerGas &+ tip, maxPriorityFeePerGas: tip)
        let sent = try submit([candidate])
        let block = try close(sent.hashes)
        guard
            let executed = block.transactions.first(where: {
                $0.signed.hash == candidate.signed.hash
            })
        else {
            throw SetupError.unexpectedState(
                "the owner's transaction is not in block \(block.number)")
        }
        return executed
    }
}
