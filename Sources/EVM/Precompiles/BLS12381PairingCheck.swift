import Ethereum

/// 0x0f BLS12_PAIRING_CHECK: whether the product of the pairings of pairs of points of the
/// subgroups is 1 (EIP-2537). Points of any pair, also beside one at infinity, have to be valid.
enum BLS12381PairingCheck {
    private static let basePrice: Int64 = 37_700
    private static let pricePerPair: Int64 = 32_600
    private static let pairSize = BLS12381.G1.pointSize + BLS12381.G2.pointSize

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        let count = input.count / pairSize
        guard let base = input.baseAddress, count > 0, count &* pairSize == input.count else {
            return .failure
        }
        guard Precompiles.pay(basePrice &+ pricePerPair &* Int64(count), &gas) else {
            return .outOfGas
        }
        var pairs: [PairingPair<BLS12381>] = []
        pairs.reserveCapacity(count)
        for index in 0..<count {
            let pointer = base + index &* pairSize
            guard let g1 = BLS12381.G1.readSubgroupPoint(pointer),
                let g2 = BLS12381.G2.readSubgroupPoint(pointer + BLS12381.G1.pointSize)
            else { return .failure }
            pairs.append(PairingPair(g1, g2))
        }
        let result: UInt256 = BLS12381.pairingIsOne(pairs) ? .one : .zero
        result.storeBigEndian(to: UnsafeMutableRawPointer(output.extend(by: 32)))
        return .success
    }
}
