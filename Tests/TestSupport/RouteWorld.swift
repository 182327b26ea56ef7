import Contracts
import Ethereum
import Strategy
import UniswapV3
import World

/// The pool world with a third token, pooled with the dollars at 0.05 %, so that there are routes
/// of two pools; the executor may also serve the second pool of WETH.
public struct RouteWorld: Sendable {
    public let world: PoolWorld
    /// The third token, of Centre's code, worth a dollar.
    public let euro: Address
    public let euroKey: PoolKey
    public let euroPool: Address

    public static func standard() throws -> RouteWorld { try made.get() }

    private static let made = Result { try RouteWorld() }

    private init() throws {
        var world = try PoolWorld.standard()
        var deployer = Deployer(devnet: world.devnet)
        func wallet(_ actor: PoolWorld.Actor) -> Wallet {
            var wallet = PoolWorld.wallet(actor)
            wallet.nonce = deployer.devnet.chain.state.account(wallet.address)?.nonce ?? 0
            return wallet
        }
        var deploying = wallet(.deployer)
        var owner = wallet(.owner)
        var swapper = wallet(.swapper)
        let dollars = world.tokens.other
        euro = try deployer.deployFiatToken(
            &deploying, artifacts: TestFiles.artifacts(), symbol: "EURC", decimals: 6)
        euroKey = PoolKey(sorting: dollars, euro, feePips: 500)!
        euroPool = try deployer.createPool(
            &deploying, uniswap: world.uniswap, key: euroKey, sqrtPriceX96: UInt256.one << 96)
        let provider = try deployer.create(
            &deploying, code: Hex.decode(LiquidityProviderArtifact.creationCodeHex)!)
        try deployer.settle()
        let million = 1_000_000 &* PoolWorld.dollar
        for (token, account) in [
            (dollars, provider), (euro, provider), (euro, swapper.address),
        ] {
            try deployer.send(
                &deploying, to: token, data: FiatToken.mint(to: account, amount: 50 &* million),
                gasLimit: 150_000)
        }
        try deployer.send(
            &deploying, to: provider,
            data: LiquidityProvider.mint(
                pool: euroPool, tickLower: -6000, tickUpper: 6000,
                liquidity: 100_000_000_000_000),
            gasLimit: 700_000)
        try deployer.send(
            &swapper, to: euro, data: ERC20.approve(world.uniswap.swapRouter, amount: .max),
            gasLimit: 100_000)
        try deployer.send(
            &owner, to: world.executor,
            data: JitExecutor.setPool(
                .init(
                    token0: world.otherKey.token0, token1: world.otherKey.token1,
                    fee: world.otherKey.feePips),
                bandLower: world.centre - PoolWorld.bandTicks,
                bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: world.caps.0,
                maxDeposit1: world.caps.1, blockMultiple: 1), gasLimit: 150_000)
        try deployer.settle()
        world.devnet = deployer.devnet
        self.world = world
    }

    /// Both pools of WETH.
    public func followedPools(_ scene: Scene) throws -> [FollowedPool] {
        let first = try scene.followedPool
        var second = first
        second.key = world.otherKey
        second.address = world.otherPool
        return [first, second]
    }
}
