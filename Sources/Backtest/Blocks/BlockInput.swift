import Chain
import Contracts
import Ethereum
import Recordings
import UniswapV3

/// A recorded block as a backtest's input: executed in the EVM, so that its swaps, and what the
/// pools' storage held before, are known and proven.
public struct BlockInput: Sendable {
    public let input: BacktestInput
    private let record: RecordedBlock

    /// Reads the bytes of a file (`block export` writes such).
    public init(name: String, bytes: [UInt8]) throws {
        record = try RecordedBlock(json: bytes)
        input = BacktestInput(
            name: name, kind: .recordedBlock,
            digest: BacktestInput.digest([Array(name.utf8), bytes]), pool: nil)
    }

    /// Why a block's swaps cannot be trusted.
    public enum Fault: Error, Sendable, CustomStringConvertible {
        case notExecuted(BlockFault)
        case differs(String)

        public var description: String {
            switch self {
            case .notExecuted(let fault): "the block cannot be executed: \(fault)."
            case .differs(let what):
                "the block's execution differs from its record in \(what); jit-bot block execute "
                    + "shows all differences."
            }
        }
    }

    /// The block's one shard.
    public func work(settings: BacktestSettings, span: BlockSpan?) throws(Fault) -> Shard {
        var shard = Shard(
            input: input, settings: settings, span: span, firstRow: 0, rows: 0)
        guard span?.contains(record.block.header.number) ?? true else { return shard }
        let comparison: BlockComparison
        do throws(BlockFault) {
            comparison = try BlockComparison(record)
        } catch {
            throw .notExecuted(error)
        }
        if let first = comparison.differences.first { throw .differs(first.what) }
        var pools = BlockPools(
            header: record.block.header, execution: comparison.execution, settings: settings,
            input: input.digest)
        pools.walk(into: &shard)
        return shard
    }
}

/// The pools of one block, followed log by log.
private struct BlockPools {
    let header: BlockHeader
    let execution: BlockExecution
    let settings: BacktestSettings
    let input: Hash32
    /// Nil for a pool of which too little was read, or that the model lost.
    private var states: [Address: PoolState?] = [:]
    private var row = 0

    init(
        header: BlockHeader, execution: BlockExecution, settings: BacktestSettings, input: Hash32
    ) {
        self.header = header
        self.execution = execution
        self.settings = settings
        self.input = input
    }

    mutating func walk(into shard: inout Shard) {
        for transaction in execution.transactions {
            let logs = transaction.receipt.logs
            let tokens = Self.tokens(in: logs)
            for log in logs {
                if let event = PoolLiquidityEvent(log) { apply(event) }
                guard let swap = UniswapV3PoolContract.Swap(log) else { continue }
                answer(swap, tokens: tokens, into: &shard)
                row += 1
            }
        }
        shard.rows = row
    }

    /// What moved in a transaction: a pool's tokens are among it.
    private static func tokens(in logs: [Log]) -> [Address] {
        var tokens: [Address] = []
        for log in logs
        where log.topics.first == ERC20.transferTopic && !tokens.contains(log.address) {
            tokens.append(log.address)
        }
        return tokens
    }

    private mutating func apply(_ event: PoolLiquidityEvent) {
        guard let known = states[event.pool], var state = known else {
            // Not looked at yet: no swap before. Its state would begin behind this change.
            if states[event.pool] == nil { states[event.pool] = .some(nil) }
            return
        }
        do throws(PoolError) {
            if event.isMint {
                try state.addLiquidity(
                    tickLower: event.tickLower, tickUpper: event.tickUpper,
                    liquidity: event.liquidity)
            } else {
                try state.removeLiquidity(
                    tickLower: event.tickLower, tickUpper: event.tickUpper,
                    liquidity: event.liquidity)
            }
            states[event.pool] = state
        } catch {
            states[event.pool] = .some(nil)
        }
    }

    private mutating func answer(
        _ swap: UniswapV3PoolContract.Swap, tokens: [Address], into shard: inout Shard
    ) {
        if states[swap.pool] == nil {
            guard let key = PoolKeySearch.key(of: swap.pool, among: tokens) else {
                shard.unanswered.append(.init(row: row, reason: .notGenuinePool))
                return
            }
            let entry = execution.accessed.entries.first { $0.address == swap.pool }
            let words = Dictionary(
                entry?.storage.map { ($0.slot, $0.value) } ?? [],
                uniquingKeysWith: { first, _ in first })
            states[swap.pool] = .some(KnownPool.state(key, words: words))
        }
        guard let known = states[swap.pool], var state = known,
            let order = RecordedOrder.find(swap, on: state)
        else {
            states[swap.pool] = .some(nil)
            shard.unanswered.append(.init(row: row, reason: .stateNotRecorded))
            return
        }
        let weth = Address.mainnetWeth
        let question = SwapQuestion(
            state: state, swap: order,
            wethIsToken0: state.key.token0 == weth
                ? true : state.key.token1 == weth ? false : nil,
            baseFeeWei: header.baseFeePerGas ?? settings[.baseFeeWei])
        let opportunity = SwapAnswer(question: question, settings: settings).opportunity(
            source: .init(input: input, row: row), block: header.number,
            timestamp: header.timestamp, pool: swap.pool.description, hadRealJit: false)
        if let opportunity {
            shard.opportunities.append(opportunity)
        } else {
            shard.filtered.append(row)
        }
        // That it comes out is known: the order was found by it.
        _ = try? state.apply(
            zeroForOne: order.zeroForOne, amountSpecified: order.amountSpecified,
            sqrtPriceLimitX96: order.sqrtPriceLimitX96)
        states[swap.pool] = state
    }
}
