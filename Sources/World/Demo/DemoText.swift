import Chain
import Contracts
import Ethereum
import Strategy
import Wire

/// Amounts as people read them.
enum Amounts {
    /// Wei as ether with a fixed number of decimals and a sign.
    static func ether(_ wei: Int256, decimals: Int = 4, signed: Bool = true) -> String {
        let text = fixed(wei.approximateDouble * 1e-18, decimals: decimals)
        return signed && !wei.isNegative ? "+" + text : text
    }

    /// Raw units of 6 decimals as dollars with thousands apart.
    static func dollars(_ raw: UInt256) -> String {
        grouped(raw.dividedOrZero(by: 1_000_000).description)
    }

    /// Digits in groups of three.
    static func grouped(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// A text filled up with spaces on its left.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A text filled up with spaces on its right.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Demo {
    /// What stands above the table.
    public var introduction: [String] {
        let contracts = contracts
        return [
            "jit-bot demo, seed \(seed): real Uniswap V3 bytecode, an EVM and a chain in this "
                + "process.",
            "  factory \(contracts.uniswap.factory)   executor \(contracts.executor)",
            "  pools   "
                + contracts.pools.map { "\($0.feeText) \($0.address)" }.joined(separator: "   "),
            "Each line is a user's swap: served with liquidity opened in front of it and closed "
                + "behind it, or declined and why.",
            "",
            "block  pool    the user sells            range (ticks)       liquidity   fee (WETH)"
                + "      gas  our net (WETH)   swapper's gain",
        ]
    }
}

extension Opportunity {
    /// The opportunity as one line of the table.
    public func line(_ contracts: DemoContracts) -> String {
        let sold =
            swap.sellsWeth
            ? fixed(swap.amountIn.approximateDouble * 1e-18, decimals: 2) + " WETH"
            : Amounts.dollars(swap.amountIn) + " USDC"
        let head =
            Amounts.right("\(block)", 5) + "  " + Amounts.left(swap.pool.feeText, 6) + "  "
            + Amounts.right(sold, 16)
        switch outcome {
        case .rejected(let rejection):
            return head + "   declined: " + rejection.shortReason
        case .lost(let bundle, let reason):
            return head + "   lost: \(reason) (would have earned "
                + Amounts.ether(bundle.netProfitWei) + " WETH)"
        case .included(let bundle):
            let position = bundle.plan.position
            let range = "[\(position.tickLower), \(position.tickUpper))"
            let gain =
                "+" + fixed(Double(bundle.swapper.gainPips) / 100, decimals: 2) + " bps = "
                + "\(bundle.swapper.gainWei) wei"
            return head + "  " + Amounts.right(range, 20) + "  "
                + Amounts.right(scientific(position.liquidity), 10) + "  "
                + Amounts.right(Amounts.ether(Int256(bitPattern: bundle.feeWei), signed: false), 9)
                + "  " + Amounts.right(Amounts.grouped("\(bundle.gasUsed)"), 8) + "  "
                + Amounts.right(Amounts.ether(bundle.netProfitWei), 14) + "   " + gain
        }
    }

    /// Liquidity with three digits: 1.23e18.
    private func scientific(_ value: UInt128) -> String {
        let digits = "\(value)"
        guard digits.count > 3 else { return digits }
        let fraction = digits.dropFirst().prefix(2)
        return "\(digits.prefix(1)).\(fraction)e\(digits.count - 1)"
    }
}

extension BlockBuilder.Refusal {
    /// Which of a bundle's transactions fails, and how.
    var shortReason: String {
        guard case .bundleTransactionFails(let index, let status, let output) = self,
            index < 3
        else { return description }
        let name = ["open", "the swap", "close"][index]
        if let code = JitExecutor.errorCode(of: output) {
            return "\(name) would fail with JitError(\(code))"
        }
        return "\(name) would fail: \(status)"
    }
}

extension Rejection {
    /// The reason as it stands in a table: amounts in WETH, and no address that the row names
    /// anyway.
    var shortReason: String {
        switch self {
        case .belowMinimumProfit(let netProfitWei, let floorWei):
            "would net " + Amounts.ether(netProfitWei, decimals: 5) + " WETH, the minimum is "
                + Amounts.ether(Int256(bitPattern: floorWei), decimals: 5, signed: false)
        case .poolBusy: "another bundle has this pool in this block"
        default: description
        }
    }
}

extension DemoReport {
    /// Whether every promise held.
    public var succeeded: Bool { swapperWorseOff == 0 && balancesMatch }

    /// What stands below the table.
    public var summary: [String] {
        var declined: [String: Int] = [:]
        for opportunity in opportunities {
            if case .rejected(let rejection) = opportunity.outcome {
                declined[rejection.label, default: 0] += 1
            }
        }
        let reasons = declined.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }
        .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var lines = [
            "",
            "\(opportunities.count) swaps seen, \(bundlesIncluded) served; declined: "
                + (reasons.isEmpty ? "none" : reasons),
            "net profit   \(Amounts.ether(netProfitWei, decimals: 6)) WETH on chain, after gas, "
                + "tips and trading the inventory back to its starting split",
            "swappers     \(swapperWorseOff) worse off (each served block was executed again "
                + "without our two transactions)",
            "books        "
                + (balancesMatch
                    ? "equal to the chain at every block, to the wei" : "DIFFER from the chain"),
        ]
        for (block, losses) in swapperLosses {
            for loss in losses {
                lines.append(
                    "  block \(block): \(loss.holding.account) has \(loss.lossRaw) less of "
                        + (loss.holding.token.map { "\($0)" } ?? "ether"))
            }
        }
        for (block, difference) in accountDifferences {
            lines.append(
                "  block \(block): \(difference.holding.account) "
                    + (difference.holding.token.map { "\($0)" } ?? "ether")
                    + " booked \(difference.booked), on chain \(difference.onChain)")
        }
        return lines
    }
}
