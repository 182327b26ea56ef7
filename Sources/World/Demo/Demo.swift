import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// The demo: a chain in this process on the real contracts, users, an external price, an
/// arbitrageur and the bot, all by one seed.
public struct Demo {
    var setup: DemoSetup
    let seed: UInt64
    var accounts: InventoryAccounts
    let opening: Standing
    private var userSwaps: UserSwaps
    private var crowd: Crowd
    private var report: DemoReport
    private let parameters = StrategyParameters(
        minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
        maxBaseFeePerGas: 50_000_000_000)

    /// Sets the world up: deploys, provides liquidity, funds.
    public init(seed: UInt64, artifacts: UniswapArtifacts) throws {
        self.seed = seed
        setup = try DemoSetup.run(seed: seed, artifacts: artifacts)
        userSwaps = UserSwaps(seed: seed)
        crowd = Crowd(seed: seed)
        opening = try Standing(setup)
        accounts = InventoryAccounts(opening: opening.balances)
        report = DemoReport(seed: seed, contracts: setup.contracts)
        report.setupBlocks = setup.devnet.chain.head.number
    }

    /// What is deployed.
    var contracts: DemoContracts { setup.contracts }

    /// The chain so far.
    public var chain: Blockchain { setup.devnet.chain }

    /// Runs the blocks and trades the inventory back. Each opportunity is given to `observe` as
    /// soon as its block is mined.
    public mutating func run(
        blocks: Int, observe: (Opportunity, DemoContracts) -> Void = { _, _ in }
    ) throws -> DemoReport {
        for _ in 0..<blocks {
            for opportunity in try mineBlock() { observe(opportunity, setup.contracts) }
        }
        try tradeInventoryBack()
        let closing = try Standing(setup)
        report.netProfitWei = opening.wealthWei(setup, to: closing)
        report.usdcUnchanged = opening.usdc(setup) == closing.usdc(setup)
        return report
    }

    // MARK: One block

    private mutating func mineBlock() throws -> [Opportunity] {
        setup.market.step()
        syncNonces()
        let head = chain.head
        let environment = setup.devnet.nextEnvironment
        let reader = chain.reader(on: head.number)
        let swaps = try userSwaps.next(
            wallets: &setup.wallets.users, contracts: setup.contracts, market: setup.market,
            environment: environment,
            machine: VirtualMachine(block: environment, state: reader))

        let bot = DemoBot(
            contracts: setup.contracts, parameters: parameters, environment: environment,
            state: reader)
        let operators = setup.wallets.operators
        let decisions = bot.decide(
            swaps, head: headState(head, environment, reader),
            operators: operators.map { OperatorAccount(address: $0.address, nonce: $0.nonce) })

        let builder = try setup.devnet.builder()
        var opportunities: [Opportunity] = []
        var served: Set<Hash32> = []
        for (swap, decision) in zip(swaps, decisions) {
            let outcome: Opportunity.Outcome
            switch decision {
            case .failure(let rejection): outcome = .rejected(rejection)
            case .success(let bundle):
                outcome = try include(bundle, in: builder, &served)
            }
            opportunities.append(
                Opportunity(block: environment.number, swap: swap, outcome: outcome))
        }
        for swap in swaps where !served.contains(swap.pending.hash) {
            _ = try? builder.include(swap.candidate)
        }
        try includeRest(builder, environment)
        setup.devnet.chain.append(builder)
        try settleBlock(opportunities)
        return opportunities
    }

    private func include(
        _ bundle: SimulatedBundle, in builder: BlockBuilder, _ served: inout Set<Hash32>
    ) throws -> Opportunity.Outcome {
        guard
            let wallet = setup.wallets.operators.first(where: {
                $0.address == bundle.account.address
            })
        else { throw SetupError.unexpectedState("a bundle of an unknown operator") }
        let signed = try SignedBundle(bundle, key: wallet.key)
        let senders = [wallet.address, bundle.target.sender, wallet.address]
        do {
            try builder.include(
                bundle: zip(signed.transactions, senders).map {
                    BlockBuilder.Candidate(signed: $0, sender: $1)
                })
        } catch {
            return .lost(bundle, reason: error.shortReason)
        }
        served.insert(bundle.target.hash)
        return .included(bundle)
    }

    mutating func includeRest(
        _ builder: BlockBuilder, _ environment: BlockEnvironment
    ) throws {
        for pool in setup.contracts.pools {
            if let trade = try Arbitrageur.trade(
                pool, wallet: &setup.wallets.arbitrageur, contracts: setup.contracts,
                market: setup.market, environment: environment, machine: builder.machine)
            {
                _ = try? builder.include(trade)
            }
        }
        let transfers = try crowd.transfers(
            wallets: &setup.wallets.crowd, environment: environment, gasLeft: builder.gasLeft)
        for transfer in transfers { _ = try? builder.include(transfer) }
    }

    private func headState(
        _ head: Block, _ environment: BlockEnvironment, _ reader: ChainStateReader
    ) -> HeadState {
        let contracts = setup.contracts
        let fair = FairPriceBand(
            midSqrtPriceX96: setup.market.sqrtPriceX96(
                wethIsToken0: contracts.tokens.wethIsToken0),
            halfWidthPips: DemoBot.fairPriceHalfWidthPips)
        let caps = DemoSetup.depositCaps(contracts)
        let center = setup.openingTick
        let pools = contracts.pools.map {
            FollowedPool(
                key: $0.key, address: $0.address, bandLower: center - DemoSetup.bandTicks,
                bandUpper: center + DemoSetup.bandTicks, maxDeposit0: caps.0, maxDeposit1: caps.1,
                fairPrice: fair)
        }
        return HeadState(
            hash: head.hash, nextBlock: environment, state: reader, pools: pools,
            weth: contracts.tokens.weth, executor: contracts.executor,
            ownAccounts: setup.wallets.own)
    }

    /// Takes every wallet's nonce from the chain: a transaction that was not mined is forgotten.
    mutating func syncNonces() {
        let state = chain.state
        func sync(_ wallet: inout Wallet) {
            wallet.nonce = state.account(wallet.address)?.nonce ?? 0
        }
        for index in setup.wallets.users.indices { sync(&setup.wallets.users[index]) }
        for index in setup.wallets.crowd.indices { sync(&setup.wallets.crowd[index]) }
        for index in setup.wallets.operators.indices { sync(&setup.wallets.operators[index]) }
        sync(&setup.wallets.arbitrageur)
        sync(&setup.wallets.owner)
    }

    // MARK: Afterwards

    private mutating func settleBlock(_ opportunities: [Opportunity]) throws {
        let number = chain.head.number
        let audit = SwapperAudit(
            chain: chain, weth: setup.contracts.tokens.weth,
            own: setup.wallets.own.union([setup.contracts.executor]))
        for opportunity in opportunities {
            report.opportunities.append(opportunity)
            guard case .included(let bundle) = opportunity.outcome else { continue }
            accounts.book(bundle, contracts: setup.contracts)
            let mined = chain.head.transactions
            guard
                let index = mined.firstIndex(where: { $0.signed.hash == bundle.target.hash }),
                index > 0, index + 1 < mined.count
            else { throw SetupError.unexpectedState("a bundle's target is not in its block") }
            let losses = try audit.losses(
                block: number, open: mined[index - 1].signed.hash, target: bundle.target.hash,
                close: mined[index + 1].signed.hash, pool: bundle.plan.pool.address)
            if !losses.isEmpty { report.swapperLosses.append((number, losses)) }
        }
        try compareAccounts()
    }

    mutating func compareAccounts() throws {
        let onChain = try Standing(setup)
        for difference in accounts.differences(from: onChain.balances) {
            report.accountDifferences.append((chain.head.number, difference))
        }
    }
}
