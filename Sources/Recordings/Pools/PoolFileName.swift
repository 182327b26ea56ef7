import UniswapV3

/// What a history's file name says of its pool: `<token0>_<token1>_<fee in 1e-6>_….csv`.
public struct PoolFileName: Equatable, Sendable {
    public var token0: String
    public var token1: String
    public var feePips: UInt32

    /// Reads a name without folders; nil where it does not tell, or the fee is none of mainnet's.
    public init?(_ name: String) {
        let parts = name.split(separator: "_")
        guard parts.count >= 3, let fee = UInt32(parts[2].prefix { $0.isNumber }),
            TickSpacing.of(feePips: fee) != nil
        else { return nil }
        token0 = parts[0].lowercased()
        token1 = parts[1].lowercased()
        feePips = fee
    }
}
