import Contracts
import EVM
import Ethereum

/// The comparison of an order inside our transaction with the order alone, submitted plainly by
/// anybody, on the same state.
///
/// Proven in wei, with zero tolerance: the same events of the order in the same order, the same
/// fill, and no decrease of any holding of an account that is not ours and not one of the two pools
/// that our positions and our hedge trade with. Lenders and the coinbase are compared like
/// everybody.
struct OrderProof {
    let order: SignedOrder
    /// Accounts that gain and lose by our own doing, and the two pools.
    let exempt: Set<Address>
    let weth: Address
    let tokens: (Address, Address)
    let valuation: WethValuation
    /// Whose gains are the user's: accounts that the order alone touches, without the coinbase.
    let beneficiaries: Set<Address>

    func prove(alone: OrderRun, bundled: OrderRun) throws(AtomicRejection) -> OrderOutcome {
        try proveNoPositions(alone)
        guard OrderRun.stands(alone.marks, in: bundled.marks) else { throw .orderLogsChanged }
        guard alone.swap.zeroForOne == bundled.swap.zeroForOne,
            alone.swap.amount0 == bundled.swap.amount0
                || alone.swap.amount1 == bundled.swap.amount1
        else { throw .partialFillChanged }
        var gain = Gain()
        // Who pays the order's gas: another's gain is nothing to him.
        var ownGain = Gain()
        let holdings = Set(alone.balances.keys).union(bundled.balances.keys).sorted()
        for holding in holdings where !exempt.contains(holding.account) {
            // WETH9 keeps one wei of ether for each of its tokens, and each token is compared.
            if holding.account == weth, holding.token == nil { continue }
            let change = try change(of: holding, alone: alone, bundled: bundled)
            guard beneficiaries.contains(holding.account) else { continue }
            gain.add(change, holding.token, tokens)
            if holding.account == order.account { ownGain.add(change, holding.token, tokens) }
        }
        let gainWei = gain.wei(valuation)
        try proveGas(alone: alone, bundled: bundled, gainWei: ownGain.wei(valuation))
        return OrderOutcome(gainWei: gainWei, gainPips: pips(gainWei, of: given(alone.swap)))
    }

    /// As for a target of the mempool: a position is no balance, and the pools are exempt. Within
    /// our transaction the order writes the same events, so those of the order alone tell of both.
    private func proveNoPositions(_ alone: OrderRun) throws(AtomicRejection) {
        for log in alone.outcome.logs
        where PositionEvents.isManagedPosition(log)
            || exempt.contains(log.address) && PositionEvents.isPoolPosition(log)
        {
            throw .common(.targetProvidesLiquidity(contract: log.address))
        }
    }

    /// Raw units of the pool's tokens, and ether.
    private struct Gain {
        var amount0 = Int256.zero
        var amount1 = Int256.zero
        var etherWei = Int256.zero

        mutating func add(_ change: Int256, _ token: Address?, _ tokens: (Address, Address)) {
            if token == tokens.0 {
                amount0 &+= change
            } else if token == tokens.1 {
                amount1 &+= change
            } else if token == nil {
                etherWei &+= change
            }
        }

        /// No part of it is below zero: such a holding is no proof.
        func wei(_ valuation: WethValuation) -> UInt256 {
            let value = valuation.wei(amount0: amount0, amount1: amount1) ?? .zero
            return (value &+ etherWei).magnitude
        }
    }

    private func change(
        of holding: Holding, alone: OrderRun, bundled: OrderRun
    ) throws(AtomicRejection) -> Int256 {
        // A balance that can be read in one run only proves nothing.
        guard var before = alone.balances[holding], var after = bundled.balances[holding] else {
            throw .worseOff(
                account: holding.account, token: holding.token,
                lossRaw: alone.balances[holding] ?? .zero)
        }
        // What an operation pays for gas is valued by itself, as every swapper's gas is.
        if paysGas(holding) {
            before = before &+ alone.paidGasWei
            after = after &+ bundled.paidGasWei
        }
        guard after >= before else {
            throw .worseOff(
                account: holding.account, token: holding.token,
                lossRaw: before &- after)
        }
        return Int256(from: before, to: after)
    }

    /// Whether an operation's gas leaves this holding: the payer's deposit at the EntryPoint, and
    /// the ether that the EntryPoint keeps for all deposits.
    private func paysGas(_ holding: Holding) -> Bool {
        guard case .userOperation(let entryPoint, let paymaster, _) = order.form else {
            return false
        }
        return holding == Holding(account: paymaster ?? order.account, token: entryPoint)
            || holding == Holding(account: entryPoint, token: nil)
    }

    private func proveGas(
        alone: OrderRun, bundled: OrderRun, gainWei: UInt256
    ) throws(AtomicRejection) {
        guard bundled.paidGasWei > alone.paidGasWei else { return }
        let cost = bundled.paidGasWei &- alone.paidGasWei
        // A paymaster gains nothing that could pay for more gas.
        if case .userOperation(let entryPoint, let paymaster?, _) = order.form {
            throw .worseOff(account: paymaster, token: entryPoint, lossRaw: cost)
        }
        guard cost &+ cost <= gainWei else {
            throw .gasShareOfGain(gasCostWei: cost, gainWei: gainWei)
        }
    }

    /// Wei of what the swap put into the pool.
    private func given(_ swap: UniswapV3PoolContract.Swap) -> UInt256 {
        let zeroForOne = swap.zeroForOne
        return valuation.wei(
            amount0: zeroForOne ? swap.amount0 : .zero, amount1: zeroForOne ? .zero : swap.amount1
        )?.magnitude ?? .zero
    }

    private func pips(_ part: UInt256, of whole: UInt256) -> UInt64 {
        (UInt256.mulDiv(part, 1_000_000, whole) ?? .zero).asUInt64 ?? .max
    }
}
