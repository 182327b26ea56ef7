import Ethereum
import JSON
import UniswapV3

/// A recorded pool's state as a JSON object: price, liquidity, and every initialised tick by its
/// number; integers as numbers or as decimal text.
package enum PoolSnapshot {
    /// Whether an object has a snapshot's structure.
    package static func recognises(_ object: JSONObject) -> Bool {
        object.has("sqrtPriceX96", "tick", "liquidity", "fee", "ticks")
    }

    /// The state that a JSON text holds.
    package static func parse(_ bytes: [UInt8]) throws -> PoolState {
        let value = try JSON(parsing: bytes, limits: .file)
        guard let object = value.asObject else {
            throw FieldError(field: "(the file)", expected: "an object", found: value.kindName)
        }
        return try state(object)
    }

    /// The state that an object holds; fields beyond those of the price, the fees and the ticks
    /// are not looked at.
    package static func state(_ object: JSONObject) throws(FieldError) -> PoolState {
        let fee = try bounded(object, "fee", 0...999_999)
        guard
            let key = PoolKey(
                sorting: try object.address("token0"), try object.address("token1"),
                feePips: UInt32(fee))
        else {
            throw FieldError(field: "token1", expected: "another token", found: "token0 again")
        }
        guard try object.address("token0") == key.token0 else {
            throw FieldError(
                field: "token0", expected: "the token of the lower address",
                found: try object.string("token0"))
        }
        let slot0 = Slot0(
            sqrtPriceX96: try object.word("sqrtPriceX96"), tick: try tick(object, "tick"),
            feeProtocol: UInt8(try optional(object, "feeProtocol", 0...255) ?? 0))
        try checkPrice(slot0, object)
        let given = try optional(object, "tickSpacing", 1...16383).map { Tick($0) }
        guard let spacing = given ?? TickSpacing.of(feePips: key.feePips) else {
            throw FieldError(
                field: "tickSpacing", expected: "the spacing of fee \(fee)", found: "nothing")
        }
        let ticks = try ticks(object, spacing: spacing)
        let liquidity = try uint128(object, "liquidity")
        let growth0 = try growth(object, "feeGrowthGlobal0X128")
        let growth1 = try growth(object, "feeGrowthGlobal1X128")
        do throws(PoolError) {
            return try PoolState(
                key: key, tickSpacing: spacing, slot0: slot0, liquidity: liquidity,
                feeGrowthGlobal0X128: growth0, feeGrowthGlobal1X128: growth1, ticks: ticks)
        } catch {
            throw FieldError(field: "tickSpacing", expected: "a spacing", found: "\(spacing)")
        }
    }
}
