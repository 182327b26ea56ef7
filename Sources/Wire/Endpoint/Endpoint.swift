import NIOCore

/// Where a node or a relay is reached: a URL (RFC 3986) of one of four schemes.
///
/// Its description shows neither credentials nor the path, which at many providers is the key.
public struct Endpoint: Sendable, Equatable {
    /// What is spoken at the endpoint.
    public enum Scheme: String, Sendable, CaseIterable {
        case http, https, ws, wss

        public var usesTLS: Bool { self == .https || self == .wss }
        public var defaultPort: Int { usesTLS ? 443 : 80 }
    }

    public let scheme: Scheme
    /// A name, or an address without brackets.
    public let host: String
    public let port: Int
    /// The path and the query; `/` where there is none.
    public let path: String
    /// The value of the header Authorization (RFC 7617) that the URL's credentials make.
    public let authorization: String?

    /// Reads a URL strictly; nothing is guessed or repaired.
    public init(_ url: String) throws(EndpointError) {
        let bytes = Array(url.utf8)
        if let offset = bytes.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7f }) {
            throw .forbiddenByte(offset: offset)
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw .fragment }
        guard let scheme = Endpoint.scheme(of: bytes) else { throw .unknownScheme }
        self.scheme = scheme
        let rest = bytes.dropFirst(scheme.rawValue.utf8.count + 3)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let tail = rest[(end ?? rest.endIndex)...]
        let path = String(decoding: tail, as: UTF8.self)
        self.path = path.utf8.first == UInt8(ascii: "/") ? path : "/" + path
        var authority = rest[..<(end ?? rest.endIndex)]
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            let userinfo = authority[..<at]
            guard !userinfo.contains(UInt8(ascii: "@")),
                let decoded = Endpoint.percentDecoded(userinfo)
            else { throw .malformedCredentials }
            authorization = "Basic " + Base64.encode(decoded)
            authority = authority[(at + 1)...]
        } else {
            authorization = nil
        }
        (host, port) = try Endpoint.hostAndPort(authority, defaultPort: scheme.defaultPort)
    }

    /// The value of the header Host: with the port, unless it is the scheme's.
    public var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// The host's address, where it is one and no name.
    public var address: SocketAddress? { try? SocketAddress(ipAddress: host, port: port) }

    private static func scheme(of url: [UInt8]) -> Scheme? {
        Scheme.allCases.first { scheme in
            let prefix = Array((scheme.rawValue + "://").utf8)
            return url.count >= prefix.count
                && zip(url, prefix).allSatisfy { byte, wanted in
                    byte == wanted || (65...90).contains(byte) && byte | 0x20 == wanted
                }
        }
    }

    private static func hostAndPort(
        _ authority: ArraySlice<UInt8>, defaultPort: Int
    ) throws(EndpointError) -> (String, Int) {
        guard let first = authority.first else { throw .hostMissing }
        let host: String
        var rest: ArraySlice<UInt8>
        if first == UInt8(ascii: "[") {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else {
                throw .malformedHost
            }
            host = String(decoding: authority[(authority.startIndex + 1)..<close], as: UTF8.self)
            guard host.utf8.contains(UInt8(ascii: ":")), !host.utf8.contains(UInt8(ascii: "%")),
                (try? SocketAddress(ipAddress: host, port: 1)) != nil
            else { throw .malformedHost }
            rest = authority[(close + 1)...]
        } else {
            let colon = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
            host = String(decoding: authority[..<colon], as: UTF8.self)
            guard isName(authority[..<colon]) else { throw .malformedHost }
            rest = authority[colon...]
        }
        guard let colon = rest.popFirst() else { return (host, defaultPort) }
        guard colon == UInt8(ascii: ":"), rest.count <= 5,
            rest.allSatisfy({ (48...57).contains($0) }),
            let port = Int(String(decoding: rest, as: UTF8.self)), (1...65535).contains(port)
        else { throw .malformedPort }
        return (host, port)
    }

    /// Labels of letters, digits, hyphens and underscores (RFC 1123 section 2.1; underscores are
    /// used inside container networks).
    private static func isName(_ host: ArraySlice<UInt8>) -> Bool {
        guard !host.isEmpty, host.count <= 253 else { return false }
        return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy
        {
            !$0.isEmpty && $0.count <= 63 && $0.first != UInt8(ascii: "-")
                && $0.last != UInt8(ascii: "-")
                && $0.allSatisfy {
                    switch $0 {
                    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            decoded.append(value)
        }
        return decoded
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The scheme, the host and the port; `/…` where there is a path.
    public var description: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name):\(port)" + (path == "/" ? "" : "/…")
    }

    public var debugDescription: String { description }

    /// Without the fields that hold secrets.
    public var customMirror: Mirror { Mirror(self, children: ["endpoint": description]) }
}
