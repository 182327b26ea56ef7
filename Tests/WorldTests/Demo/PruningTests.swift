import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// What is left out because it cannot win or is no swap: the demo's users get the same decisions
/// without it.
@Suite("Pruning")
struct PruningTests {
    /// A head of the demo and swaps that its users would send on it, none of them mined.
    private struct Stage {
        let head: HeadState
        let account: OperatorAccount
        let targets: [PendingTransaction]
        let machine: VirtualMachine

        init(seed: UInt64, swaps count: Int) throws {
            var setup = try DemoSetup.run(seed: seed, artifacts: try TestFiles.artifacts())
            let environment = setup.devnet.nextEnvironment
            let chain = setup.devnet.chain
            let state = chain.reader(on: chain.head.number)
            machine = VirtualMachine(block: environment, state: state)
            var users = UserSwaps(seed: seed)
            var targets: [PendingTransaction] = []
            let wallets = setup.wallets.users
            while targets.count < count {
                setup.wallets.users = wallets
                targets += try users.next(
                    wallets: &setup.wallets.users, idle: Array(wallets.indices),
                    contracts: setup.contracts, market: setup.market, environment: environment,
                    machine: machine
                ).map(\.pending)
            }
            // And what is no swap: a token's transfer, ether for a stranger.
            for (wallet, to, data) in [
                (
                    wallets[0], setup.contracts.tokens.weth,
                    ERC20.transfer(to: Address(word: 9), amount: .zero)
                ),
                (wallets[1], Address(word: 0x5714), []),
            ] {
                var wallet = wallet
                wallet.nonce = chain.state.account(wallet.address)?.nonce ?? 0
                let signed = try wallet.sign(
                    to: to, data: data, gasLimit: 200_000, chainId: LocalChain.chainId,
                    maxFeePerGas: 100_000_000_000, maxPriorityFeePerGas: 1)
                targets.append(
                    PendingTransaction(signed: signed.signed, sender: signed.sender))
            }
            self.targets = targets
            let contracts = setup.contracts
            let caps = DemoSetup.depositCaps(contracts)
            let fair = FairPriceBand(
                midSqrtPriceX96: setup.market.sqrtPriceX96(
                    wethIsToken0: contracts.tokens.wethIsToken0), halfWidthPips: 150)
            head = HeadState(
                hash: chain.head.hash, nextBlock: environment, state: state,
                pools: contracts.pools.map {
                    FollowedPool(
                        key: $0.key, address: $0.address,
                        bandLower: setup.openingTick - DemoSetup.bandTicks,
                        bandUpper: setup.openingTick + DemoSetup.bandTicks, maxDeposit0: caps.0,
                        maxDeposit1: caps.1, fairPrice: fair)
                },
                venues: PoolVenue.venues(uniswapFactory: contracts.uniswap.factory),
                weth: contracts.tokens.weth, executor: contracts.executor,
                ownAccounts: setup.wallets.own)
            let wallet = setup.wallets.operators[0]
            account = OperatorAccount(
                address: wallet.address, nonce: chain.state.account(wallet.address)?.nonce ?? 0)
        }

        func decisions(
            _ parameters: StrategyParameters, prunes: Bool
        ) -> [Result<SimulatedBundle, Rejection>] {
            targets.map { target in
                let pipeline = JitPipeline(
                    head: head, parameters: parameters, machine: machine, prunes: prunes)
                return Result { () throws(Rejection) in
                    try pipeline.decide(target, account: account)
                }
            }
        }
    }

    /// What is signed, and what is expected of it.
    private struct Sent: Equatable {
        var open: [UInt8]
        var close: [UInt8]
        var plan: JitPlan
        var tipWei: UInt256
        var netProfitWei: Int256

        init(_ bundle: SimulatedBundle) {
            open = bundle.open.data
            close = bundle.close.data
            plan = bundle.plan
            tipWei = bundle.tipWei
            netProfitWei = bundle.netProfitWei
        }
    }

    private static func parameters(minimumWei: UInt256) -> StrategyParameters {
        StrategyParameters(
            minimumProfitWei: minimumWei, bidShareBps: 3000, maxBaseFeePerGas: 50_000_000_000)
    }

    /// The usual terms; dear inventory, a floor and rivals; and a minimum that much falls short of.
    private static let terms: [StrategyParameters] = {
        var demanding = parameters(minimumWei: 1_000_000_000_000_000)
        demanding.hedge = HedgeCost(costPips: 100, fixedWei: 100_000_000_000_000)
        demanding.objective = .maxProfitWithSwapperGain(atLeastPips: 20)
        demanding.rivals = .publicMempool
        return [
            parameters(minimumWei: 1_000_000_000_000_000), demanding,
            parameters(minimumWei: 20_000_000_000_000_000),
        ]
    }()

    @Test(
        "with and without it the same is signed for the same targets",
        arguments: 1...10 as ClosedRange<UInt64>)
    func same(seed: UInt64) throws {
        let stage = try Stage(seed: seed, swaps: 40)
        var served = 0
        for (index, parameters) in Self.terms.enumerated() {
            let pruned = stage.decisions(parameters, prunes: true)
            let whole = stage.decisions(parameters, prunes: false)
            for (number, pair) in zip(pruned, whole).enumerated() {
                let place = "seed \(seed), terms \(index), target \(number)"
                #expect(pair.0.bundle.map(Sent.init) == pair.1.bundle.map(Sent.init), "\(place)")
                if pair.0.bundle != nil { served += 1 }
                // Declined is declined; only the look, and the bound, know it sooner.
                if let early = pair.0.rejection, let late = pair.1.rejection,
                    early.label != late.label
                {
                    #expect(
                        ["too_small", "below_minimum_profit"].contains(early.label),
                        "\(place): \(early.label), \(late.label)")
                }
            }
        }
        #expect(served > 10)
    }

    @Test("another minimum shows in what is signed: the comparison sees a difference")
    func difference() throws {
        let stage = try Stage(seed: 1, swaps: 40)
        let usual = stage.decisions(Self.terms[0], prunes: true)
        let other = stage.decisions(Self.terms[2], prunes: true)
        #expect(usual.map { $0.bundle.map(Sent.init) } != other.map { $0.bundle.map(Sent.init) })
        // The look alone declines the transfers; without it they are executed and no swaps.
        let whole = stage.decisions(Self.terms[0], prunes: false)
        #expect(usual.suffix(2).allSatisfy { $0.rejection?.label == "no_swap" })
        #expect(whole.suffix(2).allSatisfy { $0.rejection?.label == "no_swap" })
    }
}
