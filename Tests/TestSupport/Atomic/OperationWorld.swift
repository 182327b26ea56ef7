import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import World

/// The atomic world with doubles of ERC-4337's contracts in it, whose account owns tokens.
///
/// A value: every test changes its own copy of the one that was set up once.
public struct OperationWorld: Sendable {
    public var atomic: AtomicWorld
    public let doubles: OperationDoubles

    public static func standard() throws -> OperationWorld { try made.get() }

    private static let made = Result { try OperationWorld(.standard()) }

    private init(_ world: AtomicWorld) throws {
        var atomic = world
        var deployer = Deployer(devnet: atomic.pools.devnet)
        var wallet = atomic.wallet(.deployer)
        var owner = atomic.wallet(.owner)
        let tokens = atomic.pools.tokens
        doubles = try OperationDoubles.deploy(&deployer, &wallet)
        try deployer.send(
            &wallet, to: tokens.weth, value: 3000 &* PoolWorld.ether, data: WETH9.deposit(),
            gasLimit: 60_000)
        try deployer.send(
            &wallet, to: tokens.weth,
            data: ERC20.transfer(to: doubles.account, amount: 3000 &* PoolWorld.ether),
            gasLimit: 100_000)
        try deployer.send(
            &owner, to: atomic.atomic.flash,
            data: JitFlash.setTarget(
                doubles.entryPoint, selector: EntryPointV07.handleOpsSelector, allowed: true),
            gasLimit: 150_000)
        // The account's first operation lets the router take its tokens.
        let approval = doubles.signed(
            doubles.operation(
                try OperationDoubles.batch([
                    (
                        tokens.weth,
                        ERC20.approve(atomic.pools.uniswap.swapRouter, amount: .max)
                    )
                ]), nonce: .one << 64))
        try deployer.send(
            &wallet, to: doubles.entryPoint,
            data: EntryPointV07.handleOp(approval, beneficiary: wallet.address),
            gasLimit: 2_000_000)
        try deployer.settle()
        atomic.pools.devnet = deployer.devnet
        self.atomic = atomic
    }

    /// Mines a call of somebody's.
    public mutating func send(
        _ actor: PoolWorld.Actor, to: Address, value: UInt256 = .zero, _ data: [UInt8]
    ) throws {
        try atomic.send(actor, to: to, value: value, data)
    }

    /// Calldata of a swap of the account's WETH.
    public func swap(
        ether: UInt64 = 150, deadline: UInt64 = .max
    ) -> (to: Address, data: [UInt8]) {
        let pools = atomic.pools
        return (
            pools.uniswap.swapRouter,
            SwapRouter.exactInputSingle(
                tokenIn: pools.tokens.weth, tokenOut: pools.tokens.other, fee: 3000,
                recipient: doubles.account, deadline: deadline,
                amountIn: UInt256(ether) &* PoolWorld.ether, amountOutMinimum: .zero,
                sqrtPriceLimitX96: .zero)
        )
    }

    /// The account's signed order of some calls.
    public func order(
        _ calls: [(to: Address, data: [UInt8])], nonce: UInt256 = .zero,
        paying: OperationDoubles.Paying? = nil
    ) throws -> SignedOrder {
        try order(
            doubles.operation(
                OperationDoubles.batch(calls), nonce: nonce, paying: paying))
    }

    /// A signed order of an operation.
    public func order(
        _ operation: PackedUserOperation, validUntil: UInt64? = nil
    ) throws -> SignedOrder {
        try doubles.order(
            doubles.signed(operation, validUntil: validUntil),
            beneficiary: PoolWorld.address(.owner))
    }

    /// Whether the bot would take an order in: nil, or why not.
    public func refusal(
        of order: SignedOrder, budget: OrderBudget = OrderBudget()
    ) throws -> OrderRefusal? {
        let head = try atomic.head
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        do throws(OrderRefusal) {
            try OrderValidation(
                head: head, machine: machine, submitter: atomic.account, terms: atomic.terms,
                budget: budget
            ).validate(order)
        } catch {
            return error
        }
        guard machine.changes() == StateChanges() else { throw Scene.MachineMoved() }
        return nil
    }
}

extension AtomicWorld {
    /// A wallet with the nonce that it has on the chain.
    public func wallet(_ actor: PoolWorld.Actor) -> Wallet {
        var wallet = PoolWorld.wallet(actor)
        wallet.nonce = pools.devnet.chain.state.account(wallet.address)?.nonce ?? 0
        return wallet
    }

    /// Mines a call of somebody's, or a creation.
    @discardableResult
    public mutating func send(
        _ actor: PoolWorld.Actor, to: Address?, value: UInt256 = .zero, _ data: [UInt8]
    ) throws -> Address {
        var deployer = Deployer(devnet: pools.devnet)
        var wallet = wallet(actor)
        let created = Address.create(sender: wallet.address, nonce: wallet.nonce)
        try deployer.send(&wallet, to: to, value: value, data: data, gasLimit: 3_000_000)
        try deployer.settle()
        pools.devnet = deployer.devnet
        return created
    }
}
