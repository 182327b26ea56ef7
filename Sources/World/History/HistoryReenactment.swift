import Bot
import Chain
import Contracts
import EVM
import Ethereum
import Recordings
import Strategy
import UniswapV3

/// Re-enacts the history of a real pool on the real bytecode: once as it was, each event a signed
/// transaction, and once with the bot deciding in front of each real swap.
///
/// The second time every decision stands on mainnet's own state right before the swap: a bundle is
/// executed on a branch of the chain, and the history goes on without it. So each swap is answered
/// for itself, and none depends on what the bot changed before.
public struct HistoryReenactment {
    let history: EventHistory
    let baseFeePerGas: UInt256
    private var world: HistoryWorld
    private let parameters: StrategyParameters
    private var report: HistoryReport

    /// Sets up the pool and its actors. `baseFeePerGas` is what gas costs throughout: a history
    /// does not tell.
    public init(
        history: EventHistory, artifacts: UniswapArtifacts, baseFeePerGas: UInt256
    ) throws {
        self.history = history
        self.baseFeePerGas = baseFeePerGas
        world = try HistoryWorld(
            history: history, artifacts: artifacts, baseFeePerGas: baseFeePerGas)
        parameters = StrategyParameters(
            minimumProfitWei: 100_000_000_000_000, bidShareBps: 3000,
            maxBaseFeePerGas: .max)
        report = HistoryReport(history: history, pool: world.pool, baseFeePerGas: baseFeePerGas)
    }

    /// Plays the history to its end. Each answer is given to `observe` when it is known.
    public mutating func run(
        observe: (HistoryReport.Answer) -> Void = { _ in }
    ) throws -> HistoryReport {
        for event in history.events {
            guard let candidate = try sign(event) else { continue }
            let environment = environment(of: event)
            if case .swap(let swap) = event.action {
                let answer = try answer(event, swap, candidate, environment)
                report.answers.append(answer)
                observe(answer)
            }
            try mine(event, candidate, environment)
        }
        return report
    }

    // MARK: As it was

    private func environment(of event: EventHistory.Event) -> BlockEnvironment {
        // Events of one block, and gaps in the times, still need blocks that follow each other.
        world.devnet.environment(
            timestamp: max(event.timestamp, world.devnet.chain.head.header.timestamp + 1))
    }

    /// Gas of an event's transaction: more than any needs, so that headroom never decides here.
    private static let gasLimit: UInt64 = 7_000_000

    private mutating func sign(_ event: EventHistory.Event) throws -> BlockBuilder.Candidate? {
        let fee = environment(of: event).baseFeePerGas
        switch event.action {
        case .initialize, .other: return nil
        case .mint(let range, _, _):
            return try world.deployer.sign(
                to: world.provider,
                data: LiquidityProvider.mint(
                    pool: world.pool, tickLower: range.tickLower, tickUpper: range.tickUpper,
                    liquidity: range.liquidity), gasLimit: Self.gasLimit,
                chainId: LocalChain.chainId, maxFeePerGas: fee, maxPriorityFeePerGas: .zero)
        case .burn(let range, _, _):
            return try world.deployer.sign(
                to: world.provider,
                data: LiquidityProvider.burn(
                    pool: world.pool, tickLower: range.tickLower, tickUpper: range.tickUpper,
                    liquidity: range.liquidity), gasLimit: Self.gasLimit,
                chainId: LocalChain.chainId, maxFeePerGas: fee, maxPriorityFeePerGas: .zero)
        case .swap(let swap):
            return try world.swapper.sign(
                to: world.uniswap.swapRouter, data: order(swap, event), gasLimit: Self.gasLimit,
                chainId: LocalChain.chainId, maxFeePerGas: fee, maxPriorityFeePerGas: .zero)
        }
    }

    private func order(_ swap: EventHistory.Swap, _ event: EventHistory.Event) -> [UInt8] {
        let key = world.key
        let exactOutput = swap.amountSpecified.isNegative
        return SwapOrder(
            tokenIn: swap.zeroForOne ? key.token0 : key.token1,
            tokenOut: swap.zeroForOne ? key.token1 : key.token0, fee: key.feePips,
            recipient: world.swapper.address, deadline: .max, exactOutput: exactOutput,
            amount: swap.amountSpecified.magnitude, sqrtPriceLimitX96: swap.sqrtPriceLimitX96
        ).calldata(bound: exactOutput ? .max : .zero)
    }

    private mutating func mine(
        _ event: EventHistory.Event, _ candidate: BlockBuilder.Candidate,
        _ environment: BlockEnvironment
    ) throws {
        let builder = try world.devnet.builder(environment)
        let outcome = try builder.include(candidate)
        guard outcome.status == .success else {
            throw SetupError.eventFails(
                sequence: event.sequence, status: outcome.status, output: outcome.output)
        }
        world.devnet.chain.append(builder)
        if case .swap(let expected) = event.action {
            let pool = world.pool
            let swap = outcome.logs.lazy.filter { $0.address == pool }
                .compactMap { UniswapV3PoolContract.Swap($0) }.first
            report.compare(event.sequence, expected, swap)
        }
    }

    // MARK: With the bot in front of each swap

    private func answer(
        _ event: EventHistory.Event, _ swap: EventHistory.Swap,
        _ candidate: BlockBuilder.Candidate, _ environment: BlockEnvironment
    ) throws -> HistoryReport.Answer {
        let target = PendingTransaction(signed: candidate.signed, sender: candidate.sender)
        let head = world.devnet.chain.head
        let reader = world.devnet.chain.reader(on: head.number)
        let machine = VirtualMachine(block: environment, state: reader)
        let pipeline = JitPipeline(
            head: try headState(head, environment, reader, machine), parameters: parameters,
            machine: machine)
        let account = OperatorAccount(
            address: world.operatorWallet.address,
            nonce: world.devnet.chain.state.account(world.operatorWallet.address)?.nonce ?? 0)
        let bundle: SimulatedBundle
        do {
            bundle = try pipeline.decide(target, account: account)
        } catch {
            return .init(event: event, swap: swap, txHash: target.hash, outcome: .declined(error))
        }
        let signed = try SignedBundle(bundle, key: world.operatorWallet.key)
        var branch = world.devnet
        let builder = try branch.builder(environment)
        do {
            try builder.include(
                bundle: zip(
                    signed.transactions, [account.address, candidate.sender, account.address]
                ).map { BlockBuilder.Candidate(signed: $0, sender: $1) })
        } catch {
            return .init(
                event: event, swap: swap, txHash: target.hash,
                outcome: .lost(bundle, reason: error.shortReason))
        }
        let number = branch.chain.append(builder).number
        let audit = SwapperAudit(
            chain: branch.chain, weth: world.uniswap.weth,
            own: [world.executor, world.owner.address, account.address])
        let losses = try audit.losses(
            block: number, open: signed.open.hash, target: target.hash, close: signed.close.hash,
            pool: world.pool)
        return .init(
            event: event, swap: swap, txHash: target.hash,
            outcome: .served(bundle, losses: losses.count))
    }

    /// The fair price is the pool's own before the swap, within half of its fee: the file names no
    /// other market.
    private func headState(
        _ head: Block, _ environment: BlockEnvironment, _ reader: ChainStateReader,
        _ machine: VirtualMachine
    ) throws -> HeadState {
        let slot0 = Slot0(word: try machine.storage(world.pool, slot: PoolStorage.slot0))
        let pool = FollowedPool(
            key: world.key, address: world.pool, bandLower: world.band.lowerBound,
            bandUpper: world.band.upperBound, maxDeposit0: world.maxDeposit0,
            maxDeposit1: world.maxDeposit1,
            fairPrice: FairPriceBand(
                midSqrtPriceX96: slot0.sqrtPriceX96,
                halfWidthPips: UInt64(world.key.feePips / 2)))
        return HeadState(
            hash: head.hash, nextBlock: environment, state: reader, pools: [pool],
            venues: PoolVenue.venues(uniswapFactory: world.uniswap.factory),
            weth: world.uniswap.weth, executor: world.executor, ownAccounts: [world.owner.address])
    }
}
