import Chain
import Contracts
import Ethereum
import UniswapV3

/// The demo's world before its first block: the real contracts, passive liquidity over many ticks,
/// users with tokens, and an executor with an inventory.
public struct DemoSetup: Sendable {
    public var devnet: LocalChain
    public var contracts: DemoContracts
    public var wallets: DemoWallets
    public var market: ExternalMarket

    /// What the atomic mode works with.
    public var atomic: DemoAtomic

    /// The tick around which the owner lets the executor work.
    package var openingTick: Int32

    static let weth = UInt256(1_000_000_000_000_000_000 as UInt64)
    static let usdc: UInt256 = 1_000_000
    /// What the executor starts with.
    static let inventoryWeth = 600 &* weth
    static let inventoryUsdc = 1_500_000 &* usdc

    /// Deploys everything and funds everyone.
    public static func run(seed: UInt64, artifacts: UniswapArtifacts) throws -> DemoSetup {
        var wallets = DemoWallets()
        let market = ExternalMarket(usdcPerWeth: 2500, volatilityPerBlock: 0.0004, seed: seed)
        var deployer = Deployer(
            devnet: LocalChain(
                seed: seed, funded: wallets.funded, baseFeePerGas: 1_000_000_000))
        let uniswap = try deployer.deployUniswap(&wallets.deployer, artifacts: artifacts)
        let usdc = try deployer.deployFiatToken(
            &wallets.deployer, artifacts: artifacts, symbol: "USDC", decimals: 6)
        let tokens = TokenPair(weth: uniswap.weth, other: usdc)
        let price = market.sqrtPriceX96(wethIsToken0: tokens.wethIsToken0)

        func pool(feePips: UInt32, protocolDenominator: UInt8) throws -> DemoPool {
            guard let key = PoolKey(sorting: tokens.weth, tokens.other, feePips: feePips) else {
                throw SetupError.unexpectedState("WETH and USDC have one address")
            }
            let address = try deployer.createPool(
                &wallets.deployer, uniswap: uniswap, key: key, sqrtPriceX96: price)
            // Mainnet's protocol takes its share of the fees: a quarter here, a sixth there.
            try deployer.send(
                &wallets.deployer, to: address,
                data: UniswapV3PoolContract.setFeeProtocol(
                    protocolDenominator, protocolDenominator), gasLimit: 100_000)
            return DemoPool(key: key, address: address)
        }
        let hedgePool = try pool(feePips: 500, protocolDenominator: 4)
        let secondPool = try pool(feePips: 3000, protocolDenominator: 6)
        let executor = try deployer.create(
            &wallets.owner, code: Hex.decode(JitExecutorArtifact.creationCodeHex) ?? [],
            arguments: JitExecutor.constructorArguments(
                minProfitThresholdWei: .zero, maxLoanSize: DemoAtomic.maxWethLoan,
                profitRecipient: wallets.owner.address, positionManager: uniswap.positionManager))
        let contracts = DemoContracts(
            uniswap: uniswap, tokens: tokens, hedgePool: hedgePool, secondPool: secondPool,
            executor: executor)

        try fund(&deployer, &wallets, contracts)
        try configureExecutor(&deployer, &wallets, contracts, price: price)
        try providePassiveLiquidity(&deployer, &wallets, contracts, price: price, seed: seed)
        try deployer.settle()
        let atomic = try DemoAtomic.setUp(
            &deployer, &wallets, contracts, price: price, artifacts: artifacts)
        try coolDown(&deployer.devnet)
        return DemoSetup(
            devnet: deployer.devnet, contracts: contracts, wallets: wallets, market: market,
            atomic: atomic,
            openingTick: TickMath.tick(atSqrtPriceX96: price) ?? 0)
    }

    /// The base fee at which the demo begins: that of a calm day.
    static let calmBaseFeePerGas: UInt256 = 5_000_000_000

    /// Empty blocks until the base fee, which the deployments drove up, is calm again.
    private static func coolDown(_ devnet: inout LocalChain) throws {
        while devnet.nextEnvironment.baseFeePerGas > calmBaseFeePerGas {
            devnet.chain.append(try devnet.builder())
        }
    }

    private static func fund(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts
    ) throws {
        let tokens = contracts.tokens
        let router = contracts.uniswap.swapRouter
        func supply(
            _ wallet: inout Wallet, spender: Address, weth: UInt256, usdc: UInt256
        ) throws {
            try deployer.send(
                &wallet, to: tokens.weth, value: weth, data: WETH9.deposit(), gasLimit: 60_000)
            if !usdc.isZero {
                try deployer.send(
                    &wallets.deployer, to: tokens.other,
                    data: FiatToken.mint(to: wallet.address, amount: usdc), gasLimit: 120_000)
            }
            for token in [tokens.weth, tokens.other] {
                try deployer.send(
                    &wallet, to: token, data: ERC20.approve(spender, amount: .max),
                    gasLimit: 80_000)
            }
        }
        for index in wallets.users.indices {
            try supply(
                &wallets.users[index], spender: router, weth: 20_000 &* weth,
                usdc: 50_000_000 &* usdc)
        }
        try supply(
            &wallets.arbitrageur, spender: router, weth: 100_000 &* weth,
            usdc: 250_000_000 &* usdc)
        try supply(
            &wallets.provider, spender: contracts.uniswap.positionManager, weth: 200_000 &* weth,
            usdc: 500_000_000 &* usdc)
        try supply(&wallets.owner, spender: router, weth: inventoryWeth, usdc: .zero)
        try deployer.settle()
        try deployer.send(
            &wallets.owner, to: tokens.weth,
            data: ERC20.transfer(to: contracts.executor, amount: inventoryWeth), gasLimit: 80_000)
        try deployer.send(
            &wallets.deployer, to: tokens.other,
            data: FiatToken.mint(to: contracts.executor, amount: inventoryUsdc),
            gasLimit: 120_000)
        try deployer.settle()
    }

    /// How far from the first price, in ticks, the owner lets the executor work: about a tenth.
    package static let bandTicks: Int32 = 1000

    private static func configureExecutor(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts,
        price: UInt256
    ) throws {
        let tick = TickMath.tick(atSqrtPriceX96: price) ?? 0
        var calls = wallets.operators.map { JitExecutor.setRole($0.address, .operator) }
        calls.append(
            JitExecutor.setProfitRules(
                minProfitThresholdWei: .zero, maxTipWei: 20 &* weth,
                profitRecipient: wallets.owner.address))
        for pool in contracts.pools {
            let (cap0, cap1) = depositCaps(contracts)
            calls.append(
                JitExecutor.setPool(
                    pool.arguments, bandLower: tick - bandTicks, bandUpper: tick + bandTicks,
                    maxDeposit0: cap0, maxDeposit1: cap1, blockMultiple: 2))
        }
        for call in calls {
            try deployer.send(
                &wallets.owner, to: contracts.executor, data: call, gasLimit: 150_000)
        }
        try deployer.settle()
    }

    /// The most that one opening may deposit: the inventory of each token.
    package static func depositCaps(_ contracts: DemoContracts) -> (UInt256, UInt256) {
        contracts.tokens.wethIsToken0
            ? (inventoryWeth, inventoryUsdc) : (inventoryUsdc, inventoryWeth)
    }

    private static func providePassiveLiquidity(
        _ deployer: inout Deployer, _ wallets: inout DemoWallets, _ contracts: DemoContracts,
        price: UInt256, seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed, purpose: "passive liquidity")
        let center = TickMath.tick(atSqrtPriceX96: price) ?? 0
        // Half-widths in ticks, and the dollars of virtual depth that each position adds.
        let plans: [(pool: DemoPool, positions: Int, depthUsd: Double)] = [
            (contracts.hedgePool, 26, 4_000_000), (contracts.secondPool, 18, 1_500_000),
        ]
        for plan in plans {
            let spacing = TickSpacing.of(feePips: plan.pool.key.feePips) ?? 60
            for index in 0..<plan.positions {
                let halfWidth = [8000, 3000, 1500, 800, 400, 250][index % 6]
                let shift = Int(random.gaussian() * Double(halfWidth) / 6)
                func aligned(_ tick: Int) -> Int32 { Int32(tick) / spacing * spacing }
                let lower = aligned(Int(center) + shift - halfWidth)
                let upper = aligned(Int(center) + shift + halfWidth)
                let dollars = plan.depthUsd * Double(halfWidth) * 1e-4
                let usdcAmount = UInt256(UInt64(dollars)) &* usdc
                let wethAmount = UInt256(UInt64(dollars / 2500 * 1e9)) &* 1_000_000_000
                let wethFirst = contracts.tokens.wethIsToken0
                try deployer.send(
                    &wallets.provider, to: contracts.uniswap.positionManager,
                    data: NonfungiblePositionManager.mint(
                        token0: plan.pool.key.token0, token1: plan.pool.key.token1,
                        fee: plan.pool.key.feePips, tickLower: lower, tickUpper: upper,
                        amount0Desired: wethFirst ? wethAmount : usdcAmount,
                        amount1Desired: wethFirst ? usdcAmount : wethAmount,
                        recipient: wallets.provider.address, deadline: .max),
                    gasLimit: 700_000)
            }
        }
    }
}

extension DemoPool {
    /// The pool as the executor's functions name it.
    var arguments: JitExecutor.PoolArguments {
        JitExecutor.PoolArguments(token0: key.token0, token1: key.token1, fee: key.feePips)
    }
}
