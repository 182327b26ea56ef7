/// The liquidity that earns most from one swap in one range, in closed form.
///
/// A range from the root e to the root x lies on the swap's way. With liquidity L in it the swap
/// ends at a lower root s, which decides everything: with N(s) the net input that passive liquidity
/// takes until s, and K the swap's net input,
///
///     L(s) = (K − N(s)) / (s − e)
///     profit(s) = L(s) (s − e) (c − p* / (e s)) = (K − N(s)) (c − p* / (e s))
///     c = 1 + φ (1 − π) / (1 − φ)
///
/// for the fee φ, the protocol's share π of it, and the fair price p* (input per output). On a
/// stretch of constant passive liquidity ℓ the first factor is α − ℓ s, so that the profit is
/// concave in s with its maximum at √(α p* / (e ℓ c)). A swap of exact output Y takes
/// L(s) = (Y − O(s)) e s / (s − e) and earns (Y − O(s)) (c e s − p*), concave as well. More capital
/// means an earlier end: a limit on L is a lower bound for s. docs/STRATEGY.md derives this.
public struct RangeOptimum: Equatable, Sendable {
    public var liquidity: Double
    /// The root at which the swap then ends, or leaves the range.
    public var endSqrtPrice: Double
    /// Raw units of the input token at the fair price, before gas.
    public var profit: Double

    /// What a swap pays and at which price what it leaves is valued.
    public struct Terms: Equatable, Sendable {
        /// The pool's fee φ and the protocol's share π of it, as fractions.
        public var fee: Double
        public var protocolShare: Double
        /// p*, input token per output token.
        public var fairPrice: Double
        /// Whether the swap fixes what goes out and not what comes in.
        public var isExactOutput: Bool
        /// What the swapper must gain: raw units of output, or, where he has fixed that, of net
        /// input. He gains more the earlier his swap ends.
        public var swapperGain: Double

        public init(
            fee: Double, protocolShare: Double, fairPrice: Double, isExactOutput: Bool = false,
            swapperGain: Double = 0
        ) {
            self.fee = fee
            self.protocolShare = protocolShare
            self.fairPrice = fairPrice
            self.isExactOutput = isExactOutput
            self.swapperGain = swapperGain
        }

        /// c: what a unit of net input brings, fee included.
        var inputWorth: Double { 1 + fee * (1 - protocolShare) / (1 - fee) }
    }

    /// The best liquidity in a range on the way, at most `mostLiquidity`; nil where none earns
    /// anything. `near` may lie behind the price: the range then begins at the price.
    public init?(
        near: Double, far: Double, on path: PassivePath, _ terms: Terms, mostLiquidity: Double
    ) {
        let entry = max(near, path.start)
        let last = min(far, path.end)
        guard entry < last, mostLiquidity > 0 else { return nil }
        var best: RangeOptimum?
        var index = path.firstStretch(beyond: entry)
        while index < path.stretches.count, path.stretches[index].from < last {
            let stretch = path.stretches[index]
            index += 1
            let formula = Formula(stretch, path, terms, entry: entry)
            let upper = min(stretch.to, last)
            // Earlier ends would need more liquidity than there may be.
            let lower = max(stretch.from, entry, formula.end(at: mostLiquidity))
            guard lower <= upper,
                formula.atMost(from: lower, to: upper) > best?.profit ?? 0,
                let end = formula.latest(
                    before: min(max(formula.best, lower), upper), from: lower, path)
            else { continue }
            let profit = formula.profit(end)
            if profit > best?.profit ?? 0 {
                best = RangeOptimum(
                    liquidity: min(formula.liquidity(end), mostLiquidity), endSqrtPrice: end,
                    profit: profit)
            }
        }
        // All of it does not hold the swap within the range: it is traversed whole.
        let whole =
            mostLiquidity * (last - entry)
            * (terms.inputWorth - terms.fairPrice / (entry * last))
        if last < path.end, whole > best?.profit ?? 0,
            Formula.last(before: last, path, terms, entry: entry)?.liquidity(last) ?? 0
                > mostLiquidity,
            terms.swapperGain <= 0
                || path.swapperGain(
                    absorbed: mostLiquidity * (last - entry),
                    sold: mostLiquidity * (last - entry) / (entry * last),
                    isExactOutput: terms.isExactOutput) >= terms.swapperGain
        {
            best = RangeOptimum(liquidity: mostLiquidity, endSqrtPrice: last, profit: whole)
        }
        guard let best else { return nil }
        self = best
    }

    private init(liquidity: Double, endSqrtPrice: Double, profit: Double) {
        self.liquidity = liquidity
        self.endSqrtPrice = endSqrtPrice
        self.profit = profit
    }

    /// The formulas on one stretch of the way, as functions of where the swap ends.
    private struct Formula {
        private let entry: Double
        private let passive: Double
        /// α: with `passive` what is left for us at an end.
        private let alpha: Double
        private let terms: Terms

        init(_ stretch: PassivePath.Stretch, _ path: PassivePath, _ terms: Terms, entry: Double) {
            self.entry = entry
            self.terms = terms
            passive = stretch.liquidity
            alpha =
                terms.isExactOutput
                ? path.output - stretch.outputBefore - stretch.liquidity / stretch.from
                : path.netInput - stretch.netInputBefore + stretch.liquidity * stretch.from
        }

        /// The formulas on the stretch that holds what is right before a root.
        static func last(
            before root: Double, _ path: PassivePath, _ terms: Terms, entry: Double
        ) -> Formula? {
            path.stretches.first { $0.from < root && root <= $0.to }
                .map { Formula($0, path, terms, entry: entry) }
        }

        /// Net input, or output, that passive liquidity leaves to us when the swap ends at s.
        private func left(_ s: Double) -> Double {
            terms.isExactOutput ? alpha + passive / s : alpha - passive * s
        }

        func liquidity(_ s: Double) -> Double {
            terms.isExactOutput ? left(s) * entry * s / (s - entry) : left(s) / (s - entry)
        }

        func profit(_ s: Double) -> Double {
            terms.isExactOutput
                ? left(s) * (terms.inputWorth * entry * s - terms.fairPrice)
                : left(s) * (terms.inputWorth - terms.fairPrice / (entry * s))
        }

        /// More than the profit at any end of these: of what is left to us there is the most at the
        /// earliest, and a unit of it brings the most at the latest.
        func atMost(from lower: Double, to upper: Double) -> Double {
            let unit =
                terms.isExactOutput
                ? terms.inputWorth * entry * upper - terms.fairPrice
                : terms.inputWorth - terms.fairPrice / (entry * upper)
            return unit > 0 ? left(lower) * unit * (1 + 1e-9) : 0
        }

        /// The latest end, at most `end`, by which the swapper gains what is asked; nil where even
        /// the earliest leaves him less. His gain falls as the end moves on:
        /// dG/ds = ℓ/s² − ℓ/(e s) − (K − N)/(e s²) < 0 for s > e.
        func latest(before end: Double, from earliest: Double, _ path: PassivePath) -> Double? {
            guard terms.swapperGain > 0 else { return end }
            func suffices(_ s: Double) -> Bool {
                let (absorbed, sold) =
                    terms.isExactOutput
                    ? (left(s) * entry * s, left(s)) : (left(s), left(s) / (entry * s))
                return path.swapperGain(
                    absorbed: absorbed, sold: sold, isExactOutput: terms.isExactOutput)
                    >= terms.swapperGain
            }
            if suffices(end) { return end }
            guard suffices(earliest) else { return nil }
            var (low, high) = (earliest, end)
            for _ in 0..<50 {
                let middle = (low + high) / 2
                if suffices(middle) { low = middle } else { high = middle }
            }
            return low
        }

        /// Where the profit has its maximum, were the stretch without ends.
        var best: Double {
            if terms.isExactOutput {
                guard alpha < 0 else { return .infinity }
                return (passive * terms.fairPrice / (-alpha * terms.inputWorth * entry))
                    .squareRoot()
            }
            guard passive > 0 else { return .infinity }
            return (alpha * terms.fairPrice / (entry * passive * terms.inputWorth)).squareRoot()
        }

        /// Where the swap ends with this much liquidity of ours.
        func end(at liquidity: Double) -> Double {
            guard liquidity.isFinite else { return entry }
            return terms.isExactOutput
                ? entry * (passive + liquidity) / (liquidity - entry * alpha)
                : (alpha + liquidity * entry) / (liquidity + passive)
        }
    }
}
