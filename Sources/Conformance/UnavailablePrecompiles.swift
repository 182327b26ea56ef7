import Ethereum

/// Precompiled contracts that the machine knows of and does not compute; a case that calls one ends
/// without a result, and is counted as skipped.
enum UnavailablePrecompiles {
    private static let reasons: [UInt64: String] = [
        0x0a: "KZG point evaluation (precompile 0x0a, EIP-4844) is not built in",
        0x0b: "BLS12-381 G1 addition (precompile 0x0b, EIP-2537) is not built in",
        0x0c: "BLS12-381 G1 multi-multiplication (precompile 0x0c, EIP-2537) is not built in",
        0x0d: "BLS12-381 G2 addition (precompile 0x0d, EIP-2537) is not built in",
        0x0e: "BLS12-381 G2 multi-multiplication (precompile 0x0e, EIP-2537) is not built in",
        0x0f: "BLS12-381 pairing (precompile 0x0f, EIP-2537) is not built in",
        0x10: "BLS12-381 mapping to G1 (precompile 0x10, EIP-2537) is not built in",
        0x11: "BLS12-381 mapping to G2 (precompile 0x11, EIP-2537) is not built in",
        0x100: "P-256 verification (precompile 0x100, EIP-7951) is not built in",
    ]

    /// Why the precompile is not there; nil for every other address, whose absence is a failure.
    static func reason(_ address: Address) -> String? {
        address.word.asUInt64.flatMap { reasons[$0] }
    }
}
