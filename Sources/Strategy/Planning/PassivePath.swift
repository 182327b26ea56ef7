import Ethereum
import UniswapV3

/// The way that a swap takes through the passive liquidity, in floating point: stretches of
/// constant liquidity between roots of prices.
///
/// Prices are of the input token per output token, so that every swap moves them up; an estimate
/// that chooses what the exact model then values. Whole numbers of raw units lose at most a part in
/// 2^53 here.
public struct PassivePath: Equatable, Sendable {
    /// A piece of the way between two roots.
    public struct Stretch: Equatable, Sendable {
        public var from: Double
        public var to: Double
        public var liquidity: Double
        /// Raw units of input, net of the fee, that bring the price to `from`.
        var netInputBefore: Double
        /// Raw units of output until then.
        var outputBefore: Double
    }

    public private(set) var stretches: [Stretch]
    /// The root before the swap.
    public let start: Double
    /// Raw units of input in all, net of the fee.
    public private(set) var netInput: Double
    /// Raw units of output in all.
    public private(set) var output: Double

    /// A way that begins at a root; `pieces` follow each other, each with where it ends.
    public init(start: Double, pieces: [(to: Double, liquidity: Double)]) {
        self.start = start
        stretches = []
        netInput = 0
        output = 0
        stretches.reserveCapacity(pieces.count)
        var from = start
        for piece in pieces where piece.to > from {
            stretches.append(
                Stretch(
                    from: from, to: piece.to, liquidity: piece.liquidity,
                    netInputBefore: netInput, outputBefore: output))
            netInput += piece.liquidity * (piece.to - from)
            output += piece.liquidity * (piece.to - from) / (from * piece.to)
            from = piece.to
        }
    }

    /// The way of a swap by the exact model.
    init(_ segments: [SwapSegment], zeroForOne: Bool, start sqrtPriceX96: UInt256) {
        self.init(
            start: Self.directed(sqrtPriceX96, zeroForOne: zeroForOne),
            pieces: segments.map {
                (Self.directed($0.sqrtPriceX96To, zeroForOne: zeroForOne), Double($0.liquidity))
            })
    }

    /// Several swaps, one behind the other, as one way.
    init(_ swaps: [[SwapSegment]], zeroForOne: Bool, start sqrtPriceX96: UInt256) {
        self.init(swaps.flatMap(\.self), zeroForOne: zeroForOne, start: sqrtPriceX96)
    }

    /// The same way for a swap of this part of the input.
    func taking(part: Double) -> PassivePath {
        var path = self
        path.netInput *= part
        return path
    }

    /// The first stretch that ends beyond a root; past the last one where none does.
    func firstStretch(beyond root: Double) -> Int {
        var (low, high) = (0, stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].to <= root { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Raw units of output that passive liquidity gives for so much net input.
    func output(ofNetInput amount: Double) -> Double {
        guard let stretch = stretches.last(where: { $0.netInputBefore <= amount }) else {
            return 0
        }
        guard stretch.liquidity > 0 else { return stretch.outputBefore }
        let to = stretch.from + (amount - stretch.netInputBefore) / stretch.liquidity
        return stretch.outputBefore
            + stretch.liquidity * (to - stretch.from) / (to * stretch.from)
    }

    /// Raw units of net input that passive liquidity takes for so much output.
    func netInput(ofOutput amount: Double) -> Double {
        guard let stretch = stretches.last(where: { $0.outputBefore <= amount }) else { return 0 }
        guard stretch.liquidity > 0 else { return stretch.netInputBefore }
        let to = 1 / (1 / stretch.from - (amount - stretch.outputBefore) / stretch.liquidity)
        return stretch.netInputBefore + stretch.liquidity * (to - stretch.from)
    }

    /// What the swapper gains when so much of his swap is ours: raw units of output, or, where he
    /// has fixed that, of net input.
    func swapperGain(absorbed: Double, sold: Double, isExactOutput: Bool) -> Double {
        isExactOutput
            ? netInput - netInput(ofOutput: output - sold) - absorbed
            : output(ofNetInput: netInput - absorbed) + sold - output
    }

    /// The root after the swap.
    public var end: Double { stretches.last?.to ?? start }

    /// The root of a pool's price as input token per output token.
    static func directed(_ sqrtPriceX96: UInt256, zeroForOne: Bool) -> Double {
        let root = sqrtPriceX96.approximateDouble * 0x1p-96
        return zeroForOne ? 1 / root : root
    }
}
