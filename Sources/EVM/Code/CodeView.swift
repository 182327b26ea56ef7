import Ethereum

/// What a frame needs of a code, without a count of references: in a code that two threads run,
/// each count would make the other thread wait. The code store, or `Machine.initCodes`, keeps it
/// alive.
struct CodeView: BitwiseCopyable {
    /// The bytes with their padding.
    let padded: UnsafePointer<UInt8>
    /// The number of bytes without padding.
    let count: Int
    let jumpDestinations: UnsafePointer<UInt64>
    /// What runs, and the words that it names.
    let running: UnsafePointer<UInt8>
    let constants: UnsafePointer<UInt256>
    /// Whose code runs instead (EIP-7702).
    let delegate: Address?

    init(_ code: Code) {
        padded = code.padded
        count = code.bytes.count
        jumpDestinations = code.jumpDestinations
        running = code.running
        constants = code.constants
        delegate = code.delegate
    }
}
