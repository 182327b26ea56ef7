/// The price of blob gas (EIP-4844).
public enum BlobBaseFee {
    /// Wei per blob gas at least.
    public static let minimum = UInt256.one
    /// Excess blob gas over which the price grows by the factor e, on Cancun.
    public static let cancunUpdateFraction: UInt64 = 3_338_477
    /// The same from Prague on (EIP-7691).
    public static let pragueUpdateFraction: UInt64 = 5_007_716

    /// Wei per blob gas in a block with this excess: the minimum times e^(excess / fraction), by
    /// the EIP's series in integers. 2^256 − 1 where the series leaves 256 bits, which no chain
    /// reaches: blocks carry too little blob gas.
    public static func weiPerBlobGas(excessBlobGas: UInt64, updateFraction: UInt64) -> UInt256 {
        guard updateFraction > 0 else { return .max }
        let numerator = UInt256(excessBlobGas)
        let denominator = UInt256(updateFraction)
        var sum = UInt256.zero
        var term = minimum &* denominator
        var index: UInt64 = 1
        while !term.isZero {
            guard let grown = sum.addingChecked(term),
                let product = term.multipliedChecked(by: numerator),
                let next = product.dividedReportingRemainder(by: denominator &* UInt256(index))
            else { return .max }
            sum = grown
            term = next.quotient
            index += 1
        }
        return sum.dividedReportingRemainder(by: denominator)?.quotient ?? .max
    }
}
