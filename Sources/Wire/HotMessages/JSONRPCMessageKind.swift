import NIOCore

/// Whether a message over a socket answers a call, or is pushed.
enum JSONRPCMessageKind: Equatable {
    /// It has a method: a notification, or a call from the server.
    case notification
    /// It has an id and no method.
    case answer

    /// By the keys of the object: `method` or `id`, whichever comes first. What is in their values
    /// is not looked at, except to step over it.
    init(_ message: ByteBuffer) throws(HotMessageError) {
        let result = message.withUnsafeReadableBytes { JSONRPCMessageKind.result(of: $0) }
        self = try result.get()
    }

    private static func result(
        of bytes: UnsafeRawBufferPointer
    ) -> Result<JSONRPCMessageKind, HotMessageError> {
        do throws(HotMessageError) {
            var scanner = try HotScanner(bytes)
            scanner.skipWhitespace()
            // A batch's answer.
            if try scanner.byte() == UInt8(ascii: "[") { return .success(.answer) }
            return .success(try scanner.messageKind())
        } catch { return .failure(error) }
    }
}

extension HotScanner {
    fileprivate mutating func messageKind() throws(Failure) -> JSONRPCMessageKind {
        try expect(UInt8(ascii: "{"))
        while true {
            skipWhitespace()
            let key = try key()
            if key.is("method") { return .notification }
            if key.is("id") { return .answer }
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            try skipValue()
            skipWhitespace()
            try expect(UInt8(ascii: ","))
        }
    }
}
