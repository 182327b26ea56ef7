import Ethereum

/// 0x0b BLS12_G1ADD and 0x0d BLS12_G2ADD: the sum of two points, of any order (EIP-2537).
enum BLS12381Addition<Group: BLS12381Group> {
    static func run(
        _ input: UnsafeRawBufferPointer, price: Int64, _ gas: inout Int64,
        _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let base = input.baseAddress, input.count == 2 &* Group.pointSize,
            let p = Group.readPoint(base), let q = Group.readPoint(base + Group.pointSize)
        else { return .failure }
        Group.write(JacobianPoint(p) + q, to: &output)
        return .success
    }
}

enum BLS12381G1Addition {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        BLS12381Addition<BLS12381.G1>.run(input, price: 375, &gas, &output)
    }
}

enum BLS12381G2Addition {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        BLS12381Addition<BLS12381.G2>.run(input, price: 600, &gas, &output)
    }
}
