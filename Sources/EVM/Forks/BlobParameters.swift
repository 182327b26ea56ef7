import Ethereum

/// How many blobs blocks carry, and how their price follows (EIP-4844, 7691, 7840, 7892).
public struct BlobParameters: Equatable, Hashable, Sendable {
    /// Blobs in a block at which the price stays as it is.
    public var targetPerBlock: UInt64
    /// Blobs in a block at most.
    public var maximumPerBlock: UInt64
    /// Excess blob gas over which the price grows by the factor e.
    public var updateFraction: UInt64

    public init(targetPerBlock: UInt64, maximumPerBlock: UInt64, updateFraction: UInt64) {
        self.targetPerBlock = targetPerBlock
        self.maximumPerBlock = maximumPerBlock
        self.updateFraction = updateFraction
    }

    /// EIP-4844.
    public static let cancun = BlobParameters(
        targetPerBlock: 3, maximumPerBlock: 6, updateFraction: BlobBaseFee.cancunUpdateFraction)
    /// EIP-7691.
    public static let prague = BlobParameters(
        targetPerBlock: 6, maximumPerBlock: 9, updateFraction: BlobBaseFee.pragueUpdateFraction)

    /// Blob gas in a block at most.
    public var maximumGas: UInt64 { maximumPerBlock &* Gas.blob }

    /// Wei per blob gas in a block with this excess.
    public func weiPerBlobGas(excessBlobGas: UInt64) -> UInt256 {
        BlobBaseFee.weiPerBlobGas(excessBlobGas: excessBlobGas, updateFraction: updateFraction)
    }

    /// Execution gas for which a blob must pay at least, at the base fee (EIP-7918).
    private static let executionGasPerBlob: UInt64 = 1 << 13

    /// The excess blob gas of a block of these parameters and this fork on `parent`.
    ///
    /// From Osaka on it does not shrink while a blob costs less than `executionGasPerBlob`: it
    /// grows by the used gas times (maximum − target) / maximum, rounded down (EIP-7918).
    /// Saturates, which no chain's header reaches.
    public func excessBlobGas(after parent: BlockHeader, fork: Fork) -> UInt64 {
        let used = parent.blobGasUsed ?? 0
        let excess = parent.excessBlobGas ?? 0
        let target = targetPerBlock &* Gas.blob
        let (sum, overflow) = excess.addingReportingOverflow(used)
        if overflow { return .max }
        if sum < target { return 0 }
        if fork >= .osaka, maximumPerBlock >= targetPerBlock, maximumPerBlock > 0 {
            let reserve =
                UInt256(Self.executionGasPerBlob) &* (parent.baseFeePerGas ?? .zero)
            let price =
                UInt256(Gas.blob).multipliedChecked(by: weiPerBlobGas(excessBlobGas: excess))
                ?? .max
            if reserve > price {
                let spare = maximumPerBlock &- targetPerBlock
                let (grown, overflow) = excess.addingReportingOverflow(
                    used / maximumPerBlock &* spare
                        &+ used % maximumPerBlock &* spare / maximumPerBlock)
                return overflow ? .max : grown
            }
        }
        return sum &- target
    }
}
