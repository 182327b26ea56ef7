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
    /// Worth of everything that the target's sender gains, who pays for its gas, at the worst fair
    /// price, in wei; exact for what is gained in WETH or ether.
    public let gainWei: UInt256
    /// The gain against the worth of what the swap gave, in hundredths of a basis point.
    public let gainPips: UInt64
    /// Worth of what others than the sender gain, a router or a recipient, likewise.
    public let othersGainWei: UInt256
    /// Gas that the target uses more (or less) than without us.
    public let gasDelta: Int64

    /// Compares the target's run inside the bundle with its run alone.
    ///
    /// Proven in wei, with zero tolerance: the same success, the same events in the same order, no
    /// decrease of any holding of an account that is not ours or a pool on the path, but for the
    /// coinbase's ether, whose fees go by gas.
    /// Valued, and called so: the extra gas costs at most half of what its payer gains.
    package static func prove(
        alone: TargetRun, bundled: TargetRun, target: PendingTransaction,
        exempt: Set<Address>, coinbase: Address, valuation: WethValuation,
        tokens: (Address, Address), weth: Address
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

        try proveNoPositions(alone: alone, bundled: bundled, exempt: exempt)
        try proveOperationCosts(alone: alone, bundled: bundled)

        // What the account gains that pays for the target's gas, and what all others gain.
        var own = Gain()
        var others = Gain()
        let holdings = Set(alone.balances.keys).union(bundled.balances.keys).sorted()
        let fees = Holding(account: coinbase, token: nil)
        for holding in holdings
        where !exempt.contains(holding.account) && (holding != fees || coinbase == target.sender) {
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
            if holding.account == target.sender {
                own.add(change, of: holding.token, tokens, weth)
            } else {
                others.add(change, of: holding.token, tokens, weth)
            }
        }
        let gainWei = own.wei(valuation)
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
            othersGainWei: others.wei(valuation), gasDelta: gasDelta)
    }

    /// Sums of what is gained; nobody loses, so that none is below zero.
    private struct Gain {
        var amount0 = Int256.zero
        var amount1 = Int256.zero
        var etherWei = Int256.zero

        mutating func add(
            _ change: Int256, of token: Address?, _ tokens: (Address, Address), _ weth: Address
        ) {
            if token == tokens.0 {
                amount0 &+= change
            } else if token == tokens.1 {
                amount1 &+= change
            } else if token == nil || token == weth {
                etherWei &+= change
            }
        }

        func wei(_ valuation: WethValuation) -> UInt256 {
            let value = valuation.wei(amount0: amount0, amount1: amount1) ?? .zero
            return (value &+ etherWei).magnitude
        }
    }

    /// A position is no balance, and the pool that holds it is exempt: a target that opens or
    /// closes one could lose liquidity without a trace in what is compared.
    private static func proveNoPositions(
        alone: TargetRun, bundled: TargetRun, exempt: Set<Address>
    ) throws(Rejection) {
        for log in alone.outcome.logs + bundled.outcome.logs
        where PositionEvents.isManagedPosition(log)
            || exempt.contains(log.address) && PositionEvents.isPoolPosition(log)
        {
            throw .targetProvidesLiquidity(contract: log.address)
        }
    }

    /// Whoever pays for a user operation pays no more than without us. Within one transaction two
    /// changes of such costs could cancel out in the balances.
    private static func proveOperationCosts(
        alone: TargetRun, bundled: TargetRun
    ) throws(Rejection) {
        let before = alone.outcome.logs.compactMap {
            EntryPointV07.Executed($0, entryPoint: $0.address)
        }
        let after = bundled.outcome.logs.compactMap {
            EntryPointV07.Executed($0, entryPoint: $0.address)
        }
        guard before.map(\.hash) == after.map(\.hash),
            before.map(\.success) == after.map(\.success)
        else { throw .targetLogsChanged }
        for (alone, bundled) in zip(before, after)
        where bundled.actualGasCostWei > alone.actualGasCostWei {
            throw .swapperWorseOff(
                account: alone.paymaster == .zero ? alone.sender : alone.paymaster, token: nil,
                lossRaw: bundled.actualGasCostWei &- alone.actualGasCostWei)
        }
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
