import Ethereum
import UniswapV3

/// What a sandwicher could earn from a target: he trades in front of it, as far as its minimum
/// output allows, and back behind it.
///
/// On the exact pool model: the front-run x is exact input in the target's direction, the back-run
/// sells what x bought. x is at most what leaves the target at its bound; within that his profit is
/// looked for at eighths of it, since he pays the fee on both his trades.
public struct SandwichValue: Equatable, Sendable {
    /// Raw units of the target's input token: the front-run, and what he has more in the end.
    public var frontRun: UInt256
    public var profit: UInt256

    /// Bisections of the largest front-run: to a millionth of the first bound.
    private static let bisections = 20
    /// Doublings from the target's own size while its bound still holds.
    private static let doublings = 6

    /// The best sandwich of a swap with a bound: the least output of an exact input, or the most
    /// input of an exact output. Nil where none earns anything before gas.
    public init?(
        state: PoolState, zeroForOne: Bool, amountSpecified: Int256, bound: UInt256,
        capital: UInt256 = .max
    ) {
        let model = Model(
            state: state, zeroForOne: zeroForOne, amountSpecified: amountSpecified, bound: bound)
        guard let own = model.input(), !own.isZero,
            let largest = Self.largest(model, own: own, capital: capital)
        else { return nil }
        var best: SandwichValue?
        for eighths: UInt64 in 1...8 {
            let frontRun = UInt256.mulDiv(largest, UInt256(eighths), 8) ?? largest
            guard !frontRun.isZero, let profit = model.profit(frontRun),
                profit > best?.profit ?? .zero
            else { continue }
            best = SandwichValue(frontRun: frontRun, profit: profit)
        }
        guard let best else { return nil }
        self = best
    }

    private init(frontRun: UInt256, profit: UInt256) {
        self.frontRun = frontRun
        self.profit = profit
    }

    /// The largest front-run that leaves the target at its bound; nil where it does not hold even
    /// without one.
    private static func largest(_ model: Model, own: UInt256, capital: UInt256) -> UInt256? {
        guard model.holds(.zero) else { return nil }
        var low = UInt256.zero
        var high = min(own, capital)
        for _ in 0..<doublings where high < capital && model.holds(high) {
            low = high
            high = min(high &+ high, capital)
        }
        if model.holds(high) { return high }
        for _ in 0..<bisections {
            let middle = (low &+ high) >> 1
            if model.holds(middle) { low = middle } else { high = middle }
        }
        return low
    }

    /// The pool with a front-run in front of the target.
    private struct Model {
        let state: PoolState
        let zeroForOne: Bool
        let amountSpecified: Int256
        let bound: UInt256

        /// Raw units that the target puts in when nobody is in front of it.
        func input() -> UInt256? {
            (try? state.swap(zeroForOne: zeroForOne, amountSpecified: amountSpecified))?.amountIn
        }

        /// The pool behind a front-run; nil where it cannot be traded.
        private func after(_ frontRun: UInt256) -> (PoolState, bought: UInt256)? {
            guard !frontRun.isZero else { return (state, .zero) }
            var state = state
            guard
                let result = try? state.apply(
                    zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: frontRun)),
                result.amountIn == frontRun
            else { return nil }
            return (state, result.amountOut)
        }

        /// Whether the target is still filled within its bound.
        func holds(_ frontRun: UInt256) -> Bool {
            guard let (state, _) = after(frontRun),
                let swap = try? state.swap(
                    zeroForOne: zeroForOne, amountSpecified: amountSpecified)
            else { return false }
            return amountSpecified.isNegative ? swap.amountIn <= bound : swap.amountOut >= bound
        }

        /// What the sandwicher has more of the input token; nil for nothing.
        func profit(_ frontRun: UInt256) -> UInt256? {
            guard let (front, bought) = after(frontRun) else { return nil }
            var state = front
            guard
                (try? state.apply(zeroForOne: zeroForOne, amountSpecified: amountSpecified)) != nil,
                let back = try? state.swap(
                    zeroForOne: !zeroForOne, amountSpecified: Int256(bitPattern: bought))
            else { return nil }
            return back.amountOut.subtractingChecked(frontRun)
        }
    }
}
