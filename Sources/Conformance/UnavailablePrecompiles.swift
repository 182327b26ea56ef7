import Ethereum

/// Precompiled contracts that the machine knows of and does not compute; a case that calls one ends
/// without a result, and is counted as skipped.
enum UnavailablePrecompiles {
    private static let reasons: [UInt64: String] = [
        0x0a: "KZG point evaluation (precompile 0x0a, EIP-4844) is not built in"
    ]

    /// Why the precompile is not there; nil for every other address, whose absence is a failure.
    static func reason(_ address: Address) -> String? {
        address.word.asUInt64.flatMap { reasons[$0] }
    }
}
