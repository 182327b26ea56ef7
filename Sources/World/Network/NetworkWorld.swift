import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import Wire

/// The demo's users, arbitrageur, crowd and market in front of a devnet on sockets: they know it by
/// its JSON-RPC alone.
///
/// The world executes every block of the devnet again on a chain of its own that began with the
/// same seed, and stops at the first block whose hash is another: what it then audits is what
/// happened.
public final class NetworkWorld {
    /// What ends a slot.
    public enum Clock: Sendable {
        /// The bot's answers: the devnet builds a block when it is asked to.
        case logical
        /// Time: the devnet builds blocks by itself.
        case real
    }

    /// The world's own copy of the chain, with the wallets and the market.
    public internal(set) var setup: DemoSetup
    package let client: JSONRPCClient
    private let clock: Clock
    private var userSwaps: UserSwaps
    private var crowd: Crowd
    /// Transactions that were sent and are in no block yet, with their sender and nonce.
    private var waiting: [Hash32: (sender: Address, nonce: UInt64)] = [:]
    /// Seconds that a slot waits for the bot's answers at most.
    public var answerSeconds = 30.0

    /// A world of this seed in front of a devnet of the same seed.
    public convenience init(
        seed: UInt64, artifacts: UniswapArtifacts, client: JSONRPCClient, clock: Clock = .logical
    ) throws {
        try self.init(
            setup: DemoSetup.run(seed: seed, artifacts: artifacts), seed: seed, client: client,
            clock: clock)
    }

    /// A world of this seed with the setup that the devnet was started with.
    package init(
        setup: DemoSetup, seed: UInt64, client: JSONRPCClient, clock: Clock = .logical
    ) throws {
        self.setup = setup
        self.client = client
        self.clock = clock
        userSwaps = UserSwaps(seed: seed)
        crowd = Crowd(seed: seed)
        try quoteMarket()
    }

    /// Where the devnet and the world's copy of it differ.
    public struct Divergence: Error, CustomStringConvertible {
        public var block: UInt64
        public var devnet: Hash32
        public var here: Hash32
        public var description: String {
            "block \(block) of the devnet is \(devnet), executed again it is \(here)"
        }
    }

    /// What was sent in a slot.
    public struct Submission: Sendable {
        public var swaps: [UserSwap]
        /// Everything that was sent, the swaps among it.
        public var hashes: [Hash32]
    }

    public var chain: Blockchain { setup.devnet.chain }

    // MARK: A slot

    /// Users and everybody else sign and send.
    public func submitSlot() throws -> Submission {
        syncNonces()
        let contracts = setup.contracts
        let environment = setup.devnet.nextEnvironment
        let swaps = try userSwaps.next(
            wallets: &setup.wallets.users,
            idle: setup.wallets.users.indices.filter { isIdle(setup.wallets.users[$0]) },
            contracts: contracts, market: setup.market, environment: environment,
            machine: machine(environment))
        return Submission(
            swaps: swaps, hashes: try send(swaps.map(\.candidate), environment: environment))
    }

    /// Sends transactions of the world's own choice instead of users' swaps, beside the
    /// arbitrageur's and the crowd's.
    func submit(_ chosen: [BlockBuilder.Candidate]) throws -> Submission {
        let environment = setup.devnet.nextEnvironment
        return Submission(swaps: [], hashes: try send(chosen, environment: environment))
    }

    private func machine(_ environment: BlockEnvironment) -> VirtualMachine {
        VirtualMachine(block: environment, state: chain.reader(on: chain.head.number))
    }

    private func send(
        _ chosen: [BlockBuilder.Candidate], environment: BlockEnvironment
    ) throws -> [Hash32] {
        let contracts = setup.contracts
        var candidates = chosen
        if isIdle(setup.wallets.arbitrageur) {
            for pool in contracts.pools {
                let trade = try Arbitrageur.trade(
                    pool, wallet: &setup.wallets.arbitrageur, contracts: contracts,
                    market: setup.market, environment: environment, machine: machine(environment))
                if let trade { candidates.append(trade) }
            }
        }
        var idleCrowd = setup.wallets.crowd.filter(isIdle)
        // What the swaps will use is not known here; this is about it.
        let gasLeft =
            environment.gasLimit
            - min(
                UInt64(candidates.count) * 250_000, environment.gasLimit)
        candidates += try crowd.transfers(
            wallets: &idleCrowd, environment: environment, gasLeft: gasLeft)
        let calls = candidates.map {
            JSONRPCCall("eth_sendRawTransaction", [.data($0.signed.raw)])
        }
        for answer in try client.batch(calls).wait() { _ = try answer.get() }
        for candidate in candidates {
            waiting[candidate.signed.hash] = (
                candidate.sender, candidate.signed.transaction.nonce
            )
        }
        return candidates.map(\.signed.hash)
    }

    /// Waits for the end of the slot and executes its block again: on a logical clock it ends as
    /// soon as the bot has answered for each of these transactions. The market moves with it: who
    /// sees the new head sees the price that goes with it.
    public func closeSlot(answersFor hashes: [Hash32] = []) throws -> Block {
        setup.market.step()
        try quoteMarket()
        switch clock {
        case .logical:
            let timestamp = setup.devnet.nextEnvironment.timestamp
            _ = try client.call(
                "devnet_closeSlot",
                [
                    .array(hashes.map { .hash($0) }), .quantity(timestamp),
                    .decimal(answerSeconds, decimals: 3),
                ], timeout: .seconds(Int64(answerSeconds) + 30)
            ).wait()
            return try executeAgain()
        case .real:
            let known = chain.head.number
            while try headNumber() <= known {
                try client.connection.loop.scheduleTask(in: .milliseconds(50)) {}
                    .futureResult.wait()
            }
            let last = try headNumber()
            var block = try executeAgain()
            while block.number < last { block = try executeAgain() }
            return block
        }
    }

    /// Tells the devnet the market's price, which the bot asks it for.
    private func quoteMarket() throws {
        let fair = setup.market.sqrtPriceX96(
            wethIsToken0: setup.contracts.tokens.wethIsToken0)
        let calls = setup.contracts.pools.map {
            JSONRPCCall("devnet_setFairPrice", [.address($0.address), .quantity(fair)])
        }
        for answer in try client.batch(calls).wait() { _ = try answer.get() }
    }

    private func headNumber() throws -> UInt64 {
        guard let number = try client.call("eth_blockNumber").wait().quantity64 else {
            throw SetupError.unexpectedState("the devnet has no block number")
        }
        return number
    }

    /// Has the devnet replace its newest blocks, and follows it.
    func reorganise(depth: UInt64) throws -> Block {
        _ = try client.call("devnet_reorganise", [.quantity(depth)]).wait()
        setup.devnet.chain = chain.upTo(chain.head.number - depth)
        // What the old blocks held waits again, or is in the new ones.
        waiting = [:]
        for _ in 0..<depth { _ = try executeAgain() }
        return chain.head
    }

    /// Executes the devnet's next block here and compares the hashes.
    private func executeAgain() throws -> Block {
        let number = chain.head.number + 1
        let json = try client.call("eth_getBlockByNumber", [.quantity(number), false]).wait()
        guard let hash = json["hash"]?.hash, let time = json["timestamp"]?.quantity64,
            let hashes = json["transactions"]?.array?.map(\.hash), !hashes.contains(nil)
        else { throw SetupError.unexpectedState("the devnet has no block \(number)") }
        let raws = try client.batch(
            hashes.map {
                JSONRPCCall("eth_getRawTransactionByHash", [.hash($0 ?? .zero)])
            }
        ).wait()
        let builder = try setup.devnet.builder(setup.devnet.environment(timestamp: time))
        for raw in raws {
            let signed = try SignedTransaction(decoding: try raw.get().data ?? [])
            try builder.include(.init(signed: signed, sender: try signed.sender()))
        }
        let block = setup.devnet.chain.append(builder)
        guard block.hash == hash else {
            throw Divergence(block: number, devnet: hash, here: block.hash)
        }
        let state = chain.state
        waiting = waiting.filter { ($0.value.nonce) >= state.account($0.value.sender)?.nonce ?? 0 }
        return block
    }

    /// Whether nothing of the wallet waits for a block: what it signs next has the nonce that the
    /// chain expects.
    private func isIdle(_ wallet: Wallet) -> Bool {
        !waiting.values.contains { $0.sender == wallet.address }
    }

    /// Takes every wallet's nonce from the chain.
    func syncNonces() {
        let state = chain.state
        func sync(_ wallet: inout Wallet) {
            wallet.nonce = state.account(wallet.address)?.nonce ?? 0
        }
        for index in setup.wallets.users.indices { sync(&setup.wallets.users[index]) }
        for index in setup.wallets.crowd.indices { sync(&setup.wallets.crowd[index]) }
        sync(&setup.wallets.arbitrageur)
        sync(&setup.wallets.owner)
    }
}
