import Contracts
import Ethereum
import JSON
import Store
import Wire

/// The one round trip in which the bot learns everything of a new head: the block and its receipts,
/// its changes of state, our balances and nonces behind it, and the fair price.
struct HeadBatch {
    /// The answers, each read strictly.
    struct Answer {
        var block: JSON
        var receipts: JSON
        var trace: JSON
        var nonces: [UInt64]
        var balances: [Holding: UInt256]
        /// The root of token1 per token0 in Q64.96 by pool; empty where nobody quotes.
        var fairSqrtPricesX96: [Address: UInt256]
    }

    /// What makes a trace tell each transaction's changes of state.
    static let changesOfState: JSON = [
        "tracer": "prestateTracer", "tracerConfig": ["diffMode": true],
    ]

    let holdings: [Holding]
    private let operators: [Address]
    let calls: [JSONRPCCall]

    init(blockHash: Hash32, configuration: BotConfiguration, tokens: [Address]) {
        let block: JSON = ["blockHash": .hash(blockHash)]
        operators = configuration.operators.map(\.address)
        let names: [Address?] = [nil] + tokens
        holdings = configuration.allOwnAccounts.sorted().flatMap { account in
            names.map { Holding(account: account, token: $0) }
        }
        var calls = [
            JSONRPCCall("eth_getBlockByHash", [.hash(blockHash), true]),
            JSONRPCCall("eth_getBlockReceipts", [.hash(blockHash)]),
            JSONRPCCall(
                "debug_traceBlockByHash",
                [.hash(blockHash), Self.changesOfState]),
            JSONRPCCall("devnet_fairPrices", []),
        ]
        for address in operators {
            calls.append(JSONRPCCall("eth_getTransactionCount", [.address(address), block]))
        }
        for holding in holdings {
            if let token = holding.token {
                calls.append(
                    JSONRPCCall(
                        "eth_call",
                        [
                            [
                                "to": .address(token),
                                "input": .data(ERC20.balanceOf(holding.account)),
                            ], block,
                        ]))
            } else {
                calls.append(JSONRPCCall("eth_getBalance", [.address(holding.account), block]))
            }
        }
        self.calls = calls
    }

    func read(_ answers: [Result<JSON, JSONRPCError>]) throws -> Answer {
        guard answers.count == calls.count else {
            throw BlockEntries.Malformed(what: "as many answers as calls")
        }
        var rest = answers[...]
        let block = try rest.removeFirst().get()
        let receipts = try rest.removeFirst().get()
        let trace = try rest.removeFirst().get()
        // A node without a price of its own is no error: there is then no fair price.
        let prices = try? rest.removeFirst().get()
        var fair: [Address: UInt256] = [:]
        for member in prices?.object ?? [] {
            if let pool = Address(hex: member.key), let price = member.value.quantity {
                fair[pool] = price
            }
        }
        var nonces: [UInt64] = []
        for _ in operators {
            guard let nonce = try rest.removeFirst().get().quantity64 else {
                throw BlockEntries.Malformed(what: "a nonce")
            }
            nonces.append(nonce)
        }
        var balances: [Holding: UInt256] = [:]
        for holding in holdings {
            let answer = try rest.removeFirst().get()
            let amount =
                holding.token == nil ? answer.quantity : answer.data.flatMap { ABIWords($0)[0] }
            guard let amount else { throw BlockEntries.Malformed(what: "balance of \(holding)") }
            balances[holding] = amount
        }
        return Answer(
            block: block, receipts: receipts, trace: trace, nonces: nonces, balances: balances,
            fairSqrtPricesX96: fair)
    }
}
