import Ethereum
import Foundation
import JSON
import Synchronization

/// A double of an explorer: as much of Etherscan's API, in both of its versions, as publishing a
/// source needs, over real sockets. It compiles nothing: what it answers the test chooses.
final class EtherscanDouble: Sendable {
    /// How it answers.
    enum Temper: Sendable {
        /// Pending so many times, then verified.
        case verifies(pending: Int)
        case cannotVerify
        case knowsAlready
        /// Says so when it is asked about its guid, not when the source is posted.
        case knowsAlreadyLater
        /// Too many questions, so many times.
        case throttles(times: Int)
        case pendsForEver
        /// What is no answer of this API.
        case babbles
        /// Takes the request and never answers.
        case hangs
    }

    /// A request that came.
    struct Request: Sendable {
        var method: String
        /// The fields of the address, and of the body.
        var query: [String: String]
        var form: [String: String]
    }

    static let guid = "ezq878u486pzijkvvmerl6a9mzwhv6sefgvqi5tkwceejc7tvn"

    let port: Int
    private let listener: Int32
    private let temper: Temper
    private let key: String
    /// The second version wants the chain in the address.
    private let wantsChain: String?
    private let seen = Mutex<[Request]>([])

    /// Everything that was asked.
    var requests: [Request] { seen.withLock { $0 } }

    struct NoSocket: Error {}

    /// Listens on a free port of loopback until `close`.
    init(_ temper: Temper, key: String, wantsChain: String? = nil) throws {
        self.temper = temper
        self.key = key
        self.wantsChain = wantsChain
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw NoSocket() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [self] in serve(connection) }
            }
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Foundation.close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { Foundation.close(connection) }
        var bytes: [UInt8] = []
        while let request = Self.next(connection, &bytes) {
            seen.withLock { $0.append(request) }
            if case .hangs = temper {
                Thread.sleep(forTimeInterval: 5)
                return
            }
            let body = Array(answer(request).utf8)
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                + "content-length: \(body.count)\r\n\r\n"
            let all = Array(head.utf8) + body
            guard send(connection, all, all.count, Int32(MSG_NOSIGNAL)) == all.count else {
                return
            }
        }
    }

    // MARK: What it answers

    private func answer(_ request: Request) -> String {
        if case .babbles = temper { return "<html>502 for \(key)</html>" }
        let fields = request.query.merging(request.form) { $1 }
        if let wantsChain, request.query["chainid"] != wantsChain {
            return Self.no("Missing or unsupported chainid parameter (required for v2 api)")
        }
        guard fields["apikey"] == key else {
            return Self.no("Invalid API Key (#err2)|\(fields["apikey"] ?? "")")
        }
        guard fields["module"] == "contract" else { return Self.no("Unknown module") }
        let earlier = requests.count - 1
        if case .throttles(let times) = temper, earlier < times {
            return Self.no("Max calls per sec rate limit reached (5/sec)")
        }
        switch (request.method, fields["action"]) {
        case ("POST", "verifysourcecode"):
            if case .knowsAlready = temper {
                return Self.no("Contract source code already verified")
            }
            guard fields["codeformat"] == "vyper-json",
                let source = fields["sourceCode"], (try? JSON(parsing: Array(source.utf8))) != nil
            else { return Self.no("Missing sourceCode") }
            return Self.yes(Self.guid)
        case ("GET", "checkverifystatus"):
            guard fields["guid"] == Self.guid else { return Self.no("Unknown UID") }
            return status()
        default: return Self.no("Error! Missing Or invalid Action name")
        }
    }

    private func status() -> String {
        let questions = requests.count { $0.method == "GET" }
        switch temper {
        case .verifies(let pending) where questions <= pending: return Self.no("Pending in queue")
        case .pendsForEver: return Self.no("Pending in queue")
        case .cannotVerify: return Self.no("Fail - Unable to verify")
        case .knowsAlreadyLater: return Self.no("Already Verified")
        default: return Self.yes("Pass - Verified")
        }
    }

    private static func yes(_ result: String) -> String {
        JSON.object([
            .init("status", "1"), .init("message", "OK"), .init("result", .string(result)),
        ]).text
    }

    private static func no(_ result: String) -> String {
        JSON.object([
            .init("status", "0"), .init("message", "NOTOK"), .init("result", .string(result)),
        ]).text
    }

    // MARK: HTTP

    /// The next request of a connection; nil where it ends. `bytes` is what was read ahead.
    private static func next(_ connection: Int32, _ bytes: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var head: Int?
        while head == nil {
            head = bytes.firstRange(of: end)?.upperBound
            if head == nil, !read(connection, &bytes) { return nil }
        }
        guard let head else { return nil }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) }
            ?? 0
        while bytes.count < head + length { guard read(connection, &bytes) else { return nil } }
        let body = String(decoding: bytes[head..<head + length], as: UTF8.self)
        bytes.removeFirst(head + length)
        let query = words[1].firstIndex(of: "?").map { words[1][$0...].dropFirst() } ?? ""
        return Request(
            method: String(words[0]), query: fields(String(query)), form: fields(body))
    }

    private static func read(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &part, part.count, 0)
        guard count > 0 else { return false }
        bytes += part[..<count]
        return true
    }

    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : ""
            fields[String(parts[0])] = value.removingPercentEncoding ?? value
        }
        return fields
    }
}
