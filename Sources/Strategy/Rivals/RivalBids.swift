import Contracts
import Ethereum
import UniswapV3

/// What others could bid for one way of a target, beside what we can.
///
/// A builder takes what pays him most. With the share s of everybody's earnings bid, without us he
/// has s · max(S, B): of the sandwich S, or of the back-run B behind the target alone; with
/// another provider of liquidity J, s · (J + B′). Behind our bundle the back-run is worth B′
/// only, since our liquidity holds the price back. So we must bid at least
///
///     s · (max(S, B, J + B′) − B′)
///
/// and where that is more than we can afford, the target is somebody else's.
public struct RivalBids: Sendable {
    private let state: PoolState
    private let way: TargetWay
    private let valuation: WethValuation
    private let parameters: RivalParameters
    private let baseFeePerGas: UInt256
    /// Wei after gas.
    public let sandwichWei: UInt256
    public let backrunWei: UInt256
    /// What another provider has of it, by the pool's record; 0 where none was seen there.
    public let jitWei: UInt256

    /// - Parameters:
    ///   - bound: How far the target's fill may be worsened; nil where that is not known, and then
    ///     no sandwich is counted.
    ///   - jitWei: What another provider of liquidity would earn after gas.
    public init(
        state: PoolState, way: TargetWay, bound: TargetBound?, valuation: WethValuation,
        parameters: RivalParameters, baseFeePerGas: UInt256, jitWei: UInt256 = .zero
    ) {
        self.state = state
        self.way = way
        self.valuation = valuation
        self.parameters = parameters
        self.baseFeePerGas = baseFeePerGas
        self.jitWei = jitWei
        sandwichWei = Self.sandwich(
            state, way, bound, valuation, parameters, baseFeePerGas: baseFeePerGas)
        var after = state
        let isReached = way.swaps.allSatisfy {
            (try? after.apply(zeroForOne: $0.zeroForOne, amountSpecified: $0.amountSpecified))
                != nil
        }
        backrunWei =
            isReached ? Self.backrun(after, way, valuation, parameters, baseFeePerGas) : .zero
    }

    /// Wei that we must bid when the target ends at this price with us, and against whom.
    public func needed(sqrtPriceX96After: UInt256) -> (rival: Rival, wei: UInt256) {
        let remaining = backrunBehindUs(sqrtPriceX96After)
        let offers: [(Rival, UInt256)] = [
            (.backrun, backrunWei), (.sandwich, sandwichWei),
            (.jit, jitWei.isZero ? .zero : jitWei &+ remaining),
        ]
        let best = offers.reduce(offers[0]) { $1.1 > $0.1 ? $1 : $0 }
        let above = best.1.subtractingChecked(remaining) ?? .zero
        return (
            best.0, UInt256.mulDiv(above, UInt256(parameters.bidShareBps), 10_000) ?? above
        )
    }

    /// The back-run's worth on the passive pool moved to the price at which our bundle leaves it.
    private func backrunBehindUs(_ sqrtPriceX96: UInt256) -> UInt256 {
        var after = state
        let moves =
            way.zeroForOne ? sqrtPriceX96 < state.sqrtPriceX96 : sqrtPriceX96 > state.sqrtPriceX96
        if moves,
            (try? after.apply(
                zeroForOne: way.zeroForOne,
                amountSpecified: Int256(bitPattern: UInt256.one << 200),
                sqrtPriceLimitX96: sqrtPriceX96)) == nil
        {
            return .zero
        }
        return Self.backrun(after, way, valuation, parameters, baseFeePerGas)
    }

    private static func backrun(
        _ after: PoolState, _ way: TargetWay, _ valuation: WethValuation,
        _ parameters: RivalParameters, _ baseFeePerGas: UInt256
    ) -> UInt256 {
        let value = BackrunValue(
            behind: after, targetZeroForOne: way.zeroForOne, valuation: valuation)
        return value.profitWei.subtractingChecked(
            UInt256(parameters.backrunGas) &* baseFeePerGas) ?? .zero
    }

    private static func sandwich(
        _ state: PoolState, _ way: TargetWay, _ bound: TargetBound?, _ valuation: WethValuation,
        _ parameters: RivalParameters, baseFeePerGas: UInt256
    ) -> UInt256 {
        let sellsWeth = way.zeroForOne == valuation.wethIsToken0
        let capital =
            sellsWeth
            ? parameters.sandwichCapitalWei
            : valuation.otherOfWei(parameters.sandwichCapitalWei) ?? .max
        guard let bound,
            let value = SandwichValue(
                state: state, zeroForOne: way.zeroForOne, amountSpecified: way.amountSpecified,
                bound: bound.amount, capital: capital)
        else { return .zero }
        let wei =
            sellsWeth
            ? value.profit : valuation.weiOfOther(value.profit, roundingUp: true) ?? .max
        return wei.subtractingChecked(UInt256(parameters.sandwichGas) &* baseFeePerGas) ?? .zero
    }
}

extension WethValuation {
    /// Raw units of the other token that are worth so many wei, rounded down.
    fileprivate func otherOfWei(_ wei: UInt256) -> UInt256? {
        let q96 = UInt256.one << 96
        let (factor, divisor) = wethIsToken0 ? (sqrtPriceX96, q96) : (q96, sqrtPriceX96)
        guard let once = UInt256.mulDiv(wei, factor, divisor) else { return nil }
        return UInt256.mulDiv(once, factor, divisor)
    }
}
