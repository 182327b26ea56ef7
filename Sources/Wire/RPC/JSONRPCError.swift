import JSON

/// An error object of JSON-RPC 2.0 (section 5.1).
public struct JSONRPCError: Error, Equatable, Sendable {
    public var code: Int
    public var message: String
    /// What a revert returned, or other particulars.
    public var data: JSON?

    public init(code: Int, message: String, data: JSON? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// -32700: the body is not JSON.
    public static func parseError(_ cause: String) -> JSONRPCError {
        JSONRPCError(code: -32700, message: "parse error: " + cause)
    }

    /// -32600: JSON, but not a request.
    public static func invalidRequest(_ cause: String) -> JSONRPCError {
        JSONRPCError(code: -32600, message: "invalid request: " + cause)
    }

    /// -32601, in the words of geth.
    public static func methodNotFound(_ method: String) -> JSONRPCError {
        JSONRPCError(
            code: -32601,
            message: "the method \(method.prefix(128)) does not exist/is not available")
    }

    /// -32602: the parameters are missing, too many, or of the wrong kind.
    public static func invalidParams(_ cause: String) -> JSONRPCError {
        JSONRPCError(code: -32602, message: "invalid params: " + cause)
    }

    /// -32603: the server failed, whatever the request was.
    public static func internalError(_ cause: String) -> JSONRPCError {
        JSONRPCError(code: -32603, message: "internal error: " + cause)
    }

    /// -32000, where nodes put all that the specification has no number for.
    public static func server(_ message: String, data: JSON? = nil) -> JSONRPCError {
        JSONRPCError(code: -32000, message: message, data: data)
    }
}

extension JSONRPCError {
    /// The error object.
    public var json: JSON {
        var members: [JSON.Member] = [
            JSON.Member("code", .integer(code)), JSON.Member("message", .string(message)),
        ]
        if let data { members.append(JSON.Member("data", data)) }
        return .object(members)
    }

    /// The error that an error object writes; nil where it has no code or no message.
    public init?(_ json: JSON) {
        guard let code = json["code"]?.int64, let message = json["message"]?.string else {
            return nil
        }
        self.init(code: Int(code), message: message, data: json["data"])
    }
}

extension JSONRPCError: CustomStringConvertible {
    public var description: String {
        "\(message) (\(code))" + (data.map { ", data " + String($0.text.prefix(256)) } ?? "")
    }
}
