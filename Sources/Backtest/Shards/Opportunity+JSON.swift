import Ethereum
import JSON
import UniswapV3

extension Opportunity {
    /// The row as shards and reports have it; every amount is decimal text.
    var json: JSON {
        [
            "input": .hash(source.input), "row": .integer(source.row), "block": .integer(block),
            "timestamp": .integer(timestamp), "pool": .string(pool),
            "feePips": .integer(feePips), "zeroForOne": .bool(zeroForOne),
            "exactOutput": .bool(isExactOutput), "amountIn": .decimal(amountIn),
            "amountOut": .decimal(amountOut),
            "amountInWei": amountInWei.map { .decimal($0) } ?? .null,
            "sqrtPriceX96Before": .decimal(sqrtPriceX96Before),
            "sqrtPriceX96After": .decimal(sqrtPriceX96After),
            "tickBefore": .integer(tickBefore), "tickAfter": .integer(tickAfter),
            "baseFeeWei": .decimal(baseFeeWei), "outcome": .string(outcome),
            "realJitTakenOut": .bool(hadRealJit), "plan": plan?.json ?? .null,
            "markOutsWei": .decimals(markOutsWei), "heldWei": .decimals(heldWei),
            "replannedWei": .decimals(replannedWei),
        ]
    }

    init(_ object: JSONObject) throws(FieldError) {
        let plan = try object.required("plan")
        self.init(
            source: Source(input: try object.hash("input"), row: try object.count("row")),
            block: try object.uint64("block"), timestamp: try object.uint64("timestamp"),
            pool: try object.string("pool"),
            feePips: try UInt32(clamping: object.uint64("feePips")),
            zeroForOne: try object.flag("zeroForOne"),
            isExactOutput: try object.flag("exactOutput"),
            amountIn: try object.word("amountIn"), amountOut: try object.word("amountOut"),
            amountInWei: try object.required("amountInWei") == .null
                ? nil : try object.word("amountInWei"),
            sqrtPriceX96Before: try object.word("sqrtPriceX96Before"),
            sqrtPriceX96After: try object.word("sqrtPriceX96After"),
            tickBefore: try object.tick("tickBefore"), tickAfter: try object.tick("tickAfter"),
            baseFeeWei: try object.word("baseFeeWei"), outcome: try object.string("outcome"),
            plan: plan == .null ? nil : try PlannedLiquidity(object.object("plan")),
            markOutsWei: try object.optionalAmounts("markOutsWei", MarkOut.allCases.count),
            heldWei: try object.optionalAmounts("heldWei", FairPriceScenario.allCases.count),
            replannedWei: try object.optionalAmounts(
                "replannedWei", FairPriceScenario.allCases.count),
            hadRealJit: try object.flag("realJitTakenOut"))
        guard (self.plan == nil) == markOutsWei.isEmpty else {
            throw FieldError(
                field: "markOutsWei", expected: "one for each mark-out of a plan",
                found: "\(markOutsWei.count)")
        }
        guard !isServed || self.plan != nil else {
            throw FieldError(field: "plan", expected: "the plan that is served", found: "none")
        }
    }
}

extension PlannedLiquidity {
    var json: JSON {
        [
            "ranges": .array(
                ranges.map {
                    [
                        "tickLower": .integer($0.tickLower), "tickUpper": .integer($0.tickUpper),
                        "liquidity": .string(String($0.liquidity)),
                    ]
                }),
            "deposit0": .decimal(deposits.amount0), "deposit1": .decimal(deposits.amount1),
            "capitalWei": .decimal(capitalWei), "fee0": .decimal(fees.amount0),
            "fee1": .decimal(fees.amount1), "feeWei": .decimal(feeWei),
            "change0": .decimal(change0), "change1": .decimal(change1), "gas": .integer(gas),
            "gasWei": .decimal(gasWei), "hedgeWei": .decimal(hedgeWei),
            "tipWei": .decimal(tipWei), "grossWei": .decimal(grossWei),
            "netWei": .decimal(netWei), "swapperGain": .decimal(swapperGain),
            "swapperGainPips": .integer(swapperGainPips),
            "swapperGainBps": .string(swapperGainBps),
            "freshTicksCrossed": .integer(freshTicksCrossed),
            "backrunLossWei": .decimal(backrunLossWei),
        ]
    }

    init(_ object: JSONObject) throws(FieldError) {
        ranges = try object.objects("ranges").mapped { range throws(FieldError) in
            RangeLiquidity(
                tickLower: try range.tick("tickLower"), tickUpper: try range.tick("tickUpper"),
                liquidity: try range.uint128("liquidity"))
        }
        guard !ranges.isEmpty else {
            throw FieldError(field: "ranges", expected: "a range", found: "none")
        }
        deposits = TokenAmounts(
            amount0: try object.word("deposit0"), amount1: try object.word("deposit1"))
        capitalWei = try object.word("capitalWei")
        fees = TokenAmounts(amount0: try object.word("fee0"), amount1: try object.word("fee1"))
        feeWei = try object.word("feeWei")
        change0 = try object.signed("change0")
        change1 = try object.signed("change1")
        gas = try object.uint64("gas")
        gasWei = try object.word("gasWei")
        hedgeWei = try object.word("hedgeWei")
        tipWei = try object.word("tipWei")
        grossWei = try object.signed("grossWei")
        netWei = try object.signed("netWei")
        swapperGain = try object.word("swapperGain")
        swapperGainPips = try object.uint64("swapperGainPips")
        freshTicksCrossed = try object.count("freshTicksCrossed")
        backrunLossWei = try object.word("backrunLossWei")
    }
}
