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
    mutating func tradeInventoryBack() throws {
        let held = try Standing(setup).usdc(setup)
        let target = opening.usdc(setup)
        guard held != target else { return }
        let surplus = held > target
        var left = surplus ? held &- target : target &- held
        try withdrawForTrading(surplus: surplus, usdc: left)
        while !left.isZero {
            let tranche = min(left, Self.trancheUsdc)
            try trade(surplus: surplus, usdc: tranche)
            left = left &- tranche
        }
        let owner = Holding(account: setup.wallets.owner.address, token: contracts.tokens.weth)
        if let rest = try Standing(setup).balances[owner], !rest.isZero {
            try sendAsOwner(
                to: contracts.tokens.weth,
                data: ERC20.transfer(to: contracts.executor, amount: rest), gasLimit: 100_000)
        }
    }

    /// Takes out what will be sold; for USDC that is missing, WETH of its worth and a twentieth
    /// more.
    private mutating func withdrawForTrading(surplus: Bool, usdc: UInt256) throws {
        let tokens = contracts.tokens
        let token = surplus ? tokens.other : tokens.weth
        let executor = Holding(account: contracts.executor, token: tokens.weth)
        let heldWeth = try Standing(setup).balances[executor] ?? .zero
        let worth = usdc.approximateDouble * 1e-6 / setup.market.usdcPerWeth * 1.05
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

    private mutating func trade(surplus: Bool, usdc: UInt256) throws {
        let tokens = contracts.tokens
        let order = SwapOrder(
            tokenIn: surplus ? tokens.other : tokens.weth,
            tokenOut: surplus ? tokens.weth : tokens.other, fee: contracts.hedgePool.key.feePips,
            recipient: contracts.executor, deadline: .max, exactOutput: !surplus, amount: usdc,
            sqrtPriceLimitX96: .zero)
        // A hundredth worse than the market at most: nobody else is in front of it here.
        let weth = usdc.approximateDouble * 1e-6 / setup.market.usdcPerWeth
        let bound = weth * (surplus ? 0.99 : 1.01)
        try sendAsOwner(
            to: contracts.uniswap.swapRouter,
            data: order.calldata(bound: UInt256(UInt64(bound * 1e9)) &* 1_000_000_000),
            gasLimit: 2_000_000)
    }

    /// Mines a block with one transaction of the owner, books it and compares the books.
    private mutating func sendAsOwner(to: Address, data: [UInt8], gasLimit: UInt64) throws {
        setup.market.step()
        syncNonces()
        let environment = setup.devnet.nextEnvironment
        let builder = try setup.devnet.builder()
        let candidate = try setup.wallets.owner.sign(
            to: to, data: data, gasLimit: gasLimit, chainId: LocalChain.chainId,
            maxFeePerGas: environment.baseFeePerGas &+ 1, maxPriorityFeePerGas: .one)
        let outcome = try builder.include(candidate)
        guard outcome.status == .success else {
            throw SetupError.transactionFailed(
                to: to, status: outcome.status, output: outcome.output)
        }
        try includeRest(builder, environment)
        let block = setup.devnet.chain.append(builder)
        accounts.book(block.transactions[0])
        try compareAccounts()
    }
}
