import Ethereum
import JSON
import Strategy
import UniswapV3

/// Blocks with their calls of V3 pools, decoded from traces: an array of objects with `block`,
/// `miner`, `baseFeePerGas`, `transactions` and `pool_calls`.
package struct PoolCallFile: Sendable {
    /// One block.
    package struct Block: Sendable {
        package var number: UInt64
        /// Wei per gas; 0 before London.
        package var baseFeePerGas: UInt256
        package var transactions: [Transaction]
        package var calls: [Call]
    }

    /// A transaction that touches a V3 pool.
    package struct Transaction: Sendable {
        package var hash: Hash32
        package var sender: PoolCallBlock.Sender
        package var input: [UInt8]
        /// Nil where no receipt is recorded.
        package var gasUsed: UInt64?
        package var effectiveGasPrice: UInt256?
    }

    /// A call as recorded, and where it stands in its transaction's trace.
    package struct Call: Sendable {
        package var index: UInt64
        package var transaction: Hash32
        package var traceAddress: [UInt64]
        package var pool: Address
        package var isReverted: Bool
        /// Nil for a reverted call, whose outcome is not recorded.
        package var action: PoolCall.Action?
    }

    package var blocks: [Block]

    /// Whether an object is such a block.
    package static func recognises(_ object: JSONObject) -> Bool {
        object.has("block", "transactions", "pool_calls")
    }

    /// Reads a JSON text. What is malformed is told by its path in it.
    package init(_ bytes: [UInt8]) throws {
        guard case .array(let items) = try JSON(parsing: bytes, limits: .file) else {
            throw FieldError(field: "(the file)", expected: "an array of blocks", found: "another")
        }
        blocks = []
        for (index, item) in items.enumerated() {
            blocks.append(try FieldPath.within("[\(index)]", item, Block.init))
        }
        guard !blocks.isEmpty else {
            throw FieldError(field: "(the file)", expected: "a block", found: "none")
        }
    }
}

extension PoolCallFile.Block {
    fileprivate init(_ object: JSONObject) throws(FieldError) {
        number = try object.uint64("block")
        baseFeePerGas = try object.optional("baseFeePerGas") ?? .zero
        transactions = try FieldPath.each("transactions", of: object) {
            (item) throws(FieldError) in try PoolCallFile.Transaction(item)
        }
        calls = try FieldPath.each("pool_calls", of: object) {
            (item) throws(FieldError) in try PoolCallFile.Call(item)
        }
        let block = try object.required("block").looseQuantity
        for (index, call) in try object.objects("pool_calls").enumerated()
        where call.has("block") && call["block"]?.looseQuantity != block {
            throw FieldError(
                field: "pool_calls[\(index)].block", expected: "\(number)",
                found: call["block"]?.excerpt ?? "nothing")
        }
    }

    /// The calls that were not reverted, neither by themselves nor with what they were in.
    package func successfulCalls(_ traces: TraceFile?) -> PoolCallBlock {
        let reverted = calls.filter(\.isReverted)
        let live = calls.compactMap { call -> PoolCall? in
            guard let action = call.action, !call.isReverted,
                !reverted.contains(where: { call.isWithin($0) }),
                traces?.isReverted(call) != true
            else { return nil }
            return PoolCall(
                transactionIndex: call.index, transactionHash: call.transaction, pool: call.pool,
                action: action)
        }
        return PoolCallBlock(
            number: number, calls: live,
            senders: Dictionary(
                transactions.map { ($0.hash, $0.sender) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension PoolCallFile.Transaction {
    fileprivate init(_ object: JSONObject) throws(FieldError) {
        hash = try object.hash("hash")
        let to = try object.required("to")
        sender = PoolCallBlock.Sender(
            from: try object.address("from"), to: to == .null ? nil : try object.address("to"))
        input = try object.bytes("input")
        gasUsed = try object.optional("gasUsed")?.asUInt64
        effectiveGasPrice = try object.optional("effectiveGasPrice")
    }
}

extension PoolCallFile.Call {
    fileprivate init(_ object: JSONObject) throws(FieldError) {
        index = try object.uint64("tx_index")
        transaction = try object.hash("tx_hash")
        pool = try object.address("pool")
        traceAddress = []
        for item in try object.array("trace_address") {
            guard let step = item.looseQuantity?.asUInt64 else {
                throw FieldError(
                    field: "trace_address", expected: "numbers", found: item.excerpt)
            }
            traceAddress.append(step)
        }
        guard case .bool(let flag) = try object.required("reverted") else {
            throw FieldError(
                field: "reverted", expected: "true or false",
                found: object["reverted"]?.excerpt ?? "nothing")
        }
        isReverted = flag
        let method = try object.string("method")
        guard ["swap", "mint", "burn", "collect", "flash"].contains(method) else {
            throw FieldError(
                field: "method", expected: "swap, mint, burn, collect or flash",
                found: "\"\(method.prefix(80))\"")
        }
        action = flag ? nil : try Self.action(method, object)
    }

    private static func action(
        _ method: String, _ object: JSONObject
    ) throws(FieldError) -> PoolCall.Action {
        switch method {
        case "swap":
            return .swap(
                amount0: try object.integer("amount0"), amount1: try object.integer("amount1"))
        case "mint":
            return .mint(
                owner: try object.address("recipient"), try range(object), try amounts(object))
        case "burn":
            return .burn(
                owner: try object.address("caller"), try range(object), try amounts(object))
        case "collect":
            return .collect(
                owner: try object.address("caller"), tickLower: try tick(object, "tickLower"),
                tickUpper: try tick(object, "tickUpper"), try amounts(object))
        default: return .flash
        }
    }

    private static func tick(_ object: JSONObject, _ name: String) throws(FieldError) -> Tick {
        let value = try object.integer(name)
        guard let magnitude = value.magnitude.asUInt64, magnitude <= UInt64(TickMath.maxTick) else {
            throw FieldError(field: name, expected: "a tick", found: "\(value)")
        }
        return value.isNegative ? -Tick(magnitude) : Tick(magnitude)
    }

    private static func range(_ object: JSONObject) throws(FieldError) -> RangeLiquidity {
        guard let liquidity = try object.word("amount").asUInt128 else {
            throw FieldError(
                field: "amount", expected: "liquidity below 2^128",
                found: try object.required("amount").excerpt)
        }
        return RangeLiquidity(
            tickLower: try tick(object, "tickLower"), tickUpper: try tick(object, "tickUpper"),
            liquidity: liquidity)
    }

    private static func amounts(_ object: JSONObject) throws(FieldError) -> TokenAmounts {
        TokenAmounts(amount0: try object.word("amount0"), amount1: try object.word("amount1"))
    }

    /// Whether this is the other call, or one made within it.
    func isWithin(_ other: PoolCallFile.Call) -> Bool {
        transaction == other.transaction && traceAddress.starts(with: other.traceAddress)
    }
}
