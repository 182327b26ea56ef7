import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import Wire

/// The demo's users, arbitrageur, crowd and market in front of a devnet on sockets: they know it by
/// its JSON-RPC alone.
///
/// The world executes every block of the devnet again on a chain of its own that began with the
/// same seed, and stops at the first block whose hash is another: what it then audits is what
/// happened.
public final class NetworkWorld {
    /// The world's own copy of the chain, with the wallets and the market.
    public private(set) var setup: DemoSetup
    private let client: JSONRPCClient
    private var userSwaps: UserSwaps
    private var crowd: Crowd
    /// Seconds that a slot waits for the bot's answers at most.
    public var answerSeconds = 30.0

    /// A world of this seed in front of a devnet of the same seed.
    public init(seed: UInt64, artifacts: UniswapArtifacts, client: JSONRPCClient) throws {
        setup = try DemoSetup.run(seed: seed, artifacts: artifacts)
        self.client = client
        userSwaps = UserSwaps(seed: seed)
        crowd = Crowd(seed: seed)
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

    /// What happened in a slot.
    public struct Slot: Sendable {
        public var swaps: [UserSwap]
        public var block: Block
    }

    /// Plays one slot: the market moves, users and everybody else sign and send, and as soon as the
    /// bot has answered for each transaction the block is built and executed again here.
    public func playSlot() throws -> Slot {
        setup.market.step()
        syncNonces()
        let contracts = setup.contracts
        let fair = setup.market.sqrtPriceX96(wethIsToken0: contracts.tokens.wethIsToken0)
        var calls = contracts.pools.map {
            JSONRPCCall("devnet_setFairPrice", [.address($0.address), .quantity(fair)])
        }
        let environment = setup.devnet.nextEnvironment
        let machine = VirtualMachine(
            block: environment, state: setup.devnet.chain.reader(on: setup.devnet.chain.head.number)
        )
        let swaps = try userSwaps.next(
            wallets: &setup.wallets.users, contracts: contracts, market: setup.market,
            environment: environment, machine: machine)
        var candidates = swaps.map(\.candidate)
        for pool in contracts.pools {
            if let trade = try Arbitrageur.trade(
                pool, wallet: &setup.wallets.arbitrageur, contracts: contracts,
                market: setup.market, environment: environment, machine: machine)
            {
                candidates.append(trade)
            }
        }
        let watched = candidates.map(\.signed.hash)
        let gasLeft = environment.gasLimit - UInt64(candidates.count) * 250_000
        candidates += try crowd.transfers(
            wallets: &setup.wallets.crowd, environment: environment, gasLeft: gasLeft)
        calls += candidates.map {
            JSONRPCCall("eth_sendRawTransaction", [.data($0.signed.raw)])
        }
        for answer in try client.batch(calls).wait() { _ = try answer.get() }
        return Slot(swaps: swaps, block: try closeSlot(answersFor: watched))
    }

    /// Has the devnet build its block, and executes that again.
    public func closeSlot(answersFor hashes: [Hash32] = []) throws -> Block {
        let timestamp = setup.devnet.nextEnvironment.timestamp
        _ = try client.call(
            "devnet_closeSlot",
            [
                .array(hashes.map { .hash($0) }), .quantity(timestamp),
                .decimal(answerSeconds, decimals: 3),
            ], timeout: .seconds(Int64(answerSeconds) + 30)
        ).wait()
        return try executeAgain()
    }

    /// Executes the devnet's next block here and compares the hashes.
    private func executeAgain() throws -> Block {
        let number = setup.devnet.chain.head.number + 1
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
        return block
    }

    private func syncNonces() {
        let state = setup.devnet.chain.state
        func sync(_ wallet: inout Wallet) {
            wallet.nonce = state.account(wallet.address)?.nonce ?? 0
        }
        for index in setup.wallets.users.indices { sync(&setup.wallets.users[index]) }
        for index in setup.wallets.crowd.indices { sync(&setup.wallets.crowd[index]) }
        sync(&setup.wallets.arbitrageur)
    }

    /// Losses of anybody in a swap between two transactions of the operators in a block; empty
    /// where there is no such swap or nobody lost.
    public func losses(of swap: UserSwap, in block: Block) throws -> Int? {
        let transactions = block.transactions
        guard
            let index = transactions.firstIndex(where: { $0.signed.hash == swap.pending.hash }),
            index > 0, index + 1 < transactions.count,
            Set(setup.wallets.operators.map(\.address)).contains(transactions[index - 1].sender),
            transactions[index - 1].sender == transactions[index + 1].sender
        else { return nil }
        let audit = SwapperAudit(
            chain: setup.devnet.chain, weth: setup.contracts.tokens.weth,
            own: setup.wallets.own.union([setup.contracts.executor]))
        return try audit.losses(
            block: block.number, open: transactions[index - 1].signed.hash,
            target: swap.pending.hash, close: transactions[index + 1].signed.hash,
            pool: swap.pool.address
        ).count
    }
}
