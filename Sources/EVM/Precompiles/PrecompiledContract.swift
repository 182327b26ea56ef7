import Ethereum

/// A precompiled contract by itself, without an account or a transaction: what its vectors test.
package enum PrecompiledContract {
    /// How a call ended; but for a success all gas is spent.
    package enum Outcome: Equatable, Sendable {
        case success(output: [UInt8], gasUsed: UInt64)
        case outOfGas
        /// The input is not acceptable.
        case failure
        /// There is no contract of this number here.
        case notAvailable
    }

    /// Calls contract `number` by the rules of a fork, of which only the price of MODEXP is looked
    /// at: a contract also answers before its own fork.
    package static func call(
        _ number: UInt64, fork: Fork, input: [UInt8], gas: UInt64
    ) -> Outcome {
        var output = PlainBuffer<UInt8>(capacity: 256)
        let available = Int64(clamping: gas)
        var left = available
        let status = input.withUnsafeBytes { bytes in
            number == 5
                ? ModularExponentiation.run(bytes, modularExponentiation(fork), &left, &output)
                : Precompiles.run(
                    number, rules: .newest, input: bytes, gas: &left, output: &output)
        }
        switch status {
        case .success:
            let bytes = UnsafeBufferPointer(start: output.base, count: output.count)
            return .success(output: Array(bytes), gasUsed: UInt64(available &- left))
        case .outOfGas: return .outOfGas
        case .failure: return .failure
        case .notAvailable: return .notAvailable
        }
    }

    private static func modularExponentiation(_ fork: Fork) -> ModularExponentiation.Rules {
        if fork >= .osaka { return .osaka }
        return fork >= .berlin ? .berlin : .byzantium
    }
}
