import Ethereum

/// The code of a contract with what is worked out once per code: shared between threads,
/// simulations and all accounts that have it.
public final class Code: Sendable, Equatable {
    /// The bytes as deployed.
    public let bytes: [UInt8]
    /// keccak256 of the bytes.
    public let hash: Hash32

    /// The bytes followed by `padding` zeros: running off the end meets STOP (Yellow Paper 9.4.1),
    /// and a PUSH that is cut off reads zeros, without a check in the interpreter.
    nonisolated(unsafe) let padded: UnsafePointer<UInt8>
    /// Bit `n & 63` of word `n >> 6` says whether a jump to byte n is allowed (Yellow Paper 9.4.3).
    nonisolated(unsafe) let jumpDestinations: UnsafePointer<UInt64>
    /// What runs: `padded`, or a copy with fused sequences (`FusedCode`) and the same padding.
    nonisolated(unsafe) let running: UnsafePointer<UInt8>
    /// The words that fused sequences compute, by number.
    nonisolated(unsafe) let constants: UnsafePointer<UInt256>

    /// Whose code runs instead of this one, where forks have delegations (EIP-7702).
    let delegate: Address?

    /// One opcode and 32 bytes of push data.
    private static let padding = 33

    /// The code of these bytes.
    public convenience init(_ bytes: [UInt8]) {
        self.init(bytes, hash: Keccak256.hash(bytes), isFused: true)
    }

    /// The code of these bytes, whose hash is known or never asked for (init code, which runs once
    /// and is not fused).
    init(_ bytes: [UInt8], hash: Hash32, isFused: Bool) {
        self.bytes = bytes
        self.hash = hash
        delegate = Delegation.target(of: bytes)
        padded = Self.padded(bytes)
        let jumps = Self.findJumpDestinations(padded, count: bytes.count)
        jumpDestinations = jumps
        guard isFused, !bytes.isEmpty, bytes.count <= FusedCode.largestCode else {
            running = padded
            constants = UnsafePointer(UnsafeMutablePointer<UInt256>.allocate(capacity: 1))
            return
        }
        let fused = FusedCode(bytes) { offset in
            offset < bytes.count && (jumps[offset &>> 6] &>> UInt64(offset & 63)) & 1 == 1
        }
        running = Self.padded(fused.bytes)
        let words = UnsafeMutablePointer<UInt256>.allocate(capacity: fused.constants.count + 1)
        for (index, word) in fused.constants.enumerated() { (words + index).initialize(to: word) }
        constants = UnsafePointer(words)
    }

    deinit {
        if running != padded { running.deallocate() }
        padded.deallocate()
        jumpDestinations.deallocate()
        constants.deallocate()
    }

    /// A copy with zeros behind it.
    private static func padded(_ bytes: [UInt8]) -> UnsafePointer<UInt8> {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + padding)
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress {
                copy.initialize(from: base, count: source.count)
            }
        }
        (copy + bytes.count).initialize(repeating: 0, count: padding)
        return UnsafePointer(copy)
    }

    /// No code.
    public static let empty = Code([])

    public static func == (a: Code, b: Code) -> Bool { a.hash == b.hash }

    /// Marks every JUMPDEST that is not push data.
    private static func findJumpDestinations(
        _ code: UnsafePointer<UInt8>, count: Int
    ) -> UnsafePointer<UInt64> {
        let words = count / 64 + 1
        let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        bits.initialize(repeating: 0, count: words)
        var index = 0
        while index < count {
            let opcode = code[index]
            if opcode == Opcode.jumpdest.rawValue {
                bits[index &>> 6] |= 1 &<< UInt64(index & 63)
            } else if opcode >= Opcode.push1.rawValue, opcode <= Opcode.push32.rawValue {
                index &+= Int(opcode &- Opcode.push1.rawValue) &+ 1
            }
            index &+= 1
        }
        return UnsafePointer(bits)
    }
}
