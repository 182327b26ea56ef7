import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import World

/// A pool world with the atomic mode: a third pool that lends, doubles of the other lenders, an
/// account whose order anybody may submit, and a contract that means harm.
public struct FlashWorld: Sendable {
    /// Who lends: a real pool of Uniswap, and doubles of the others.
    public enum Lender: CaseIterable, Sendable {
        case uniswapV3, morphoDouble, balancerDouble, aaveDouble
    }

    public let pools: PoolWorld
    public let trampoline: Address
    public let flash: Address
    /// A pool of 0.01 % with the same tokens.
    public let lenderKey: PoolKey
    public let lenderPool: Address
    public let morpho: Address
    public let balancer: Address
    public let aave: Address
    public let account: Address
    public let entryPoint: Address
    public let hostile: Address

    /// The world in which WETH is token0, or in which it is token1.
    public static func standard(wethIsToken0: Bool = true) throws -> FlashWorld {
        try (wethIsToken0 ? wethFirst : wethSecond).get()
    }

    private static let wethFirst = Result { try FlashWorld(.standard(wethIsToken0: true)) }
    private static let wethSecond = Result { try FlashWorld(.standard(wethIsToken0: false)) }
    private static let ofDoubles = Result { try FlashWorld(.withTokenDouble()) }

    /// The world in which the other token is a double that can be made to misbehave.
    public static func withTokenDouble() throws -> FlashWorld { try ofDoubles.get() }

    public func address(of lender: Lender) -> Address {
        switch lender {
        case .uniswapV3: lenderPool
        case .morphoDouble: morpho
        case .balancerDouble: balancer
        case .aaveDouble: aave
        }
    }

    /// Raw units that a loan may have at most.
    public static let maxLoanDollars = 2_000_000 &* PoolWorld.dollar

    private init(_ start: PoolWorld) throws {
        var pools = start
        var deployer = Deployer(devnet: pools.devnet)
        func wallet(_ actor: PoolWorld.Actor) -> Wallet {
            var wallet = PoolWorld.wallet(actor)
            wallet.nonce = start.devnet.chain.state.account(wallet.address)?.nonce ?? 0
            return wallet
        }
        var builder = wallet(.deployer)
        var owner = wallet(.owner)
        let tokens = pools.tokens
        func create(_ code: String, _ arguments: [UInt8] = []) throws -> Address {
            try deployer.create(
                &builder, code: Hex.decode(code) ?? [], arguments: arguments)
        }
        trampoline = try create(JitTrampolineArtifact.creationCodeHex)
        flash = try create(
            JitFlashArtifact.creationCodeHex,
            JitFlash.constructorArguments(executor: pools.executor, trampoline: trampoline))
        morpho = try create(MorphoDoubleArtifact.creationCodeHex)
        balancer = try create(BalancerVaultDoubleArtifact.creationCodeHex)
        aave = try create(AavePoolDoubleArtifact.creationCodeHex)
        account = try create(AccountDoubleArtifact.creationCodeHex)
        entryPoint = try create(SwallowingCallerDoubleArtifact.creationCodeHex)
        hostile = try create(HostileDoubleArtifact.creationCodeHex)
        let provider = try create(LiquidityProviderArtifact.creationCodeHex)
        try deployer.settle()

        lenderKey = PoolKey(sorting: tokens.weth, tokens.other, feePips: 100)!
        try deployer.send(
            &builder, to: pools.uniswap.factory,
            data: UniswapV3Factory.enableFeeAmount(100, tickSpacing: 1), gasLimit: 100_000)
        lenderPool = try deployer.createPool(
            &builder, uniswap: pools.uniswap, key: lenderKey,
            sqrtPriceX96: TickMath.sqrtPriceX96(atTick: pools.centre)!)
        for (holder, weth, dollars) in [
            (provider, 20_000 as UInt256, 50_000_000 as UInt256),
            (morpho, 2000, 5_000_000), (balancer, 2000, 5_000_000), (aave, 2000, 5_000_000),
            (account, 20_000, 50_000_000), (owner.address, 1, 1),
        ] {
            try deployer.send(
                &builder, to: tokens.weth, value: weth &* PoolWorld.ether, data: WETH9.deposit(),
                gasLimit: 60_000)
            try deployer.send(
                &builder, to: tokens.weth,
                data: ERC20.transfer(to: holder, amount: weth &* PoolWorld.ether),
                gasLimit: 100_000)
            try deployer.send(
                &builder, to: tokens.other,
                data: FiatToken.mint(to: holder, amount: dollars &* PoolWorld.dollar),
                gasLimit: 150_000)
        }
        // The pool that lends, and depth in the pool that hedges.
        for (pool, spacing) in [(lenderPool, 1 as Int32), (pools.otherPool, 10)] {
            try deployer.send(
                &builder, to: provider,
                data: LiquidityProvider.mint(
                    pool: pool, tickLower: (pools.centre - 600) / spacing * spacing,
                    tickUpper: (pools.centre + 600) / spacing * spacing,
                    liquidity: 4_000_000_000_000_000_000), gasLimit: 700_000)
        }
        for token in [tokens.weth, tokens.other] {
            try deployer.send(
                &builder, to: account,
                data: DoubleCalls.execute(
                    token, ERC20.approve(pools.uniswap.swapRouter, amount: .max)),
                gasLimit: 150_000)
        }
        for call in [
            JitFlash.setLender(lenderPool, .uniswapV3), JitFlash.setLender(morpho, .morpho),
            JitFlash.setLender(balancer, .balancerV2), JitFlash.setLender(aave, .aaveV3),
            JitFlash.setTarget(account, selector: DoubleCalls.executeSelector, allowed: true),
            JitFlash.setTarget(
                entryPoint, selector: DoubleCalls.handleOpsSelector, allowed: true),
            JitFlash.setTarget(hostile, selector: DoubleCalls.lureSelector, allowed: true),
            JitFlash.setTokenLimit(tokens.other, maxLoan: Self.maxLoanDollars),
        ] {
            try deployer.send(&owner, to: flash, data: call, gasLimit: 150_000)
        }
        try deployer.settle()
        pools.devnet = deployer.devnet
        self.pools = pools
    }
}
