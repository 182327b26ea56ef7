import Contracts
import Ethereum
import UniswapV3

/// The atomic mode of the demo: our contract, two real lenders, and a Safe whose owners sign.
public struct DemoAtomic: Sendable {
    public var deployment: AtomicDeployment
    /// A pool of 0.01 % that lends USDC, and next to no WETH.
    public var lenderPool: DemoPool
    /// A market that lends both for 5 basis points.
    public var aave: AaveMarket
    public var safe: SafeAccount

    /// The owner's most for one loan.
    static let maxWethLoan = 2_000 &* DemoSetup.weth
    private static let maxUsdcLoan = 5_000_000 &* DemoSetup.usdc

    /// The lenders as the bot's settings name them.
    var lenderSetting: String {
        let key = lenderPool.key
        return "uniswap-v3:\(key.token0)/\(key.token1)/\(key.feePips),aave-v3:\(aave.pool)"
    }

    static func setUp(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts,
        price: UInt256, artifacts: UniswapArtifacts
    ) throws -> DemoAtomic {
        let tokens = contracts.tokens
        try deployer.send(
            &wallets.lender, to: tokens.weth, value: 10_000 &* DemoSetup.weth,
            data: WETH9.deposit(), gasLimit: 60_000)
        try deployer.send(
            &wallets.deployer, to: tokens.other,
            data: FiatToken.mint(
                to: wallets.lender.address, amount: 40_000_000 &* DemoSetup.usdc),
            gasLimit: 120_000)
        try deployer.settle()
        let lenderPool = try createLenderPool(&deployer, &wallets, contracts, price: price)
        let aave = try deployer.deployAaveMarket(
            &wallets.lender, artifacts: AaveArtifacts(directory: artifacts.directory),
            reserves: [
                AaveReserve(
                    token: tokens.weth, symbol: "WETH", priceUsd8: 250_000_000_000,
                    supply: 5_000 &* DemoSetup.weth),
                AaveReserve(
                    token: tokens.other, symbol: "USDC", priceUsd8: 100_000_000,
                    supply: 12_000_000 &* DemoSetup.usdc),
            ], flashPremiumBps: 5)
        let safe = try createSafe(&deployer, &wallets, contracts, artifacts: artifacts)
        let deployment = try deployer.deployAtomicMode(
            &wallets.owner, executor: contracts.executor)
        try deployer.configureAtomicMode(
            &wallets.owner, deployment,
            lenders: [(lenderPool.address, .uniswapV3), (aave.pool, .aaveV3)],
            limits: [(tokens.other, maxUsdcLoan)],
            targets: [(safe.address, SafeTransaction.execSelector)])
        return DemoAtomic(
            deployment: deployment, lenderPool: lenderPool, aave: aave, safe: safe)
    }

    /// Nearly all of the pool's liquidity stands where it is USDC alone, so that WETH has to come
    /// from elsewhere; a little stands around the price, without which a pool lends nothing.
    private static func createLenderPool(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts,
        price: UInt256
    ) throws -> DemoPool {
        let tokens = contracts.tokens
        guard let key = PoolKey(sorting: tokens.weth, tokens.other, feePips: 100) else {
            throw SetupError.unexpectedState("WETH and USDC have one address")
        }
        try deployer.send(
            &wallets.deployer, to: contracts.uniswap.factory,
            data: UniswapV3Factory.enableFeeAmount(100, tickSpacing: 1), gasLimit: 100_000)
        let address = try deployer.createPool(
            &wallets.lender, uniswap: contracts.uniswap, key: key, sqrtPriceX96: price)
        let manager = contracts.uniswap.positionManager
        for token in [tokens.weth, tokens.other] {
            try deployer.send(
                &wallets.lender, to: token, data: ERC20.approve(manager, amount: .max),
                gasLimit: 80_000)
        }
        let tick = TickMath.tick(atSqrtPriceX96: price) ?? 0
        // WETH as token0 is below its price where USDC is held, and the other way round.
        let away: Int32 = tokens.wethIsToken0 ? -2000 : 1000
        for (lower, upper, weth, usdc) in [
            (tick - 100, tick + 100, 4 &* DemoSetup.weth, 10_000 &* DemoSetup.usdc),
            (tick + away, tick + away + 1000, .zero, 4_000_000 &* DemoSetup.usdc),
        ] {
            try deployer.send(
                &wallets.lender, to: manager,
                data: NonfungiblePositionManager.mint(
                    token0: key.token0, token1: key.token1, fee: key.feePips, tickLower: lower,
                    tickUpper: upper, amount0Desired: tokens.wethIsToken0 ? weth : usdc,
                    amount1Desired: tokens.wethIsToken0 ? usdc : weth,
                    recipient: wallets.lender.address, deadline: .max),
                gasLimit: 700_000)
        }
        try deployer.settle()
        return DemoPool(key: key, address: address)
    }

    /// A Safe of two owners who must both sign, with tokens and an approved router.
    private static func createSafe(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts,
        artifacts: UniswapArtifacts
    ) throws -> SafeAccount {
        let safes = try deployer.deploySafeContracts(
            &wallets.lender, directory: artifacts.directory)
        var safe = try deployer.createSafe(
            &wallets.lender, contracts: safes,
            owners: [Wallet(name: "safe owner 1"), Wallet(name: "safe owner 2")])
        let tokens = contracts.tokens
        for (token, amount) in [
            (tokens.weth, 2_000 &* DemoSetup.weth), (tokens.other, 5_000_000 &* DemoSetup.usdc),
        ] {
            try deployer.send(
                &wallets.lender, to: token,
                data: ERC20.transfer(to: safe.address, amount: amount), gasLimit: 100_000)
            let approval = safe.sign(
                to: token, data: ERC20.approve(contracts.uniswap.swapRouter, amount: .max),
                chainId: LocalChain.chainId)
            try deployer.send(
                &wallets.lender, to: safe.address, data: approval.calldata, gasLimit: 300_000)
        }
        try deployer.settle()
        return safe
    }
}
