import Ethereum

typealias FramePointer = UnsafeMutablePointer<Frame>

/// One running call or creation (the Yellow Paper's machine state and environment, 9.3 and 9.4).
///
/// While the interpreter runs a frame, its counter, stack, gas and memory size live in registers;
/// they are written here around every instruction that leaves the interpreter's loop.
struct Frame: BitwiseCopyable {
    /// What runs: the code's bytes or, with fused sequences, a copy of them (`FusedCode`); kept
    /// alive by the code store or `Machine.initCodes`.
    var code: UnsafePointer<UInt8>
    /// The code's bytes with their padding.
    var bytes: UnsafePointer<UInt8>
    var codeSize: Int
    var jumpDestinations: UnsafePointer<UInt64>
    /// The words that fused sequences compute.
    var constants: UnsafePointer<UInt256>
    /// The next instruction.
    var pc: UnsafePointer<UInt8>
    /// One word below the first word of the stack.
    var stackBase: UnsafeMutablePointer<UInt256>
    /// The top word; equal to `stackBase` for an empty stack.
    var sp: UnsafeMutablePointer<UInt256>
    var gas: Int64
    /// Where the frame's memory begins in the shared buffer, and how many bytes it has: always a
    /// multiple of 32.
    var memoryBase: Int
    var memorySize = 0
    /// Where the calldata are in the shared buffer: in the caller's memory.
    var inputOffset: Int
    var inputSize: Int

    /// The account whose code and storage act.
    var account: Int
    var address: Address
    var caller: Address
    var value: UInt256
    var isStatic: Bool
    var isCreation = false

    /// What RETURN or REVERT named, in the frame's own memory.
    var outputOffset = 0
    var outputSize = 0
    /// Where the caller wants the returned bytes, in the caller's memory.
    var resultOffset = 0
    var resultSize = 0
    /// To where a failure takes everything back.
    var mark: JournalMark

    /// What the frame and its callees took of the frame's gas for the state's growth, and the
    /// reservoir to which a failure returns (`StateGas`); 0 before Amsterdam.
    var spilledStateGas: Int64 = 0
    var reservoirMark: Int64 = 0
    /// What the caller paid for the account that a failure of the frame leaves unmade.
    var accountStateGas: Int64 = 0
}
