import Contracts
import EVM
import Ethereum

/// One run of the target: alone, or between our two transactions.
public struct TargetRun: Equatable, Sendable {
    public var outcome: TransactionOutcome
    /// The swaps on the pool that we serve, in order.
    public var swaps: [UniswapV3PoolContract.Swap]
    /// Balances at the end of the run, ether of the sender before gas, by holding; one that cannot
    /// be read is absent.
    public var balances: [Holding: UInt256]

    public init(
        outcome: TransactionOutcome, swaps: [UniswapV3PoolContract.Swap],
        balances: [Holding: UInt256]
    ) {
        self.outcome = outcome
        self.swaps = swaps
        self.balances = balances
    }
}

/// What the swapper has of our bundle, proven by execution with and without us. There is no value
/// of this type for a swapper who loses.
public struct SwapperOutcome: Equatable, Sendable {
    /// Worth of everything that the target's accounts gain, at the worst fair price, in wei; exact
    /// for what is gained in WETH or ether.
    public let gainWei: UInt256
    /// The gain against the worth of what the swap gave, in hundredths of a basis point.
    public let gainPips: UInt64
    /// Gas that the target uses more (or less) than without us.
    public let gasDelta: Int64

    /// Compares the target's run inside the bundle with its run alone.
    ///
    /// Proven in wei, with zero tolerance: the same success, the same events in the same order, no
    /// decrease of any holding of an account that is not ours, a pool on the path, or the coinbase.
    /// Valued, and called so: the extra gas costs at most half of the gain.
    package static func prove(
        alone: TargetRun, bundled: TargetRun, target: PendingTransaction,
        exempt: Set<Address>, valuation: WethValuation, tokens: (Address, Address), weth: Address
    ) throws(Rejection) -> SwapperOutcome {
        guard bundled.outcome.status == alone.outcome.status else { throw .targetStatusChanged }
        guard
            bundled.outcome.logs.elementsEqual(
                alone.outcome.logs,
                by: { $0.address == $1.address && $0.topics.first == $1.topics.first })
        else { throw .targetLogsChanged }
        guard alone.swaps.count == bundled.swaps.count else { throw .targetLogsChanged }
        for (before, after) in zip(alone.swaps, bundled.swaps) {
            try proveSameFill(alone: before, bundled: after)
        }
        try proveGasHeadroom(
            peakAlone: alone.outcome.gasUsed + alone.outcome.gasRefunded,
            bundled: bundled.outcome, gasLimit: target.signed.transaction.gasLimit)

        var gain = (amount0: Int256.zero, amount1: Int256.zero, etherWei: Int256.zero)
        let holdings = Set(alone.balances.keys).union(bundled.balances.keys).sorted()
        for holding in holdings where !exempt.contains(holding.account) {
            // A balance that can be read in one run only proves nothing.
            guard let before = alone.balances[holding], let after = bundled.balances[holding],
                after >= before
            else {
                let before = alone.balances[holding] ?? .zero
                let after = bundled.balances[holding] ?? .zero
                throw .swapperWorseOff(
                    account: holding.account, token: holding.token,
                    lossRaw: before.subtractingChecked(after) ?? .zero)
            }
            let change = Int256(from: before, to: after)
            if holding.token == tokens.0 {
                gain.amount0 &+= change
            } else if holding.token == tokens.1 {
                gain.amount1 &+= change
            } else if holding.token == nil || holding.token == weth {
                gain.etherWei &+= change
            }
        }
        let value = valuation.wei(amount0: gain.amount0, amount1: gain.amount1) ?? .zero
        let gainWei = (value &+ gain.etherWei).magnitude
        let gasDelta =
            Int64(clamping: bundled.outcome.gasUsed) - Int64(clamping: alone.outcome.gasUsed)
        if gasDelta > 0 {
            let cost = UInt256(UInt64(gasDelta)) &* alone.outcome.effectiveGasPrice
            guard cost &+ cost <= gainWei else {
                throw .gasShareOfGain(gasCostWei: cost, gainWei: gainWei)
            }
        }
        return SwapperOutcome(
            gainWei: gainWei,
            gainPips: pips(gainWei, of: given(alone.swaps, valuation: valuation)),
            gasDelta: gasDelta)
    }

    /// Either the same amount goes in, or the same comes out: an exact-input or exact-output swap
    /// that both runs fill whole.
    private static func proveSameFill(
        alone: UniswapV3PoolContract.Swap, bundled: UniswapV3PoolContract.Swap
    ) throws(Rejection) {
        guard alone.zeroForOne == bundled.zeroForOne,
            alone.amount0 == bundled.amount0 || alone.amount1 == bundled.amount1
        else { throw .partialFillChanged }
    }

    /// A twentieth of the gas limit stays free, unless the target needs no more than alone.
    static func proveGasHeadroom(
        peakAlone: UInt64, bundled: TransactionOutcome, gasLimit: UInt64
    ) throws(Rejection) {
        let allowed = gasLimit - gasLimit / 20
        // What a transaction uses at its peak includes the refund that it gets at its end.
        let peak = bundled.gasUsed + bundled.gasRefunded
        guard peak <= max(allowed, peakAlone) else {
            throw .gasHeadroom(gasUsed: peak, allowed: allowed)
        }
    }

    /// Wei of what the swaps put into the pool.
    private static func given(
        _ swaps: [UniswapV3PoolContract.Swap], valuation: WethValuation
    ) -> UInt256 {
        swaps.reduce(.zero) { sum, swap in
            let zeroForOne = swap.zeroForOne
            let value = valuation.wei(
                amount0: zeroForOne ? swap.amount0 : .zero,
                amount1: zeroForOne ? .zero : swap.amount1)
            return sum &+ (value?.magnitude ?? .zero)
        }
    }

    private static func pips(_ part: UInt256, of whole: UInt256) -> UInt64 {
        (UInt256.mulDiv(part, 1_000_000, whole) ?? .zero).asUInt64 ?? .max
    }
}
