import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import World

/// A small world on the real contracts in which one bundle can be tried: two pools of WETH and a
/// token of Centre's code, passive liquidity, a swapper, and an executor with an inventory.
///
/// A value: every test changes its own copy of the one that was set up once.
public struct PoolWorld: Sendable {
    public enum Actor: String, CaseIterable, Sendable {
        case deployer, owner, `operator`, guardian, swapper, bystander, stranger
    }

    public static let ether = UInt256(1_000_000_000_000_000_000 as UInt64)
    public static let dollar: UInt256 = 1_000_000
    /// How far from the first tick the owner lets the executor work.
    public static let bandTicks: Int32 = 1000
    public static let inventoryWeth = 600 &* ether
    public static let inventoryDollars = 1_500_000 &* dollar
    /// The largest loan of WETH in the atomic mode.
    public static let maxLoanWeth = 1000 &* ether

    public var devnet: LocalChain
    public let uniswap: UniswapDeployment
    public let tokens: TokenPair
    /// The pool of 0.3 %, which the tests serve.
    public let key: PoolKey
    public let pool: Address
    /// A pool of 0.05 % with the same tokens.
    public let otherKey: PoolKey
    public let otherPool: Address
    public let executor: Address
    /// The tick of the first price.
    public let centre: Int32

    /// The world in which WETH is token0, or in which it is token1.
    public static func standard(wethIsToken0: Bool = true) throws -> PoolWorld {
        try (wethIsToken0 ? wethFirst : wethSecond).get()
    }

    private static let wethFirst = Result { try PoolWorld(wethIsToken0: true) }
    private static let wethSecond = Result { try PoolWorld(wethIsToken0: false) }
    private static let ofDoubles = Result { try PoolWorld(wethIsToken0: true, isDouble: true) }

    /// The world in which the other token is a double that can be made to misbehave.
    public static func withTokenDouble() throws -> PoolWorld { try ofDoubles.get() }

    public static func wallet(_ actor: Actor) -> Wallet { Wallet(name: "test \(actor.rawValue)") }

    public static func address(_ actor: Actor) -> Address { wallet(actor).address }

    public var poolArguments: JitExecutor.PoolArguments {
        JitExecutor.PoolArguments(token0: key.token0, token1: key.token1, fee: key.feePips)
    }

    /// The most that one opening may deposit.
    public var caps: (UInt256, UInt256) {
        tokens.wethIsToken0
            ? (Self.inventoryWeth, Self.inventoryDollars)
            : (Self.inventoryDollars, Self.inventoryWeth)
    }

    private init(wethIsToken0: Bool, isDouble: Bool = false) throws {
        let artifacts = try TestFiles.artifacts()
        let abundance = UInt256.one << 90
        var deployer = Deployer(
            devnet: LocalChain(
                seed: 0, funded: Actor.allCases.map { (Self.address($0), wei: abundance) },
                baseFeePerGas: 1_000_000_000, fixedBaseFee: true))
        var wallet = Self.wallet(.deployer)
        var owner = Self.wallet(.owner)
        var swapper = Self.wallet(.swapper)
        uniswap = try deployer.deployUniswap(&wallet, artifacts: artifacts)
        let dollars = try Self.deployDollars(
            &deployer, &wallet, artifacts, below: wethIsToken0 ? nil : uniswap.weth,
            above: uniswap.weth, isDouble: isDouble)
        let tokens = TokenPair(weth: uniswap.weth, other: dollars)
        self.tokens = tokens
        key = PoolKey(sorting: tokens.weth, tokens.other, feePips: 3000)!
        otherKey = PoolKey(sorting: tokens.weth, tokens.other, feePips: 500)!
        let market = ExternalMarket(usdcPerWeth: 2500, volatilityPerBlock: 0, seed: 0)
        let price = market.sqrtPriceX96(wethIsToken0: wethIsToken0)
        centre = TickMath.tick(atSqrtPriceX96: price)!
        pool = try deployer.createPool(&wallet, uniswap: uniswap, key: key, sqrtPriceX96: price)
        otherPool = try deployer.createPool(
            &wallet, uniswap: uniswap, key: otherKey, sqrtPriceX96: price)
        let provider = try deployer.create(
            &wallet, code: Hex.decode(LiquidityProviderArtifact.creationCodeHex)!)
        executor = try deployer.create(
            &owner, code: Hex.decode(JitExecutorArtifact.creationCodeHex)!,
            arguments: JitExecutor.constructorArguments(
                minProfitThresholdWei: .zero, maxLoanSize: Self.maxLoanWeth,
                profitRecipient: owner.address, positionManager: uniswap.positionManager))
        try deployer.settle()

        func supply(_ account: Address, weth: UInt256, dollars amount: UInt256) throws {
            try deployer.send(
                &wallet, to: tokens.weth, value: weth, data: WETH9.deposit(), gasLimit: 60_000)
            try deployer.send(
                &wallet, to: tokens.weth, data: ERC20.transfer(to: account, amount: weth),
                gasLimit: 100_000)
            try deployer.send(
                &wallet, to: dollars, data: FiatToken.mint(to: account, amount: amount),
                gasLimit: 150_000)
        }
        try supply(provider, weth: 100_000 &* Self.ether, dollars: 250_000_000 &* Self.dollar)
        try supply(swapper.address, weth: 20_000 &* Self.ether, dollars: 50_000_000 &* Self.dollar)
        try supply(
            Self.address(.bystander), weth: 100 &* Self.ether, dollars: 250_000 &* Self.dollar)
        try supply(executor, weth: Self.inventoryWeth, dollars: Self.inventoryDollars)
        for token in [tokens.weth, dollars] {
            try deployer.send(
                &swapper, to: token, data: ERC20.approve(uniswap.swapRouter, amount: .max),
                gasLimit: 100_000)
        }
        // Virtual depth of some 15 million dollars on each side near the price, 10 farther away.
        for (address, spacing) in [(pool, 60 as Int32), (otherPool, 10)] {
            for (halfWidth, liquidity) in [
                (6000 as Int32, 200_000_000_000_000_000 as UInt128), (600, 100_000_000_000_000_000),
            ] {
                try deployer.send(
                    &wallet, to: provider,
                    data: LiquidityProvider.mint(
                        pool: address, tickLower: (centre - halfWidth) / spacing * spacing,
                        tickUpper: (centre + halfWidth) / spacing * spacing, liquidity: liquidity),
                    gasLimit: 700_000)
            }
        }
        let cap =
            wethIsToken0
            ? (Self.inventoryWeth, Self.inventoryDollars)
            : (Self.inventoryDollars, Self.inventoryWeth)
        let calls = [
            JitExecutor.setRole(Self.address(.operator), .operator),
            JitExecutor.setRole(Self.address(.guardian), .guardian),
            JitExecutor.setProfitRules(
                minProfitThresholdWei: .zero, maxTipWei: 20 &* Self.ether,
                profitRecipient: owner.address),
            JitExecutor.setPool(
                .init(token0: key.token0, token1: key.token1, fee: key.feePips),
                bandLower: centre - Self.bandTicks, bandUpper: centre + Self.bandTicks,
                maxDeposit0: cap.0, maxDeposit1: cap.1, blockMultiple: 1),
        ]
        for call in calls {
            try deployer.send(&owner, to: executor, data: call, gasLimit: 150_000)
        }
        try deployer.settle()
        devnet = deployer.devnet
    }

    /// A token whose address sorts on the wanted side of WETH.
    private static func deployDollars(
        _ deployer: inout Deployer, _ wallet: inout Wallet, _ artifacts: UniswapArtifacts,
        below: Address?, above: Address, isDouble: Bool
    ) throws -> Address {
        var index = 0
        while true {
            var candidate = Wallet(name: "test dollar \(index)")
            index += 1
            let token = Address.create(sender: candidate.address, nonce: 0)
            guard below.map({ token < $0 }) ?? (token > above) else { continue }
            try deployer.send(
                &wallet, to: candidate.address, value: UInt256.one << 80, data: [],
                gasLimit: 21_000)
            try deployer.settle()
            if isDouble {
                return try deployer.create(
                    &candidate, code: Hex.decode(TokenDoubleArtifact.creationCodeHex)!)
            }
            return try deployer.deployFiatToken(
                &candidate, artifacts: artifacts, symbol: "USDC", decimals: 6,
                minter: wallet.address)
        }
    }
}
