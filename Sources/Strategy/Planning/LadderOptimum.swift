/// Two positions, one behind the other on a swap's way, that together earn more than either.
///
/// For a given end s of the swap it is settled how much of it must be ours: A = K − N(s) of net
/// input, or B = Y − O(s) of output. Profit, capital and share are linear in the liquidities, so
/// that the best choice at s is a linear programme with two constraints, the share and the capital
/// of the token that is sold, and has at most two positions. Since
///
///     profit = c · (net input that is ours) − p* · (output that is ours)
///
/// of what must be ours as much as possible belongs into the range that holds s, where it is sold
/// dearest, and what the capital does not bear there, into the one before it, which is sold whole
/// and binds less for the same share. docs/STRATEGY.md derives this.
public struct LadderOptimum: Equatable, Sendable {
    public var nearLiquidity: Double
    public var farLiquidity: Double
    /// The root at which the swap ends, in the far range.
    public var endSqrtPrice: Double
    /// Raw units of the input token at the fair price, before gas.
    public var profit: Double

    /// What may be deposited, in raw units.
    public struct Capital: Equatable, Sendable {
        public var input: Double
        public var output: Double

        public init(input: Double, output: Double) {
            self.input = input
            self.output = output
        }
    }

    /// A range on the way, with what a unit of liquidity in it does until a root.
    public struct Rung: Equatable, Sendable {
        let entry: Double
        let far: Double
        /// Raw units of each token that a unit of liquidity takes to open.
        public let output: Double
        public let input: Double

        /// The range between two roots of a way that begins at `start`.
        public init(near: Double, far: Double, start: Double) {
            entry = max(near, start)
            self.far = far
            output = far > entry ? (far - entry) / (entry * far) : 0
            input = max(0, start - near)
        }

        /// The net input that a unit of liquidity takes until a root, and the output that it gives.
        func share(until end: Double) -> (absorbed: Double, sold: Double) {
            let last = min(far, end)
            guard last > entry else { return (0, 0) }
            return (last - entry, (last - entry) / (entry * last))
        }
    }

    /// The best pair of liquidities in two ranges, the swap ending in the far one; nil where no
    /// pair earns anything.
    public init?(
        near: Rung, far: Rung, on path: PassivePath, _ terms: RangeOptimum.Terms, capital: Capital
    ) {
        let pair = Pair(near: near, far: far, path: path, terms: terms, capital: capital)
        let first = far.entry
        let last = min(far.far, path.end)
        var best: LadderOptimum?
        for stretch in path.stretches where stretch.to > first && stretch.from < last {
            let found = pair.best(
                on: stretch, from: max(stretch.from, first), to: min(stretch.to, last))
            if let found, found.profit > best?.profit ?? 0 { best = found }
        }
        guard let best, best.nearLiquidity >= 1 else { return nil }
        self = best
    }

    fileprivate init(near: Double, far: Double, end: Double, profit: Double) {
        nearLiquidity = near
        farLiquidity = far
        endSqrtPrice = end
        self.profit = profit
    }
}

/// The pair's liquidities and profit as functions of the swap's end.
private struct Pair {
    var near: LadderOptimum.Rung
    var far: LadderOptimum.Rung
    var path: PassivePath
    var terms: RangeOptimum.Terms
    var capital: LadderOptimum.Capital

    /// Golden section on a stretch: below the first end that the capital bears there is nothing,
    /// above it the profit has one maximum.
    func best(on stretch: PassivePath.Stretch, from: Double, to: Double) -> LadderOptimum? {
        let ratio = 0.618_033_988_749_894_9
        var (low, high) = (from, to)
        var left = high - ratio * (high - low)
        var right = low + ratio * (high - low)
        var atLeft = at(left, stretch)
        var atRight = at(right, stretch)
        var best: LadderOptimum?
        for _ in 0..<26 {
            for found in [atLeft, atRight] {
                if let found, found.profit > best?.profit ?? 0 { best = found }
            }
            // Both outside of what the capital bears: it bears later ends.
            if (atLeft?.profit ?? -.infinity) > (atRight?.profit ?? -.infinity) {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = at(left, stretch)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = at(right, stretch)
            }
        }
        return best
    }

    /// The pair by which the swap ends here; nil where the capital does not bear it, or where the
    /// swapper gains less than is asked.
    private func at(_ end: Double, _ stretch: PassivePath.Stretch) -> LadderOptimum? {
        let nearShare = near.share(until: end)
        let farShare = far.share(until: end)
        let (ours, byNear, byFar): (Double, Double, Double)
        if terms.isExactOutput {
            let passive =
                stretch.outputBefore
                + stretch.liquidity * (end - stretch.from) / (end * stretch.from)
            (ours, byNear, byFar) = (path.output - passive, nearShare.sold, farShare.sold)
        } else {
            let passive = stretch.netInputBefore + stretch.liquidity * (end - stretch.from)
            (ours, byNear, byFar) = (
                path.netInput - passive, nearShare.absorbed, farShare.absorbed
            )
        }
        guard ours > 0, byNear > 0, byFar > 0 else { return nil }
        // As much in the far range as the capital bears beside what is then due in the near one.
        let nearCost = near.output / byNear
        let extraCost = far.output - byFar * nearCost
        var farLiquidity = ours / byFar
        if extraCost > 0 {
            farLiquidity = min(farLiquidity, (capital.output - ours * nearCost) / extraCost)
        }
        // Where the far range bears all of it, nothing is left for the near one: the curve goes on
        // as that of the far range alone.
        let nearLiquidity = max(0, (ours - farLiquidity * byFar) / byNear)
        guard farLiquidity > 0,
            nearLiquidity * near.input <= capital.input,
            nearLiquidity * near.output + farLiquidity * far.output
                <= capital.output * (1 + 1e-12)
        else { return nil }
        let absorbed =
            nearLiquidity * nearShare.absorbed + farLiquidity * farShare.absorbed
        let sold = nearLiquidity * nearShare.sold + farLiquidity * farShare.sold
        guard
            terms.swapperGain <= 0
                || path.swapperGain(
                    absorbed: absorbed, sold: sold, isExactOutput: terms.isExactOutput)
                    >= terms.swapperGain
        else { return nil }
        return LadderOptimum(
            near: nearLiquidity, far: farLiquidity, end: end,
            profit: terms.inputWorth * absorbed - terms.fairPrice * sold)
    }
}
