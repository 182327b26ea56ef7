import Contracts
import Ethereum
import Strategy
import World

/// Doubles of Morpho and of Balancer's vault that own tokens on a chain of real contracts. The
/// bytecode of neither is to be had here: what rests on them is said to rest on doubles.
public struct LenderDoubles: Sendable {
    public let morpho: Address
    public let balancer: Address

    /// Ether of WETH, and dollars, that each of them lends.
    public static let ether: UInt256 = 2000
    public static let dollars: UInt256 = 5_000_000

    /// Deploys both and gives them tokens; `wallet` may mint dollars.
    public init(_ deployer: inout Deployer, _ wallet: inout Wallet, weth: Address, usdc: Address)
        throws
    {
        func create(_ code: String) throws -> Address {
            try deployer.create(&wallet, code: Hex.decode(code) ?? [])
        }
        morpho = try create(MorphoDoubleArtifact.creationCodeHex)
        balancer = try create(BalancerVaultStateDoubleArtifact.creationCodeHex)
        try deployer.settle()
        let wei = Self.ether &* PoolWorld.ether
        try deployer.send(
            &wallet, to: weth, value: wei &+ wei, data: WETH9.deposit(), gasLimit: 60_000)
        for holder in [morpho, balancer] {
            try deployer.send(
                &wallet, to: weth, data: ERC20.transfer(to: holder, amount: wei),
                gasLimit: 100_000)
            try deployer.send(
                &wallet, to: usdc,
                data: FiatToken.mint(to: holder, amount: Self.dollars &* PoolWorld.dollar),
                gasLimit: 150_000)
        }
        try deployer.settle()
    }

    public var lenders: [FlashLender] {
        [
            FlashLender(kind: .morpho, address: morpho),
            FlashLender(kind: .balancerV2, address: balancer),
        ]
    }
}

extension AtomicWorld {
    /// The same world in which the owner allows both doubles besides the real lenders.
    public func withDoubles() throws -> (world: AtomicWorld, doubles: LenderDoubles) {
        var world = self
        var deployer = Deployer(devnet: pools.devnet)
        var administrator = PoolWorld.wallet(.deployer)
        var owner = PoolWorld.wallet(.owner)
        let state = pools.devnet.chain.state
        administrator.nonce = state.account(administrator.address)?.nonce ?? 0
        owner.nonce = state.account(owner.address)?.nonce ?? 0
        let doubles = try LenderDoubles(
            &deployer, &administrator, weth: pools.tokens.weth, usdc: pools.tokens.other)
        try deployer.configureAtomicMode(
            &owner, atomic,
            lenders: [(doubles.morpho, .morpho), (doubles.balancer, .balancerV2)], limits: [],
            targets: [])
        world.pools.devnet = deployer.devnet
        return (world, doubles)
    }

    /// The same world behind a call by anybody.
    public func behind(_ data: [UInt8], to contract: Address) throws -> AtomicWorld {
        var world = self
        var deployer = Deployer(devnet: pools.devnet)
        var wallet = PoolWorld.wallet(.deployer)
        wallet.nonce = pools.devnet.chain.state.account(wallet.address)?.nonce ?? 0
        try deployer.send(&wallet, to: contract, data: data, gasLimit: 200_000)
        try deployer.settle()
        world.pools.devnet = deployer.devnet
        return world
    }
}
