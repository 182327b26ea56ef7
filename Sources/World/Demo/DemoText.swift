import Bot
import Contracts
import Ethereum
import JSON
import Strategy
import Wire

extension Demo {
    /// What stands above the table.
    public var introduction: [String] {
        let contracts = contracts
        return [
            "jit-bot demo, seed \(plan.seed): a devnet with its relay, the bot, and users, in "
                + "three processes over sockets.",
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
        case .rejected(_, let reason): return head + "   declined: " + reason
        case .lost(let reason):
            let worth = answer?.netProfitWei.map { Amounts.ether($0) + " WETH" } ?? "nothing known"
            return head + "   lost: \(reason) (would have earned \(worth))"
        case .simulated:
            return head + "   proven, not sent (simulating): would have earned "
                + (answer?.netProfitWei.map { Amounts.ether($0) } ?? "?") + " WETH"
        case .unanswered: return head + "   not seen: the bot was away"
        case .included: return head + "  " + servedColumns
        }
    }

    private var servedColumns: String {
        guard let answer, let range = answer.range, let liquidity = answer.liquidity,
            let feeWei = answer.feeWei, let gasUsed = answer.gasUsed,
            let netProfitWei = answer.netProfitWei, let gainWei = answer.swapperGainWei,
            let gainBps = answer.swapperGainBps
        else { return "served by a bot that was killed before it could tell" }
        let ticks = "[\(range.tickLower), \(range.tickUpper))"
        return Amounts.right(ticks, 20) + "  " + Amounts.right(scientific(liquidity), 10) + "  "
            + Amounts.right(Amounts.ether(Int256(bitPattern: feeWei), signed: false), 9) + "  "
            + Amounts.right(Amounts.grouped("\(gasUsed)"), 8) + "  "
            + Amounts.right(Amounts.ether(netProfitWei), 14) + "   +"
            + fixed(gainBps, decimals: 2) + " bps = \(gainWei) wei"
    }

    /// Digits with three of them kept: 1.23e18.
    private func scientific(_ digits: String) -> String {
        guard digits.count > 3 else { return digits }
        let fraction = digits.dropFirst().prefix(2)
        return "\(digits.prefix(1)).\(fraction)e\(digits.count - 1)"
    }
}

extension SafeOrder {
    /// The order as one line of the table, once it has landed.
    public var line: String {
        let sold =
            sellsWeth
            ? fixed(amountIn.approximateDouble * 1e-18, decimals: 2) + " WETH"
            : Amounts.dollars(amountIn) + " USDC"
        let head =
            Amounts.right(landed.map { "\($0.block)" } ?? "-", 5) + "  "
            + Amounts.left(pool.feeText, 6) + "  " + Amounts.right(sold, 16)
        let wei = { (name: String) in
            answer?[name]?.string.flatMap { Int256(decimal: $0) }.map { Amounts.ether($0) } ?? "?"
        }
        let mode =
            landed?.isAtomic == false
            ? "with our own tokens"
            : "in one transaction, loan from " + (answer?["lender"]?.string ?? "?")
        return head + "   a Safe's order \(mode): our net " + wei("netProfitWei")
            + " WETH, the Safe gains "
            + (answer?["userGainBps"]?.double.map { fixed($0, decimals: 2) } ?? "?") + " bps"
    }
}

extension DemoReport {
    /// What stands below the table.
    public var summary: [String] {
        var others: [String: Int] = [:]
        for opportunity in opportunities where opportunity.outcome != .included {
            others[opportunity.label, default: 0] += 1
        }
        var causes: [String: Int] = [:]
        for lost in ledger.bundlesLost { causes[lost.cause.label, default: 0] += 1 }
        var lines = [
            "",
            "\(opportunities.count) swaps seen, \(bundlesIncluded) served; the others: "
                + Self.counted(others),
            "bundles      \(ledger.bundlesSent) sent, \(ledger.bundlesLost.count) lost"
                + (causes.isEmpty ? "" : ": " + Self.counted(causes))
                + "; \(simulationModeSends) sent while simulating",
            "orders       \(orders.count) signed by a Safe, \(atomicBundlesIncluded) executed "
                + "in one transaction with a flash loan"
                + (plan.orderModes.contains(.inventory)
                    ? ", \(orderBundlesIncluded) with our own tokens" : ""),
            "net profit   \(Amounts.ether(netProfitWei, decimals: 6)) WETH on chain, after gas, "
                + "tips and trading the inventory back to its starting split",
            "swappers     \(swapperWorseOff) worse off (each served block was executed again "
                + "without our two transactions)",
            "books        "
                + (ledger.matchesChain
                    ? "equal to the chain at every block, to the wei" : "DIFFER from the chain"),
            "inventory    "
                + (positionsLeftOpen == 0
                    ? "nothing left in a pool" : "\(positionsLeftOpen) POSITIONS LEFT OPEN"),
        ]
        if let grid { lines.append(grid.line) }
        if botRestarts > 0 { lines.append("restarts     \(botRestarts) of the bot") }
        if nonceGaps > 0 { lines.append("NONCE GAPS   of \(nonceGaps) operators") }
        for (block, losses) in swapperLosses {
            for loss in losses {
                lines.append(
                    "  block \(block): \(loss.holding.account) has \(loss.lossRaw) less of "
                        + (loss.holding.token.map { "\($0)" } ?? "ether"))
            }
        }
        lines += ledger.differences.map { "  \($0)" }
        return lines
    }

    /// Counts by name, the most first.
    private static func counted(_ counts: [String: Int]) -> String {
        let sorted = counts.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }
        return sorted.isEmpty
            ? "none" : sorted.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
