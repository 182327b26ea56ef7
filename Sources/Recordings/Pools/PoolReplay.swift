import Ethereum
import UniswapV3

/// A pool's recorded events, performed again by the pool model: amounts, price, liquidity and tick
/// must come out as on mainnet, with no tolerance.
///
/// After an event that differs the replay goes on with the model's own state.
package struct PoolReplay: Sendable {
    /// The state after the last event.
    package private(set) var pool: PoolState
    package private(set) var report = CheckReport()

    /// Why a history cannot be replayed from where it begins.
    package enum StartError: Error, Equatable, CustomStringConvertible {
        case stateMissing(firstEvent: String)
        case initializedAlready
        case initialPrice(UInt256)
        case feeUnknown

        package var description: String {
            switch self {
            case .stateMissing(let event):
                "the history begins with \(event), not with Initialize; give the pool's state "
                    + "before it with --state STATE.json."
            case .initializedAlready:
                "the history begins with Initialize; a state before that cannot be. Leave out "
                    + "--state."
            case .initialPrice(let price):
                "line 2, column sqrt_price_x96_after: \(price) is no price of a pool."
            case .feeUnknown:
                "without a state the fee must be told by the file's name, which must begin with "
                    + "<token0>_<token1>_<fee>_, the fee being one of Uniswap V3's in 1e-6, as in "
                    + "usdc_weth_500_from_init.csv."
            }
        }
    }

    /// Replays all events.
    ///
    /// - Parameters:
    ///   - state: The pool before the first event; nil where that is Initialize.
    ///   - feePips: The fee of a pool without a state.
    package init(
        _ history: PoolEvents, from state: PoolState?, feePips: UInt32?
    ) throws(StartError) {
        guard let first = history.events.first else { throw .stateMissing(firstEvent: "nothing") }
        pool = try Self.start(with: first.action, state, feePips: feePips)
        for (index, event) in history.events.enumerated() { perform(event, isFirst: index == 0) }
    }

    /// The pool before, or at, a history's first event.
    package static func start(
        with first: PoolEvents.Action, _ state: PoolState?, feePips: UInt32?
    ) throws(StartError) -> PoolState {
        guard case .initialize(let price) = first else {
            guard let state else { throw .stateMissing(firstEvent: first.name) }
            return state
        }
        guard state == nil else { throw .initializedAlready }
        // The model's arithmetic asks for the tokens' order alone, and a history names no
        // addresses: the least two stand for them.
        let tokens = (Address(word: 1), Address(word: 2))
        guard let feePips, let key = PoolKey(sorting: tokens.0, tokens.1, feePips: feePips) else {
            throw .feeUnknown
        }
        do throws(PoolError) {
            return try PoolState(key: key, initializedAt: price)
        } catch {
            throw error == .unknownFee(feePips: feePips) ? .feeUnknown : .initialPrice(price)
        }
    }

    private mutating func perform(_ event: PoolEvents.Event, isFirst: Bool) {
        if case .other = event.action, event.after.isEmpty { return report.skip() }
        var difference: ValueDifference?
        do throws(ValueDifference) {
            try Self.perform(event, on: &pool, isFirst: isFirst)
        } catch {
            difference = error
        }
        report.add(line: event.line, subject: event.action.name, difference)
    }

    /// Performs one event on a pool and compares all that its row says; throws the first
    /// difference, the pool then being as far as the model got.
    package static func perform(
        _ event: PoolEvents.Event, on pool: inout PoolState, isFirst: Bool
    ) throws(ValueDifference) {
        switch event.action {
        case .initialize:
            guard isFirst else {
                throw ValueDifference(
                    "outcome", expected: "success", actual: "the pool is initialised already")
            }
        case .other: break
        case .mint(let range, let amount0, let amount1):
            let amounts: TokenAmounts
            do throws(PoolError) {
                amounts = try pool.addLiquidity(
                    tickLower: range.tickLower, tickUpper: range.tickUpper,
                    liquidity: range.liquidity)
            } catch { throw failure(error) }
            try ValueDifference.check("amount0", amount0, amounts.amount0)
            try ValueDifference.check("amount1", amount1, amounts.amount1)
        case .burn(let range, let amount0, let amount1):
            let amounts: TokenAmounts
            do throws(PoolError) {
                amounts = try pool.removeLiquidity(
                    tickLower: range.tickLower, tickUpper: range.tickUpper,
                    liquidity: range.liquidity)
            } catch { throw failure(error) }
            try ValueDifference.check("amount0", amount0, amounts.amount0)
            try ValueDifference.check("amount1", amount1, amounts.amount1)
        case .swap(let swap):
            let result: SwapResult
            do throws(PoolError) {
                result = try pool.apply(
                    zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
                    sqrtPriceLimitX96: swap.sqrtPriceLimitX96)
            } catch { throw failure(error) }
            try ValueDifference.check("amount0", swap.amount0, result.amount0)
            try ValueDifference.check("amount1", swap.amount1, result.amount1)
        }
        try compare(event.after, pool)
    }

    /// That mainnet performed what the model refuses.
    private static func failure(_ error: PoolError) -> ValueDifference {
        ValueDifference("outcome", expected: "success", actual: "\(error)")
    }

    private static func compare(
        _ after: PoolEvents.After, _ pool: PoolState
    ) throws(ValueDifference) {
        if let price = after.sqrtPriceX96 {
            try ValueDifference.check("sqrt_price_x96_after", price, pool.sqrtPriceX96)
        }
        if let liquidity = after.liquidity {
            try ValueDifference.check("liquidity_after", liquidity, pool.liquidity)
        }
        if let tick = after.tick { try ValueDifference.check("tick_after", tick, pool.tick) }
    }
}
