import EVM
import Ethereum
import Testing

@Suite("Blob parameters")
struct BlobParametersTests {
    private static let blob: UInt64 = 131_072

    private func parent(blobs: UInt64, excess: UInt64, baseFee: UInt256 = 7) -> BlockHeader {
        var header = BlockHeader(
            parentHash: .zero, coinbase: .zero, stateRoot: .zero, number: 1, gasLimit: 0,
            gasUsed: 0, timestamp: 0)
        header.baseFeePerGas = baseFee
        header.blobGasUsed = blobs * Self.blob
        header.excessBlobGas = excess
        return header
    }

    @Test("the excess grows by what is above the target and shrinks to 0")
    func beforeOsaka() {
        let next = { (blobs: UInt64, excess: UInt64) in
            BlobParameters.prague.excessBlobGas(
                after: parent(blobs: blobs, excess: excess, baseFee: 1_000_000_000),
                fork: .prague)
        }
        #expect(next(9, 0) == 3 * Self.blob)
        #expect(next(6, 5 * Self.blob) == 5 * Self.blob)
        #expect(next(0, 7 * Self.blob) == Self.blob)
        #expect(next(5, 0) == 0)
    }

    @Test("on Osaka the excess does not shrink while blobs are cheaper than execution")
    func reservePrice() {
        // A blob costs 131,072 wei; 8,192 gas at 17 wei cost more, at 16 wei the same.
        let next = { (blobs: UInt64, excess: UInt64, baseFee: UInt256, fork: Fork) in
            BlobParameters.prague.excessBlobGas(
                after: parent(blobs: blobs, excess: excess, baseFee: baseFee), fork: fork)
        }
        #expect(next(6, 8 * Self.blob, 17, .osaka) == 10 * Self.blob)
        #expect(next(6, 8 * Self.blob, 16, .osaka) == 8 * Self.blob)
        #expect(next(6, 8 * Self.blob, 17, .prague) == 8 * Self.blob)
        #expect(next(0, 5 * Self.blob, 17, .osaka) == 0)
    }

    @Test("a header that no chain has saturates")
    func saturation() {
        let header = parent(blobs: 9, excess: .max)
        #expect(BlobParameters.prague.excessBlobGas(after: header, fork: .osaka) == .max)
        #expect(BlobParameters.cancun.weiPerBlobGas(excessBlobGas: .max) == .max)
    }
}
