import Contracts
import Ethereum

/// How far a target's fill on one pool may be worsened before it reverts, as its calldata says it:
/// what a sandwicher lives on.
public struct TargetBound: Equatable, Sendable {
    /// For an exact input the least that must come out of the pool, for an exact output the most
    /// that may go in, in raw units.
    public var amount: UInt256

    /// The bound of a way through a pool; nil where the calldata does not tell of it.
    ///
    /// A route is bounded at its end. A pool within it may be worsened by the same share as the
    /// whole: its bound is its own amount, changed in the proportion of the end's bound to the
    /// end's amount.
    public init?(of way: TargetWay, probe: SwapProbe, call: DecodedCall) {
        let key = way.pool.key
        let (tokenIn, tokenOut) =
            way.zeroForOne ? (key.token0, key.token1) : (key.token1, key.token0)
        let passing = call.swaps.filter { $0.passes(tokenIn, tokenOut, feePips: key.feePips) }
        guard passing.count == 1, let routed = passing.first else { return nil }
        let minimum = max(
            routed.bound, routed.isExactInput ? call.leastPaidOut(of: routed.tokens.last) : .zero)
        if routed.feesPips.count == 1 {
            amount = routed.isExactInput ? minimum : routed.bound
            return
        }
        // The hops of the route, found among the swaps by their pools.
        let hops = routed.feesPips.indices.compactMap { index in
            probe.swaps.first {
                $0.key.feePips == routed.feesPips[index] && $0.tokenIn == routed.tokens[index]
                    && $0.tokenOut == routed.tokens[index + 1]
            }
        }
        guard hops.count == routed.feesPips.count, let first = hops.first, let last = hops.last
        else { return nil }
        let scaled =
            routed.isExactInput
            ? UInt256.mulDiv(way.amountOut, minimum, last.amountOut)
            : UInt256.mulDiv(way.amountIn, routed.bound, first.amountIn)
        guard let scaled else { return nil }
        amount = scaled
    }
}

extension RoutedSwap {
    fileprivate func passes(_ tokenIn: Address, _ tokenOut: Address, feePips: UInt32) -> Bool {
        venue == .uniswapV3 && tokens.count == feesPips.count + 1
            && feesPips.indices.contains {
                feesPips[$0] == feePips && tokens[$0] == tokenIn && tokens[$0 + 1] == tokenOut
            }
    }
}

extension DecodedCall {
    /// The least that a call must pay out of a token, by its sweeps and unwrappings: a router's
    /// caller often bounds his output there and not in the swap.
    fileprivate func leastPaidOut(of token: Address?) -> UInt256 {
        switch self {
        case .function(let signature, let arguments):
            let name = signature.prefix { $0 != "(" }
            guard name.hasPrefix("sweepToken") || name.hasPrefix("unwrapWETH9") else {
                return .zero
            }
            return arguments.leastPaid(of: token)
        case .multicall(_, _, let calls):
            return calls.reduce(.zero) { max($0, $1.leastPaidOut(of: token)) }
        case .plan(let plan): return plan.leastPaidOut(of: token)
        case .opaque: return .zero
        }
    }
}

extension RouterPlan {
    fileprivate func leastPaidOut(of token: Address?) -> UInt256 {
        steps.reduce(.zero) { least, step in
            switch step.content {
            case .arguments(let arguments)
            where step.name == "SWEEP" || step.name == "UNWRAP_WETH":
                max(least, arguments.leastPaid(of: token))
            case .plan(let inner): max(least, inner.leastPaidOut(of: token))
            case .arguments, .opaque: least
            }
        }
    }
}

extension [DecodedArgument] {
    /// The minimum of a sweep of this token, or of an unwrapping, which names none.
    fileprivate func leastPaid(of token: Address?) -> UInt256 {
        var least = UInt256.zero
        for argument in self {
            switch (argument.name, argument.value) {
            case ("token", .address(let named)) where named != token && named != .zero:
                return .zero
            case ("amountMinimum", .number(let amount)), ("amountMin", .number(let amount)):
                least = amount
            default: continue
            }
        }
        return least
    }
}
