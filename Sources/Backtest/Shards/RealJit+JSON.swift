import Ethereum
import JSON
import UniswapV3

extension RealJit {
    /// As shards and reports have it; every amount is decimal text.
    var json: JSON {
        [
            "input": .hash(source.input), "row": .integer(source.row), "block": .integer(block),
            "pool": .string(pool), "tickLower": .integer(tickLower),
            "tickUpper": .integer(tickUpper),
            "liquidity": liquidity.map { .string(String($0)) } ?? .null,
            "fee0": fees.map { .decimal($0.amount0) } ?? .null,
            "fee1": fees.map { .decimal($0.amount1) } ?? .null,
            "feeWei": feeWei.map { .decimal($0) } ?? .null,
            "grossWei": grossWei.map { .decimal($0) } ?? .null,
            "tipWei": tipWei.map { .decimal($0) } ?? .null,
            "stated": stated?.json ?? .null, "ours": ours?.json ?? .null,
        ]
    }

    init(_ object: JSONObject) throws(FieldError) {
        let fee0 = try object.optionalWord("fee0")
        let fee1 = try object.optionalWord("fee1")
        self.init(
            source: .init(input: try object.hash("input"), row: try object.count("row")),
            block: try object.uint64("block"), pool: try object.string("pool"),
            tickLower: try object.tick("tickLower"), tickUpper: try object.tick("tickUpper"),
            liquidity: try object.required("liquidity") == .null
                ? nil : try object.uint128("liquidity"))
        if let fee0, let fee1 { fees = TokenAmounts(amount0: fee0, amount1: fee1) }
        feeWei = try object.optionalWord("feeWei")
        grossWei = try object.optionalSigned("grossWei")
        tipWei = try object.optionalWord("tipWei")
        if let fields = try object.optionalObject("stated") { stated = try Stated(fields) }
        if let fields = try object.optionalObject("ours") { ours = try Ours(fields) }
    }
}

extension RealJit.Stated {
    fileprivate var json: JSON {
        [
            "poolName": .string(poolName), "fees0": .string(fees0.description),
            "fees1": .string(fees1.description), "feesUsd": .string(feesUsd.description),
            "profitUsd": .string(profitUsd.description),
        ]
    }

    fileprivate init(_ object: JSONObject) throws(FieldError) {
        func amount(_ name: String) throws(FieldError) -> DecimalAmount {
            let text = try object.string(name)
            guard let amount = DecimalAmount(text) else {
                throw FieldError(field: name, expected: "a decimal number", found: text)
            }
            return amount
        }
        self.init(
            poolName: try object.string("poolName"), fees0: try amount("fees0"),
            fees1: try amount("fees1"), feesUsd: try amount("feesUsd"),
            profitUsd: try amount("profitUsd"))
    }
}

extension RealJit.Ours {
    fileprivate var json: JSON {
        [
            "basis": .string(basis.rawValue), "outcome": .string(outcome),
            "feeWei": .decimal(feeWei), "grossWei": .decimal(grossWei),
            "netWei": .decimal(netWei),
        ]
    }

    fileprivate init(_ object: JSONObject) throws(FieldError) {
        let text = try object.string("basis")
        guard let basis = Basis(rawValue: text) else {
            throw FieldError(field: "basis", expected: "history or reconstruction", found: text)
        }
        self.init(
            basis: basis, outcome: try object.string("outcome"),
            feeWei: try object.word("feeWei"), grossWei: try object.signed("grossWei"),
            netWei: try object.signed("netWei"))
    }
}
