import Ethereum

extension BacktestReport {
    private static let columns = [
        "input", "row", "block", "timestamp", "pool", "fee_pips", "zero_for_one", "exact_output",
        "amount_in", "amount_out", "amount_in_wei", "sqrt_price_x96_before",
        "sqrt_price_x96_after", "tick_before", "tick_after", "base_fee_wei", "outcome", "ranges",
        "deposit0", "deposit1", "capital_wei", "fee0", "fee1", "fee_wei", "gas", "gas_wei",
        "hedge_wei", "tip_wei", "gross_wei", "net_wei", "swapper_gain", "swapper_gain_bps",
        "mark_out_0s_wei", "mark_out_60s_wei", "mark_out_3600s_wei", "real_jit_taken_out",
        "backrun_loss_wei", "learnt_share_bps", "learnt_bid_wei", "rival_bid_wei",
    ]

    /// One line for each swap that passed the size filter; amounts are whole numbers of the
    /// smallest units. Ranges are `lower:upper:liquidity`, several separated by spaces.
    public var csv: String {
        var names: [Hash32: String] = [:]
        for input in inputs { names[input.digest] = input.name }
        var lines = [Self.columns.joined(separator: ",")]
        let bids = courses.bids
        for row in opportunities {
            lines.append(
                Self.line(row, input: names[row.source.input] ?? "", bids[row.source]))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ row: Opportunity, input: String, _ bid: Bid?) -> String {
        let plan = row.plan
        let head = [
            field(input), "\(row.source.row)", "\(row.block)", "\(row.timestamp)",
            field(row.pool), "\(row.feePips)", row.zeroForOne ? "1" : "0",
            row.isExactOutput ? "1" : "0", "\(row.amountIn)", "\(row.amountOut)",
            text(row.amountInWei), "\(row.sqrtPriceX96Before)", "\(row.sqrtPriceX96After)",
            "\(row.tickBefore)", "\(row.tickAfter)", "\(row.baseFeeWei)", field(row.outcome),
        ]
        let ranges =
            plan?.ranges.map { "\($0.tickLower):\($0.tickUpper):\($0.liquidity)" }
            .joined(separator: " ") ?? ""
        let planned = [
            ranges, text(plan?.deposits.amount0), text(plan?.deposits.amount1),
            text(plan?.capitalWei), text(plan?.fees.amount0), text(plan?.fees.amount1),
            text(plan?.feeWei), text(plan?.gas), text(plan?.gasWei), text(plan?.hedgeWei),
            text(plan?.tipWei), text(plan?.grossWei), text(plan?.netWei),
            text(plan?.swapperGain), text(plan?.swapperGainBps),
        ]
        let later = Opportunity.MarkOut.allCases.map { mark in
            text(row.markOutsWei[safely: mark.rawValue] ?? nil)
        }
        let rivals = [
            text(plan?.backrunLossWei), text(bid?.learntShareBps), text(bid?.learntWei),
            text(bid?.rivalWei),
        ]
        return (head + planned + later + [row.hadRealJit ? "1" : "0"] + rivals)
            .joined(separator: ",")
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String {
        value?.description ?? ""
    }

    /// Quoted where it has to be, and harmless to programs that take a leading sign for a formula.
    private static func field(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension PlannedLiquidity {
    /// The swapper's gain in basis points, exactly.
    public var swapperGainBps: String {
        Decimals.text(
            Int256(bitPattern: UInt256(swapperGainPips)), decimals: 2, most: 2)
    }
}
