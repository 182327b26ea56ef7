import Ethereum
import Recordings
import UniswapV3

/// Works one chunk of a history off: each swap in its range of blocks is answered on the pool as it
/// stood right before it.
public struct HistoryWorker {
    private let history: PoolHistory
    private let settings: BacktestSettings
    private let span: BlockSpan?
    private var walk: HistoryWalk
    private var shard: Shard
    private var lastTimestamp: UInt64 = 0

    /// A worker that begins where a chunk does.
    public init(
        _ history: PoolHistory, _ chunk: HistoryChunk, from checkpoint: HistoryCheckpoint,
        settings: BacktestSettings, span: BlockSpan?
    ) {
        self.history = history
        self.settings = settings
        self.span = span
        walk = HistoryWalk(history, at: checkpoint)
        shard = Shard(
            input: history.input, settings: settings, span: span, firstRow: chunk.firstRow,
            rows: chunk.rows)
    }

    /// The chunk's shard. `observe` is told how many rows are done, now and then.
    public mutating func run(observe: (Int) -> Void = { _ in }) throws -> Shard {
        let end = shard.firstRow + shard.rows
        let begin = walk.checkpoint()
        var told = shard.firstRow
        var waiting: PoolEvents.Event?
        while walk.row < end || waiting != nil {
            var block: [PoolEvents.Event] = []
            var firstRow = walk.row
            if let event = waiting {
                block.append(event)
                firstRow -= 1
                waiting = nil
            }
            while walk.row < end {
                guard let event = try walk.next() else { break }
                try checkTime(event)
                if let first = block.first, first.block != event.block {
                    waiting = event
                    break
                }
                block.append(event)
            }
            if block.isEmpty { break }
            try work(block, firstRow: firstRow)
            if walk.row - told >= 512 {
                told = walk.row
                observe(told - shard.firstRow)
            }
        }
        try fillMarkOuts(from: begin)
        return shard
    }

    private mutating func checkTime(_ event: PoolEvents.Event) throws {
        guard event.timestamp >= lastTimestamp else {
            throw HistoryFault.backwards(line: event.line, what: "the time")
        }
        lastTimestamp = event.timestamp
    }

    // MARK: One block

    private mutating func work(_ events: [PoolEvents.Event], firstRow: Int) throws {
        let isWanted = span?.contains(events[0].block) ?? true
        let pairs = isWanted && events.count > 2 ? RealJitPair.pairs(in: events) : []
        var accounts = pairs.map { RealJitAccount($0, in: events) }
        for (index, event) in events.enumerated() {
            if isWanted, case .swap(let swap) = event.action {
                answer(
                    swap, event, row: firstRow + index, around: accounts.filter { $0.holds(index) })
            }
            for position in accounts.indices {
                accounts[position].before(index, event, walk.pool, history.wethIsToken0)
            }
            try walk.perform(event, row: firstRow + index)
        }
        for account in accounts {
            shard.realJit.append(
                account.finding(
                    pool: history.input.pool ?? "", in: events, firstRow: firstRow,
                    input: history.input.digest, price: walk.pool.sqrtPriceX96,
                    wethIsToken0: history.wethIsToken0,
                    ours: shard.opportunities))
        }
    }

    private mutating func answer(
        _ swap: PoolEvents.Swap, _ event: PoolEvents.Event, row: Int, around: [RealJitAccount]
    ) {
        let source = Opportunity.Source(input: history.input.digest, row: row)
        var question = SwapQuestion(
            state: walk.pool, swap: swap, wethIsToken0: history.wethIsToken0,
            baseFeeWei: settings[.baseFeeWei])
        var hadRealJit = false
        for account in around where account.takeOut(of: &question.state) { hadRealJit = true }
        if hadRealJit {
            // Without the other's liquidity the swap ends elsewhere: the swapper's baseline.
            guard let alone = question.withoutOthers() else {
                shard.unanswered.append(.init(row: row, reason: .otherFails))
                return
            }
            question = alone
        }
        let answer = SwapAnswer(question: question, settings: settings)
        guard
            let opportunity = answer.opportunity(
                source: source, block: event.block, timestamp: event.timestamp,
                pool: history.input.pool ?? "", hadRealJit: hadRealJit)
        else {
            shard.filtered.append(row)
            return
        }
        shard.opportunities.append(opportunity)
    }

    // MARK: Later prices

    /// Fills in the mark-outs by the prices that the history has a minute and an hour later.
    private mutating func fillMarkOuts(from begin: HistoryCheckpoint) throws {
        let planned = shard.opportunities.indices.filter { shard.opportunities[$0].plan != nil }
        guard let last = planned.last else { return }
        let end = shard.opportunities[last].timestamp + Opportunity.MarkOut.oneHour.seconds
        var later = LaterPrices()
        var ahead = HistoryWalk(history, at: begin)
        while let event = try ahead.next() {
            later.add(event)
            if event.timestamp > end { break }
        }
        for index in planned {
            for mark in [Opportunity.MarkOut.oneMinute, .oneHour] {
                let row = shard.opportunities[index]
                guard let price = later.price(at: row.timestamp + mark.seconds) else { continue }
                shard.opportunities[index].markOutsWei[mark.rawValue] = row.plan?.markOut(
                    at: price, wethIsToken0: history.wethIsToken0)
            }
        }
    }
}

extension SwapQuestion {
    /// The same order on the changed state, with what it then does; nil where it fails.
    func withoutOthers() -> SwapQuestion? {
        guard
            let result = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: swap.amountSpecified,
                sqrtPriceLimitX96: swap.sqrtPriceLimitX96)
        else { return nil }
        var question = self
        question.swap.amount0 = result.amount0
        question.swap.amount1 = result.amount1
        question.swap.sqrtPriceX96After = result.sqrtPriceX96After
        question.swap.liquidityAfter = result.liquidityAfter
        question.swap.tickAfter = result.tickAfter
        return question
    }
}

/// A pool's prices in the order of time.
struct LaterPrices {
    private var times: [UInt64] = []
    private var prices: [UInt256] = []

    mutating func add(_ event: PoolEvents.Event) {
        guard let price = event.after.sqrtPriceX96 else { return }
        times.append(event.timestamp)
        prices.append(price)
    }

    /// The price that stood at a time; nil where the record ends before, so that a later event
    /// might have changed it.
    func price(at time: UInt64) -> UInt256? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0, low < times.count || times[low - 1] == time else { return nil }
        return prices[low - 1]
    }
}
