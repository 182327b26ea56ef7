import Chain
import Contracts
import EVM
import Ethereum
import UniswapV3
import World

/// The state below all pools of a differential run: Uniswap's factory, two tokens, and a contract
/// that owns a great deal of both and pays for everything.
public struct ContractPoolWorld: Sendable {
    let chain: LocalChain
    let factory: Address
    let token0: Address
    let token1: Address
    let payer: Address
    let sender: Address

    /// Deploys it. The tokens are two of WETH9, which does to a transfer what it says.
    public init() throws {
        let artifacts = try TestFiles.artifacts()
        var wallet = Wallet(name: "pool differential")
        var deployer = Deployer(
            devnet: LocalChain(
                seed: 0, funded: [(wallet.address, wei: UInt256.one << 250)],
                baseFeePerGas: 1_000_000_000, fixedBaseFee: true))
        factory = try deployer.deployUniswap(&wallet, artifacts: artifacts).factory
        let tokens = [
            try deployer.create(&wallet, code: artifacts.weth9),
            try deployer.create(&wallet, code: artifacts.weth9),
        ].sorted()
        (token0, token1) = (tokens[0], tokens[1])
        payer = try deployer.create(
            &wallet,
            code: PayingContract(token0: tokens[0], token1: tokens[1]).creationCode)
        let wealth = UInt256.one << 240
        for token in tokens {
            try deployer.send(
                &wallet, to: token, value: wealth, data: WETH9.deposit(), gasLimit: 60_000)
            try deployer.send(
                &wallet, to: token, data: ERC20.transfer(to: payer, amount: wealth),
                gasLimit: 100_000)
        }
        try deployer.send(
            &wallet, to: factory, data: UniswapV3Factory.enableFeeAmount(100, tickSpacing: 1),
            gasLimit: 100_000)
        try deployer.settle()
        sender = wallet.address
        chain = deployer.devnet
    }
}

/// A pool of the real bytecode in our EVM.
public final class ContractPool {
    public let key: PoolKey
    public let address: Address
    public let owner: Address
    private let world: ContractPoolWorld
    private let machine: VirtualMachine
    private var nonce: UInt64

    /// Creates the pool in a world of its own and gives it a price.
    public init(
        _ world: ContractPoolWorld, feePips: UInt32, sqrtPriceX96: SqrtPriceX96
    ) throws {
        self.world = world
        owner = world.payer
        key = PoolKey(sorting: world.token0, world.token1, feePips: feePips)!
        address = key.address(
            in: Deployment(
                factory: world.factory, initCodeHash: UniswapArtifacts.mainnetPoolInitCodeHash))
        var block = world.chain.nextEnvironment
        // Nothing here is about fees of gas; a swap over thousands of words needs much of it.
        block.fork = .cancun
        block.baseFeePerGas = .zero
        block.gasLimit = 1 << 40
        machine = VirtualMachine(
            block: block, state: world.chain.chain.reader(on: world.chain.chain.head.number))
        nonce = try machine.account(world.sender)?.nonce ?? 0
        for (to, data) in [
            (world.factory, UniswapV3Factory.createPool(key.token0, key.token1, fee: feePips)),
            (address, UniswapV3PoolContract.initialize(sqrtPriceX96: sqrtPriceX96)),
        ] {
            guard try send(to: to, data) != nil else {
                throw SetupError.unexpectedState("no pool of fee \(feePips)")
            }
        }
    }

    /// Calls the pool through the payer; the answer, or nil where it reverts.
    public func call(_ data: [UInt8]) throws -> ABIWords? {
        try send(to: world.payer, PayingContract.forward(to: address, data))
    }

    /// Calls the pool as the factory's owner.
    public func callAsOwner(_ data: [UInt8]) throws -> ABIWords? {
        try send(to: address, data)
    }

    private func send(to: Address, _ data: [UInt8]) throws -> ABIWords? {
        let transaction = Transaction(
            chainId: LocalChain.chainId, nonce: nonce, maxFeePerGas: .zero,
            maxPriorityFeePerGas: .zero, gasLimit: 1 << 36, to: to, data: data)
        let outcome = try machine.execute(transaction, sender: world.sender)
        nonce += 1
        if case .halt(let reason) = outcome.status {
            throw SetupError.unexpectedState("the call halts: \(reason)")
        }
        return outcome.status == .success ? ABIWords(outcome.output) : nil
    }

    /// A word of the pool's storage.
    public func storage(_ slot: UInt256) throws -> UInt256 {
        try machine.storage(address, slot: slot)
    }

    /// What the pool owns of each token: WETH9 keeps balances in its third mapping.
    public func balances() throws -> TokenAmounts {
        let slot = Keccak256.hash(address.word, UInt256(3 as UInt64)).word
        return TokenAmounts(
            amount0: try machine.storage(key.token0, slot: slot),
            amount1: try machine.storage(key.token1, slot: slot))
    }
}
