import JSON
import NIOCore

extension JSON {
    /// The one value that the readable bytes write.
    public init(
        parsing buffer: ByteBuffer, limits: Limits = Limits()
    ) throws(JSONParsingError) {
        let result = buffer.withUnsafeReadableBytes { JSON.result(of: $0, limits) }
        self = try result.get()
    }

    /// The text's UTF-8 bytes.
    public var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }
}
