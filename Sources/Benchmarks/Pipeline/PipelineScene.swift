import Bot
import Chain
import Contracts
import Devnet
import EVM
import Ethereum
import JSON
import NIOCore
import Strategy
import UniswapV3
import Wire
import World

/// A head with pending swaps on it, as the bot has them when a slot is under way: the state that it
/// has been told of, and each transaction as the node's notification of it.
struct PipelineScene {
    let reader: HotMessageReader
    /// The notifications' bytes.
    let messages: [ByteBuffer]
    let head: HeadState
    let account: OperatorAccount
    let operatorKey: PrivateKey
    let relayKey: PrivateKey
    let parameters: StrategyParameters
    /// Round trips that the state took, had each asked for all that was missing.
    let rounds: Int

    private static let subscription = "0x1"

    /// At least so many swaps of a seed, on the head behind the demo's set-up.
    /// `rivals` are assumed to bid for them.
    init(
        seed: UInt64, swaps count: Int, rivals: RivalParameters, artifacts: UniswapArtifacts
    ) throws {
        parameters = StrategyParameters(
            minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
            maxBaseFeePerGas: 50_000_000_000, rivals: rivals)
        var setup = try DemoSetup.run(seed: seed, artifacts: artifacts)
        let environment = setup.devnet.nextEnvironment
        let chain = setup.devnet.chain
        let machine = VirtualMachine(block: environment, state: chain.reader(on: chain.head.number))
        var users = UserSwaps(seed: seed)
        var swaps: [PendingTransaction] = []
        // Nobody's swap is mined, so that all stand on one head.
        let wallets = setup.wallets.users
        while swaps.count < count {
            setup.wallets.users = wallets
            swaps += try users.next(
                wallets: &setup.wallets.users, idle: Array(wallets.indices),
                contracts: setup.contracts, market: setup.market, environment: environment,
                machine: machine
            ).map(\.pending)
        }
        var reader = HotMessageReader()
        reader.register(Self.subscription, as: .newPendingTransactions)
        self.reader = reader
        messages = swaps.map { swap in
            let message: JSON = [
                "jsonrpc": "2.0", "method": "eth_subscription",
                "params": [
                    "subscription": .string(Self.subscription),
                    "result": BlockJSON.transaction(swap.signed, sender: swap.sender, place: nil),
                ],
            ]
            return ByteBuffer(string: message.text)
        }
        let wallet = setup.wallets.operators[0]
        account = OperatorAccount(
            address: wallet.address, nonce: chain.state.account(wallet.address)?.nonce ?? 0)
        operatorKey = wallet.key
        relayKey = Wallet(name: "relay").key
        (head, rounds) = try Self.learnedHead(
            setup, environment, swaps, account: account, parameters: parameters)
    }

    /// The head on the state that these swaps need, learnt as the bot learns it.
    private static func learnedHead(
        _ setup: DemoSetup, _ environment: BlockEnvironment, _ swaps: [PendingTransaction],
        account: OperatorAccount, parameters: StrategyParameters
    ) throws -> (HeadState, rounds: Int) {
        let chain = setup.devnet.chain
        var known = KnownState(blockNumber: chain.head.number, blockHash: chain.head.hash)
        var rounds = 0
        while true {
            let missing = MissingKeys()
            let head = Self.head(
                setup, environment, SpeculativeReader(known: known, missing: missing))
            let machine = VirtualMachine(block: environment, state: head.state)
            for swap in swaps {
                _ = try? JitPipeline(head: head, parameters: parameters, machine: machine)
                    .decide(swap, account: account)
            }
            if missing.all.isEmpty { return (head, rounds) }
            rounds += 1
            for key in missing.all { teach(&known, key, chain.state) }
        }
    }

    private static func teach(_ known: inout KnownState, _ key: StateKey, _ state: WorldState) {
        switch key {
        case .account(let address):
            let account = state.account(address)
            known.learn(
                account, code: account.flatMap { state.code($0.codeHash)?.bytes }, at: address)
        case .storage(let address, let slot):
            known.learn(state.storage(address, slot: slot), at: address, slot: slot)
        case .code, .blockHash: break
        }
    }

    private static func head(
        _ setup: DemoSetup, _ environment: BlockEnvironment, _ state: SpeculativeReader
    ) -> HeadState {
        let contracts = setup.contracts
        let caps = DemoSetup.depositCaps(contracts)
        let fair = FairPriceBand(
            midSqrtPriceX96: setup.market.sqrtPriceX96(
                wethIsToken0: contracts.tokens.wethIsToken0), halfWidthPips: 150)
        return HeadState(
            hash: setup.devnet.chain.head.hash, nextBlock: environment, state: state,
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
    }
}
