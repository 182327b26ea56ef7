import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import World

/// A pool world with the atomic mode in it: JitFlash, a third pool and a real Aave market that
/// lend, and a Safe that holds tokens.
///
/// A value: every test changes its own copy of the one that was set up once.
public struct AtomicWorld: Sendable {
    public var pools: PoolWorld
    public let executor: Address
    public let atomic: AtomicDeployment
    public let aave: AaveMarket
    /// A pool of 0.01 % that lends.
    public let lenderKey: PoolKey
    public let lenderPool: Address
    public var safe: SafeAccount

    public static let loanLimit = 1_000 &* PoolWorld.ether
    public static let dollarLimit = 3_000_000 &* PoolWorld.dollar

    /// The world in which WETH is token0, or in which it is token1.
    public static func standard(wethIsToken0: Bool = true) throws -> AtomicWorld {
        try (wethIsToken0 ? wethFirst : wethSecond).get()
    }

    private static let wethFirst = Result { try AtomicWorld(.standard(wethIsToken0: true)) }
    private static let wethSecond = Result { try AtomicWorld(.standard(wethIsToken0: false)) }

    private init(_ world: PoolWorld) throws {
        var pools = world
        let tokens = world.tokens
        var deployer = Deployer(devnet: world.devnet)
        func wallet(_ actor: PoolWorld.Actor) -> Wallet {
            var wallet = PoolWorld.wallet(actor)
            wallet.nonce = world.devnet.chain.state.account(wallet.address)?.nonce ?? 0
            return wallet
        }
        var administrator = wallet(.deployer)
        var owner = wallet(.owner)

        // Tokens for who provides and who trades.
        try deployer.send(
            &administrator, to: tokens.weth, value: 40_000 &* PoolWorld.ether,
            data: WETH9.deposit(), gasLimit: 60_000)
        try deployer.send(
            &administrator, to: tokens.other,
            data: FiatToken.mint(
                to: administrator.address, amount: 100_000_000 &* PoolWorld.dollar),
            gasLimit: 150_000)

        lenderKey = PoolKey(sorting: tokens.weth, tokens.other, feePips: 100)!
        try deployer.send(
            &administrator, to: world.uniswap.factory,
            data: UniswapV3Factory.enableFeeAmount(100, tickSpacing: 1), gasLimit: 100_000)
        lenderPool = try deployer.createPool(
            &administrator, uniswap: world.uniswap, key: lenderKey,
            sqrtPriceX96: TickMath.sqrtPriceX96(atTick: world.centre)!)
        let manager = world.uniswap.positionManager
        for token in [tokens.weth, tokens.other] {
            try deployer.send(
                &administrator, to: token, data: ERC20.approve(manager, amount: .max),
                gasLimit: 80_000)
        }
        let amounts = (2_000 &* PoolWorld.ether, 5_000_000 &* PoolWorld.dollar)
        try deployer.send(
            &administrator, to: manager,
            data: NonfungiblePositionManager.mint(
                token0: lenderKey.token0, token1: lenderKey.token1, fee: 100,
                tickLower: world.centre - 500, tickUpper: world.centre + 500,
                amount0Desired: tokens.wethIsToken0 ? amounts.0 : amounts.1,
                amount1Desired: tokens.wethIsToken0 ? amounts.1 : amounts.0,
                recipient: administrator.address, deadline: .max),
            gasLimit: 700_000)
        try deployer.settle()

        aave = try deployer.deployAaveMarket(
            &administrator,
            artifacts: AaveArtifacts(directory: TestFiles.artifactsFolder),
            reserves: [
                AaveReserve(
                    token: tokens.weth, symbol: "WETH", priceUsd8: 250_000_000_000,
                    supply: 5_000 &* PoolWorld.ether),
                AaveReserve(
                    token: tokens.other, symbol: "USDC", priceUsd8: 100_000_000,
                    supply: 12_000_000 &* PoolWorld.dollar),
            ], flashPremiumBps: 5)

        // The standard world's executor allows no loan: its largest is fixed when it is made.
        executor = try deployer.create(
            &owner, code: Hex.decode(JitExecutorArtifact.creationCodeHex)!,
            arguments: JitExecutor.constructorArguments(
                minProfitThresholdWei: .zero, maxLoanSize: Self.loanLimit,
                profitRecipient: owner.address, positionManager: manager))
        try deployer.settle()
        atomic = try deployer.deployAtomicMode(&owner, executor: executor)
        let calls = [
            JitExecutor.setRole(PoolWorld.address(.operator), .operator),
            JitExecutor.setProfitRules(
                minProfitThresholdWei: .zero, maxTipWei: 20 &* PoolWorld.ether,
                profitRecipient: owner.address),
            JitExecutor.setPool(
                world.poolArguments, bandLower: world.centre - PoolWorld.bandTicks,
                bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: world.caps.0,
                maxDeposit1: world.caps.1, blockMultiple: 1),
        ]
        for call in calls {
            try deployer.send(&owner, to: executor, data: call, gasLimit: 150_000)
        }

        let contracts = try deployer.deploySafeContracts(
            &administrator, directory: TestFiles.artifactsFolder)
        var safe = try deployer.createSafe(
            &administrator, contracts: contracts,
            owners: [Wallet(name: "test safe owner 1"), Wallet(name: "test safe owner 2")])
        for (token, amount) in [
            (tokens.weth, 5_000 &* PoolWorld.ether),
            (tokens.other, 10_000_000 &* PoolWorld.dollar),
        ] {
            try deployer.send(
                &administrator, to: token,
                data: ERC20.transfer(to: safe.address, amount: amount), gasLimit: 100_000)
            let approval = safe.sign(
                to: token, data: ERC20.approve(world.uniswap.swapRouter, amount: .max),
                chainId: LocalChain.chainId)
            try deployer.send(
                &administrator, to: safe.address, data: approval.calldata, gasLimit: 300_000)
        }
        try deployer.settle()
        try deployer.configureAtomicMode(
            &owner, atomic,
            lenders: [(lenderPool, .uniswapV3), (aave.pool, .aaveV3)],
            limits: [(tokens.other, Self.dollarLimit)],
            targets: [(safe.address, SafeTransaction.execSelector)])
        pools.devnet = deployer.devnet
        self.pools = pools
        self.safe = safe
    }

    public var lenders: [FlashLender] {
        [
            FlashLender(kind: .uniswapV3(lenderKey), address: lenderPool),
            FlashLender(kind: .aaveV3, address: aave.pool),
        ]
    }

    public var terms: AtomicTerms {
        AtomicTerms(
            flash: atomic.flash, profitRecipient: PoolWorld.address(.owner), lenders: lenders,
            loanLimits: [
                pools.tokens.weth: Self.loanLimit, pools.tokens.other: Self.dollarLimit,
            ],
            hedgePools: [
                .init(key: pools.key, address: pools.pool),
                .init(key: pools.otherKey, address: pools.otherPool),
            ])
    }

    public var head: HeadState {
        get throws {
            let chain = pools.devnet.chain
            let machine = VirtualMachine(
                block: pools.devnet.nextEnvironment, state: chain.reader(on: chain.head.number))
            let slot0 = Slot0(word: try machine.storage(pools.pool, slot: PoolStorage.slot0))
            return HeadState(
                hash: chain.head.hash, nextBlock: pools.devnet.nextEnvironment,
                state: chain.reader(on: chain.head.number),
                pools: [
                    FollowedPool(
                        key: pools.key, address: pools.pool,
                        bandLower: pools.centre - PoolWorld.bandTicks,
                        bandUpper: pools.centre + PoolWorld.bandTicks,
                        maxDeposit0: pools.caps.0, maxDeposit1: pools.caps.1,
                        fairPrice: FairPriceBand(
                            midSqrtPriceX96: slot0.sqrtPriceX96, halfWidthPips: 150))
                ], weth: pools.tokens.weth, executor: executor,
                ownAccounts: [PoolWorld.address(.owner)])
        }
    }

    public var account: OperatorAccount {
        let address = PoolWorld.address(.operator)
        return OperatorAccount(
            address: address, nonce: pools.devnet.chain.state.account(address)?.nonce ?? 0)
    }

    /// A swap of the Safe in the pool of 0.3 %, signed by its owners.
    public func swapOrder(
        sellingWeth: Bool, amountIn: UInt256, fee: UInt32 = 3000, limit: UInt256 = .zero
    ) -> SignedSafeTransaction {
        var safe = safe
        return safe.sign(
            to: pools.uniswap.swapRouter,
            data: SwapRouter.exactInputSingle(
                tokenIn: sellingWeth ? pools.tokens.weth : pools.tokens.other,
                tokenOut: sellingWeth ? pools.tokens.other : pools.tokens.weth, fee: fee,
                recipient: safe.address, deadline: .max, amountIn: amountIn,
                amountOutMinimum: .zero, sqrtPriceLimitX96: limit),
            chainId: LocalChain.chainId)
    }

    /// What the atomic line makes of an order.
    public func decide(
        _ order: SignedOrder, terms: AtomicTerms? = nil, busy: Set<Address> = []
    ) throws -> Result<SimulatedAtomicBundle, AtomicRejection> {
        let head = try head
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let pipeline = AtomicPipeline(
            head: head, terms: terms ?? self.terms, parameters: Scene.parameters,
            machine: machine)
        let account = account
        let decision = Result { () throws(AtomicRejection) in
            try pipeline.decide(order, account: account, busy: busy)
        }
        guard machine.changes() == StateChanges() else { throw Scene.MachineMoved() }
        return decision
    }
}

extension SignedSafeTransaction {
    /// The order as the strategy sees it.
    public var order: SignedOrder {
        SignedOrder(
            hash: transaction.hash(safe: safe, chainId: LocalChain.chainId), account: safe,
            form: .safe(nonce: transaction.nonce), target: safe, calldata: calldata)
    }
}
