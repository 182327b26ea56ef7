import Ethereum

/// 0x10 BLS12_MAP_FP_TO_G1: a point of G1 for an element of Fp (EIP-2537, RFC 9380).
enum BLS12381MappingToG1 {
    private static let price: Int64 = 5500

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        BLS12381Mapping<BLS12381.G1>.run(input, price: price, &gas, &output)
    }
}

/// 0x11 BLS12_MAP_FP2_TO_G2: a point of G2 for an element of Fp2 (EIP-2537, RFC 9380).
enum BLS12381MappingToG2 {
    private static let price: Int64 = 23_800

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        BLS12381Mapping<BLS12381.G2>.run(input, price: price, &gas, &output)
    }
}

/// What both mappings share.
enum BLS12381Mapping<Group: BLS12381Group & MappedCurve> {
    static func run(
        _ input: UnsafeRawBufferPointer, price: Int64, _ gas: inout Int64,
        _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let base = input.baseAddress, input.count == Group.coordinateSize,
            let element = Group.read(base)
        else { return .failure }
        Group.write(Group.map(element), to: &output)
        return .success
    }
}
