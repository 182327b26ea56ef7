import Contracts
import Ethereum
import JSON
import NIOCore
import Strategy
import UniswapV3
import Wire

/// What every lender lends of every token at one block, as a node tells it.
public struct LiquidityReport: Sendable {
    /// One lender's offer of one token.
    public struct Row: Sendable {
        public var offer: FlashLoanOffer
        public var symbol: String
        public var decimals: UInt64
        /// Raw units that are worth the amount asked for; nil where none was asked for.
        public var neededRaw: UInt256?
        /// Why it cannot be borrowed here; nil where it can.
        public var refusal: LenderRefusal?
    }

    /// What is asked.
    public struct Question: Sendable {
        public var lenders: [LenderSetting]
        /// Empty for the tokens of the pools.
        public var tokens: [Address]
        /// Pools whose tokens are meant, and which tell prices.
        public var pools: [PoolKey]
        /// The factory by which pools' addresses are derived, found from the executor where given.
        public var executor: Address?
        /// Whole dollars that are to be borrowed; nil for no amount.
        public var amountUsd: UInt64?
        /// The token that is taken for a dollar; nil for the first of the pools' that is not WETH.
        public var usdToken: Address?

        public init(
            lenders: [LenderSetting], tokens: [Address], pools: [PoolKey],
            executor: Address? = nil, amountUsd: UInt64? = nil, usdToken: Address? = nil
        ) {
            self.lenders = lenders
            self.tokens = tokens
            self.pools = pools
            self.executor = executor
            self.amountUsd = amountUsd
            self.usdToken = usdToken
        }
    }

    public let blockNumber: UInt64
    public let usdToken: Address?
    public let rows: [Row]

    /// Why a question has no answer.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        case noTokens
        case noPrice(token: Address, usdToken: Address)
        case noUsdToken
        case notAToken(Address)
        case malformed(String)

        public var description: String {
            switch self {
            case .noTokens: "no token is named: use --token, or set POOLS or FLASH_LENDERS"
            case .noPrice(let token, let usd):
                "no pool of \(token) and \(usd) is known, so an amount in dollars cannot be told"
            case .noUsdToken: "no token is known as the dollar: use --usd-token"
            case .notAToken(let address): "\(address) does not answer as a token"
            case .malformed(let what): "the node's answer is malformed: \(what)"
            }
        }
    }

    /// Asks a node. Blocks; not to be called on an event loop.
    public static func read(
        _ question: Question, from node: JSONRPCClient
    ) throws -> LiquidityReport {
        let reader = try Reader(node: node)
        var question = question
        if question.lenders.isEmpty {
            // A devnet knows its own lenders; on any other chain they must be named.
            let text = try? node.call("devnet_lenders").wait()
            question.lenders = try text?.string.map { try LenderSetting.list($0) } ?? []
        }
        let deployment = try reader.deployment(executor: question.executor, question)
        var pools = question.pools
        for case .pool(let key) in question.lenders where !pools.contains(key) {
            pools.append(key)
        }
        var tokens = question.tokens
        if tokens.isEmpty { tokens = Set(pools.flatMap { [$0.token0, $0.token1] }).sorted() }
        guard !tokens.isEmpty else { throw Failure.noTokens }
        let usdToken = try question.amountUsd.map { _ in
            try question.usdToken ?? reader.dollar(of: pools)
        }
        var rows: [Row] = []
        for token in tokens {
            let (symbol, decimals) = try reader.metadata(of: token)
            let needed = try question.amountUsd.map { dollars in
                try reader.raw(
                    dollars, of: token, usdToken: usdToken ?? .zero, pools: pools, deployment)
            }
            for setting in question.lenders {
                let lender = setting.lender(in: deployment)
                if case .pool(let key) = setting, key.token0 != token, key.token1 != token {
                    continue
                }
                let offer = try FlashLoanOffer.read(lender, token: token, view: reader.view)
                rows.append(
                    Row(
                        offer: offer, symbol: symbol, decimals: decimals, neededRaw: needed,
                        refusal: refusal(of: offer, needed: needed)))
            }
        }
        return LiquidityReport(blockNumber: reader.block, usdToken: usdToken, rows: rows)
    }

    /// By the rules of the orchestrator, with no limit but the lender's own.
    private static func refusal(of offer: FlashLoanOffer, needed: UInt256?) -> LenderRefusal? {
        FlashLoanOrchestrator(offers: [offer], limits: [offer.token: .max]).choose(
            token: offer.token, amount: needed ?? .zero,
            beside: .init(jitPool: .zero, hedgePool: nil)
        ).refusals.first?.refusal
    }

    /// Whether each token can be borrowed somewhere.
    public var isUsable: Bool {
        Set(rows.map(\.offer.token)).allSatisfy { token in
            rows.contains { $0.offer.token == token && $0.refusal == nil }
        }
    }

    public var json: JSON {
        [
            "block": .integer(Int64(clamping: blockNumber)),
            "usdToken": usdToken.map { .address($0) } ?? .null,
            "rows": .array(
                rows.map { row in
                    let offer = row.offer
                    return [
                        "lender": .string(offer.lender.kind.label),
                        "address": .address(offer.lender.address),
                        "token": .address(offer.token), "symbol": .string(row.symbol),
                        "decimals": .integer(row.decimals),
                        "liquidityRaw": .string(offer.available.description),
                        "feeBps": .decimal(offer.fee.bps, decimals: 4),
                        "paused": .bool(offer.closed != nil),
                        "neededRaw": row.neededRaw.map { .string($0.description) } ?? .null,
                        "feeRaw": row.neededRaw.flatMap { offer.fee.fee(of: $0) }
                            .map { .string($0.description) } ?? .null,
                        "usable": .bool(row.refusal == nil),
                        "reason": row.refusal.map { .string("\($0)") } ?? .null,
                    ]
                }),
        ]
    }

    /// The rows as lines for people.
    public var lines: [String] {
        var lines = [
            "block \(blockNumber)",
            Self.columns("lender", "address", "token", "liquidity", "fee bps", "usable"),
        ]
        for row in rows {
            let offer = row.offer
            let whole = offer.available.approximateDouble * Self.power(0.1, row.decimals)
            lines.append(
                Self.columns(
                    offer.lender.kind.label, offer.lender.address.description, row.symbol,
                    fixed(whole, decimals: 2), fixed(offer.fee.bps, decimals: 2),
                    row.refusal.map { "no: \($0)" } ?? "yes"))
        }
        return lines
    }

    private static func power(_ base: Double, _ exponent: UInt64) -> Double {
        (0..<exponent).reduce(1) { result, _ in result * base }
    }

    private static func columns(
        _ lender: String, _ address: String, _ token: String, _ liquidity: String, _ fee: String,
        _ usable: String
    ) -> String {
        Amounts.left(lender, 12) + Amounts.left(address, 44) + Amounts.left(token, 8)
            + Amounts.right(liquidity, 20) + "  " + Amounts.right(fee, 8) + "  " + usable
    }
}

/// A node at one block.
private struct Reader {
    let node: JSONRPCClient
    let block: UInt64

    init(node: JSONRPCClient) throws {
        self.node = node
        guard let number = try node.call("eth_blockNumber").wait().quantity64 else {
            throw LiquidityReport.Failure.malformed("eth_blockNumber")
        }
        block = number
    }

    /// The output of a call; nil where it reverts. An error that is no answer to the call, such as
    /// a node that has gone, is thrown.
    func view(_ contract: Address, _ data: [UInt8]) throws -> [UInt8]? {
        do {
            return try node.call(
                "eth_call", [["to": .address(contract), "input": .data(data)], .quantity(block)]
            ).wait().data
        } catch is JSONRPCError {
            return nil
        }
    }

    private func word(_ contract: Address, _ data: [UInt8]) throws -> UInt256? {
        try view(contract, data).flatMap { ABIWords($0)[0] }
    }

    func deployment(
        executor: Address?, _ question: LiquidityReport.Question
    ) throws -> Deployment {
        if let executor, let factory = try word(executor, JitExecutorViews.factory) {
            return Deployment(
                factory: Address(word: factory),
                initCodeHash: Deployment.uniswapV3Mainnet.initCodeHash)
        }
        if let factory = try? node.call("devnet_factory").wait().address {
            return Deployment(
                factory: factory, initCodeHash: Deployment.uniswapV3Mainnet.initCodeHash)
        }
        return .uniswapV3Mainnet
    }

    func metadata(of token: Address) throws -> (symbol: String, decimals: UInt64) {
        guard
            let decimals = try word(token, Calldata(Selector("decimals()")).bytes)?.asUInt64,
            decimals <= 77
        else { throw LiquidityReport.Failure.notAToken(token) }
        let answer = try view(token, Calldata(Selector("symbol()")).bytes) ?? []
        var symbol = "?"
        if let values = try? ABI.decode(answer, as: [.string]), case .string(let text) = values[0] {
            symbol = String(text.prefix(12))
        }
        return (symbol, decimals)
    }

    /// The first token of the pools that has six decimals, as dollars on Ethereum have.
    func dollar(of pools: [PoolKey]) throws -> Address {
        for token in pools.flatMap({ [$0.token0, $0.token1] })
        where try metadata(of: token).decimals == 6 { return token }
        throw LiquidityReport.Failure.noUsdToken
    }

    /// Raw units of a token that are worth whole dollars, rounded up, at a pool's present price.
    func raw(
        _ dollars: UInt64, of token: Address, usdToken: Address, pools: [PoolKey],
        _ deployment: Deployment
    ) throws -> UInt256 {
        let (_, decimals) = try metadata(of: usdToken)
        let ten: UInt256 = 10
        var amount = UInt256(dollars)
        for _ in 0..<decimals { amount = amount &* ten }
        guard token != usdToken else { return amount }
        for key in pools
        where [key.token0, key.token1].contains(token)
            && [key.token0, key.token1].contains(usdToken)
        {
            guard
                let price = try word(
                    key.address(in: deployment), UniswapV3PoolContract.slot0),
                // What is not the token is valued in it, as other tokens are in WETH.
                let value = WethValuation(
                    wethIsToken0: key.token0 == token, sqrtPriceX96: price
                ).weiOfOther(amount, roundingUp: true)
            else { continue }
            return value
        }
        throw LiquidityReport.Failure.noPrice(token: token, usdToken: usdToken)
    }
}
