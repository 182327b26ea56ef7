/// Why bytes are not the RLP that was asked for, and where (Yellow Paper, appendix B).
public struct RLPDecodingError: Error, Equatable, Sendable {
    /// Which rule the bytes break.
    public enum Cause: Equatable, Sendable {
        /// The item says that it is longer than what is left.
        case endOfInput(needed: UInt64, available: Int)
        /// The length of a long form starts with a zero byte.
        case leadingZeroInLength
        /// The long form of a length below 56, which the short form holds.
        case longFormForShortLength
        /// One byte below 0x80 with a header, though it stands for itself.
        case headerOnSingleByte
        /// Bytes follow the item, or the last field of a list.
        case trailingBytes(Int)
        /// The list ends where another field should stand.
        case missingField
        /// More lists in each other than the limit.
        case tooDeep(limit: Int)
        case expectedList
        case expectedBytes
        /// An integer with a zero first, which the shortest form leaves out.
        case leadingZeroInInteger
        case integerTooLarge(bytes: Int, maximum: Int)
        case wrongSize(bytes: Int, expected: Int)
        /// An integer other than 0 and 1.
        case notABoolean
    }

    /// Bytes from the start of the input to the item at fault.
    public var offset: Int
    public var cause: Cause

    public init(offset: Int, cause: Cause) {
        self.offset = offset
        self.cause = cause
    }
}
