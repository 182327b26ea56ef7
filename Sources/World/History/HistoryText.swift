import Bot
import Ethereum
import JSON
import Strategy
import Wire

extension HistoryReenactment {
    /// What stands above the table.
    public var introduction: [String] {
        [
            "\(history.token0.uppercased())/\(history.token1.uppercased()) "
                + "\(fixed(Double(history.feePips) / 10_000, decimals: 2)) %: "
                + "\(history.events.count) real events on the real bytecode, gas at "
                + "\(fixed(baseFeePerGas.approximateDouble * 1e-9, decimals: 3)) gwei.",
            "Fair price: the pool's own before each swap, within half of its fee, the worse end.",
            "token0 is \(history.token0.uppercased()), token1 \(history.token1.uppercased()); "
                + "amounts in their smallest units.",
            "",
            "    block  what went in                     what the bot did in front of it",
        ]
    }
}

extension HistoryReport.Answer {
    /// The answer as one line.
    public var line: String {
        let amountIn = (swap.zeroForOne ? swap.amount0 : swap.amount1).magnitude
        let token = swap.zeroForOne ? "token0" : "token1"
        let head =
            Amounts.right("\(event.block)", 9) + "  "
            + Amounts.left("\(amountIn) of \(token)", 32) + " "
        switch outcome {
        case .declined(let rejection): return head + "declined: " + rejection.shortReason
        case .lost(_, let reason): return head + "lost: \(reason)"
        case .served(let bundle, let losses):
            let positions = bundle.plan.positions.map { "[\($0.tickLower), \($0.tickUpper))" }
            return head
                + "opened \(positions.joined(separator: " and ")) "
                + "earned \(Amounts.ether(bundle.netProfitWei, decimals: 5)) WETH net, swapper "
                + (losses == 0 ? "+" : "WORSE OFF, ")
                + fixed(Double(bundle.swapper.gainPips) / 100, decimals: 2) + " bps"
        }
    }
}

extension HistoryReport {
    /// What stands below the table.
    public var summary: [String] {
        var lines = [
            "",
            "\(swaps) swaps, \(exact) exactly as on mainnet (amounts, price, liquidity, tick)",
            "\(improved) improved, \(declined) declined, \(swapperWorseOff) swappers worse off",
            "together the bot would have kept \(Amounts.ether(netProfitWei, decimals: 5)) WETH "
                + "net, the swappers "
                + "\(Amounts.ether(Int256(bitPattern: swapperGainWei), decimals: 5)) WETH",
        ]
        for difference in differences {
            lines.append(
                "  event \(difference.sequence): \(difference.field) is \(difference.here), on "
                    + "mainnet \(difference.mainnet)")
        }
        return lines
    }
}
