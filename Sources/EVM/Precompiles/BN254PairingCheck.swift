import Ethereum

/// 0x08: whether the product of the pairings of pairs of points of alt_bn128 is 1 (EIP-197, priced
/// by EIP-1108). Points of any pair, also beside one at infinity, have to be valid.
enum BN254PairingCheck {
    private static let basePrice: Int64 = 45_000
    private static let pricePerPair: Int64 = 34_000
    private static let pairSize = BN254Encoding.g1Size + BN254Encoding.g2Size

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        let count = input.count / pairSize
        guard Precompiles.pay(basePrice &+ pricePerPair &* Int64(count), &gas) else {
            return .outOfGas
        }
        guard count &* pairSize == input.count else { return .failure }
        var pairs: [PairingPair<BN254>] = []
        pairs.reserveCapacity(count)
        for index in 0..<count {
            let offset = index &* pairSize
            guard let g1 = BN254Encoding.g1(input, at: offset),
                let g2 = BN254Encoding.g2(input, at: offset &+ BN254Encoding.g1Size)
            else { return .failure }
            pairs.append(PairingPair(g1, g2))
        }
        let result: UInt256 = BN254.pairingIsOne(pairs) ? .one : .zero
        result.storeBigEndian(to: UnsafeMutableRawPointer(output.extend(by: 32)))
        return .success
    }
}
