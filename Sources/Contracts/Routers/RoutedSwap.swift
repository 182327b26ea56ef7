import Ethereum

/// A swap that a router is asked for, and the bound that protects its sender.
public struct RoutedSwap: Equatable, Sendable {
    /// Whose pools it goes through.
    public enum Venue: Equatable, Sendable { case uniswapV2, uniswapV3 }

    public var venue: Venue
    /// In the direction of the swap, from what is sold to what is bought.
    public var tokens: [Address]
    /// V3: hundredths of a basis point, one for each hop; V2: empty.
    public var feesPips: [UInt32]
    /// Whether what is sold is given, or what is bought.
    public var isExactInput: Bool
    /// Raw units of what is given. The Universal Router takes 2^255 for all that it holds.
    public var amount: UInt256
    /// Raw units: at least so much must be bought, or at most so much sold.
    public var bound: UInt256
    /// 0 where there is none.
    public var sqrtPriceLimitX96: UInt256
}

extension DecodedCall {
    /// Every swap in the call, in order; swaps of Uniswap V4 are not among them.
    public var swaps: [RoutedSwap] {
        switch self {
        case .function(_, let arguments): RoutedSwap(arguments).map { [$0] } ?? []
        case .multicall(_, _, let calls): calls.flatMap(\.swaps)
        case .plan(let plan): plan.swaps
        case .opaque: []
        }
    }

    /// Whether something in the call is not understood: what it does cannot be told from `swaps`.
    public var isOpaque: Bool {
        switch self {
        case .function(let signature, _): signature.hasPrefix("callPositionManager")
        case .multicall(_, _, let calls): calls.contains(where: \.isOpaque)
        case .plan(let plan): plan.isOpaque
        case .opaque: true
        }
    }
}

extension RouterPlan {
    /// Every swap in the plan, in order.
    public var swaps: [RoutedSwap] {
        steps.flatMap { step -> [RoutedSwap] in
            switch step.content {
            case .arguments(let arguments): RoutedSwap(arguments).map { [$0] } ?? []
            case .plan(let inner): inner.swaps
            case .opaque: []
            }
        }
    }

    /// Whether something in the plan is not understood, or calls another contract with bytes of its
    /// own.
    var isOpaque: Bool {
        steps.contains { step in
            switch step.content {
            case .arguments: (0x10...0x14).contains(step.opcode)
            case .plan(let inner): inner.isOpaque
            case .opaque: true
            }
        }
    }
}

extension RoutedSwap {
    /// The swap that a function's or a command's arguments describe; nil where they describe none.
    init?(_ arguments: [DecodedArgument]) {
        func number(_ names: String...) -> UInt256? {
            for argument in arguments where names.contains(argument.name) {
                if case .number(let value) = argument.value { return value }
            }
            return nil
        }
        func address(_ name: String) -> Address? {
            for argument in arguments where argument.name == name {
                if case .address(let value) = argument.value { return value }
            }
            return nil
        }
        let bought = number("amountOutMinimum", "amountOutMin")
        guard let bound = bought ?? number("amountInMaximum", "amountInMax"),
            let amount = number(bought != nil ? "amountIn" : "amountOut")
        else { return nil }
        isExactInput = bought != nil
        self.amount = amount
        self.bound = bound
        sqrtPriceLimitX96 = number("sqrtPriceLimitX96") ?? .zero
        if let tokenIn = address("tokenIn"), let tokenOut = address("tokenOut"),
            let fee = number("fee")?.asUInt64
        {
            venue = .uniswapV3
            tokens = [tokenIn, tokenOut]
            feesPips = [UInt32(truncatingIfNeeded: fee)]
            return
        }
        switch arguments.first(where: { $0.name == "path" })?.value {
        case .path(let path)?:
            venue = .uniswapV3
            tokens = isExactInput ? path.tokens : path.tokens.reversed()
            feesPips = isExactInput ? path.feesPips : path.feesPips.reversed()
        case .list(let items)?:
            venue = .uniswapV2
            feesPips = []
            tokens = items.compactMap { if case .address(let token) = $0 { token } else { nil } }
        default: return nil
        }
    }
}
