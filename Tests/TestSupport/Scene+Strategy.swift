import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// What the strategy is given in a scene: the head below the block under construction, without that
/// block's transactions.
extension Scene {
    public static let parameters = StrategyParameters(
        minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
        maxBaseFeePerGas: 50_000_000_000)

    public var followedPool: FollowedPool {
        get throws {
            FollowedPool(
                key: world.key, address: world.pool,
                bandLower: world.centre - PoolWorld.bandTicks,
                bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: world.caps.0,
                maxDeposit1: world.caps.1,
                fairPrice: FairPriceBand(
                    midSqrtPriceX96: try slot0.sqrtPriceX96, halfWidthPips: 150))
        }
    }

    public func head(pools: [FollowedPool]? = nil) throws -> HeadState {
        let head = world.devnet.chain.head
        return HeadState(
            hash: head.hash, nextBlock: builder.environment,
            state: world.devnet.chain.reader(on: head.number),
            pools: try pools ?? [followedPool],
            venues: PoolVenue.venues(uniswapFactory: world.uniswap.factory),
            weth: world.tokens.weth,
            executor: world.executor, ownAccounts: [PoolWorld.address(.owner)])
    }

    public var account: OperatorAccount {
        get throws {
            let address = PoolWorld.address(.operator)
            return OperatorAccount(
                address: address, nonce: try machine.account(address)?.nonce ?? 0)
        }
    }

    /// A pending transaction of the swapper to the router, or to `to`.
    public func pending(
        _ data: [UInt8], to: Address? = nil, value: UInt256 = .zero, gasLimit: UInt64 = 1_000_000,
        by actor: PoolWorld.Actor = .swapper
    ) throws -> PendingTransaction {
        let candidate = try sign(
            actor, to: to ?? world.uniswap.swapRouter, value: value, data: data,
            gasLimit: gasLimit)
        return PendingTransaction(signed: candidate.signed, sender: candidate.sender)
    }

    /// A pending sale of WETH, in ether.
    public func pendingSale(_ ether: UInt64 = 100) throws -> PendingTransaction {
        try pending(swap(sellingWeth: true, amountIn: UInt256(ether) &* PoolWorld.ether))
    }

    /// What the pipeline makes of a pending transaction. The machine must stand on the head again.
    public func decide(
        _ target: PendingTransaction, parameters: StrategyParameters = parameters,
        pools: [FollowedPool]? = nil, opening positions: [JitPosition]? = nil,
        coinbase: Address? = nil
    ) throws -> Result<SimulatedBundle, Rejection> {
        var head = try head(pools: pools)
        if let coinbase { head.nextBlock.coinbase = coinbase }
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let pipeline = JitPipeline(head: head, parameters: parameters, machine: machine)
        let account = try account
        let decision = Result { () throws(Rejection) in
            try pipeline.decide(target, account: account, opening: positions)
        }
        guard machine.changes() == StateChanges() else { throw MachineMoved() }
        return decision
    }

    /// Includes a bundle in the block under construction, whole or not at all.
    @discardableResult
    public func include(_ bundle: SimulatedBundle) throws -> [TransactionOutcome] {
        let signed = try SignedBundle(bundle, key: PoolWorld.wallet(.operator).key)
        let account = PoolWorld.address(.operator)
        return try builder.include(
            bundle: zip(signed.transactions, [account, bundle.target.sender, account])
                .map { .init(signed: $0, sender: $1) })
    }

    /// The executor's liquidity in a range of the pool.
    public func held(_ tickLower: Int32, _ tickUpper: Int32) throws -> UInt128 {
        try machine.storage(
            world.pool,
            slot: PoolStorage.position(
                owner: world.executor, tickLower: tickLower, tickUpper: tickUpper)
        ).low128
    }

    /// The pipeline left something behind on the machine.
    public struct MachineMoved: Error {}
}

extension Result where Success == SimulatedBundle, Failure == Rejection {
    public var bundle: SimulatedBundle? { try? get() }

    public var rejection: Rejection? {
        if case .failure(let rejection) = self { return rejection }
        return nil
    }
}
