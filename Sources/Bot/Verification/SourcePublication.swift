import Contracts
import Ethereum
import JSON
import NIOCore
import Wire

/// Publishes a contract's source at an explorer that speaks Etherscan's API, which compiles it
/// again and compares.
public struct SourcePublication: Sendable {
    private let contract: ShippedContract
    private let standardJSON: String

    /// Why there is nothing to publish.
    public enum Failure: Error, CustomStringConvertible {
        case otherSource(path: String, expected: String, actual: String)
        case otherBytecode(path: String)
        case refused(String)
        case malformed(String)
        case undecided(after: Int)
        /// It does not answer, or not in time.
        case unreachable(String)

        public var description: String {
            switch self {
            case .otherSource(let path, let expected, let actual):
                "\(path) is not the source of the shipped bytecode: its SHA-256 is \(actual), "
                    + "expected \(expected)"
            case .otherBytecode(let path):
                "\(path) holds other bytecode than this program: they are of two versions"
            case .refused(let reason): "the explorer refused it: \(reason)"
            case .malformed(let text): "the explorer's answer is malformed: \(text.prefix(200))"
            case .undecided(let count): "the explorer was undecided after \(count) questions"
            case .unreachable(let reason): "the explorer cannot be reached: \(reason)"
            }
        }
    }

    /// The source and the artefact of a contract, as they lie in the project's `contracts`; the
    /// source must be the one that the shipped bytecode was made of. The paths are for messages.
    public init(
        _ contract: ShippedContract, source: [UInt8], artefact artefactText: [UInt8],
        sourcePath: String, artefactPath: String
    ) throws {
        self.contract = contract
        let artefact = try JSON(parsing: artefactText)
        guard artefact["bytecode"]?.data == contract.creationCode else {
            throw Failure.otherBytecode(path: artefactPath)
        }
        let expected = artefact["sourceSha256"]?.string ?? ""
        let actual = Hex.encode(SHA256.hash(source))
        guard actual == expected else {
            throw Failure.otherSource(path: sourcePath, expected: expected, actual: actual)
        }
        standardJSON =
            JSON.object([
                .init("language", "Vyper"),
                .init(
                    "sources",
                    .object([
                        .init(
                            contract.sourcePath,
                            ["content": .string(String(decoding: source, as: UTF8.self))])
                    ])),
                .init(
                    "settings",
                    [
                        "evmVersion": artefact["settings"]?["evmVersion"] ?? "cancun",
                        "optimize": artefact["settings"]?["optimize"] ?? "codesize",
                        "outputSelection": ["*": ["evm.bytecode", "evm.deployedBytecode", "abi"]],
                    ]),
            ]).text
        compilerVersion = "vyper:" + (artefact["compiler"]?["version"]?.string ?? "")
    }

    private let compilerVersion: String

    /// Questions about one publication at most.
    private static let questions = 20
    /// Times that one question is put again because there were too many.
    private static let throttledLimit = 5

    /// Posts the source and asks until the explorer has decided; its words. Blocks; not to be
    /// called on an event loop. `pauseMilliseconds` lies between two questions.
    ///
    /// The key is in what is sent alone: where the explorer's words repeat it, it is blotted out.
    public func publish(
        _ address: Address, chainId: UInt64, arguments: [NamedValue], apiKey: String,
        at explorer: HTTPConnection, pauseMilliseconds: Int64 = 3000
    ) throws -> String {
        let encoded = try ABI.encode(
            arguments.map(\.value), as: contract.arguments.map(\.type))
        let api = Explorer(
            connection: explorer, chainId: chainId, apiKey: apiKey,
            pauseMilliseconds: pauseMilliseconds)
        let posted = try api.ask(
            .post,
            [
                ("module", "contract"), ("action", "verifysourcecode"),
                ("codeformat", "vyper-json"), ("contractaddress", address.checksummed),
                ("contractname", "\(contract.sourcePath):\(contract.rawValue)"),
                ("compilerversion", compilerVersion), ("sourceCode", standardJSON),
                // The API's own spelling.
                ("constructorArguements", Hex.encode(encoded)),
            ])
        guard posted.succeeded else {
            if posted.isKnownAlready { return posted.text }
            throw Failure.refused(posted.text)
        }
        for _ in 0..<Self.questions {
            let answer = try api.ask(
                .get,
                [("module", "contract"), ("action", "checkverifystatus"), ("guid", posted.text)])
            if answer.succeeded || answer.isKnownAlready { return answer.text }
            guard answer.text.lowercased().contains("pending") else {
                throw Failure.refused(answer.text)
            }
            try api.pause()
        }
        throw Failure.undecided(after: Self.questions)
    }

    /// What an explorer answers.
    private struct Answer {
        var succeeded: Bool
        var text: String

        var isKnownAlready: Bool { text.lowercased().contains("already verified") }
        var isThrottled: Bool { text.lowercased().contains("rate limit") }
    }

    /// An explorer's API. Its second version wants the chain in the address of each request; the
    /// first one takes no notice of it there.
    private struct Explorer {
        let connection: HTTPConnection
        let chainId: UInt64
        let apiKey: String
        let pauseMilliseconds: Int64

        enum Method {
            case get
            case post
        }

        func pause() throws {
            try connection.loop.scheduleTask(in: .milliseconds(pauseMilliseconds)) {}
                .futureResult.wait()
        }

        /// Asks, and again after a pause where there were too many questions.
        func ask(_ method: Method, _ fields: [(String, String)]) throws -> Answer {
            for _ in 1..<SourcePublication.throttledLimit {
                let answer = try askOnce(method, fields)
                guard !answer.succeeded, answer.isThrottled else { return answer }
                try pause()
            }
            return try askOnce(method, fields)
        }

        private func askOnce(_ method: Method, _ fields: [(String, String)]) throws -> Answer {
            let form = (fields + [("apikey", apiKey)])
                .map { "\($0.0)=\(SourcePublication.escaped($0.1))" }.joined(separator: "&")
            let base = connection.endpoint.path
            let chain = base + (base.contains("?") ? "&" : "?") + "chainid=\(chainId)"
            let answer: HTTPAnswer
            do {
                switch method {
                case .get: answer = try connection.get(path: chain + "&" + form).wait()
                case .post:
                    answer = try connection.post(
                        path: chain,
                        headers: ["content-type": "application/x-www-form-urlencoded"],
                        body: ByteBuffer(string: form)
                    ).wait()
                }
            } catch {
                throw Failure.unreachable(blotted("\(error)"))
            }
            let bytes = Array(answer.body.readableBytesView)
            guard let json = try? JSON(parsing: bytes), let status = json["status"]?.string,
                let result = json["result"]?.string
            else { throw Failure.malformed(blotted(String(decoding: bytes, as: UTF8.self))) }
            return Answer(succeeded: status == "1", text: blotted(result))
        }

        /// A text without the key in it.
        private func blotted(_ text: String) -> String {
            guard !apiKey.isEmpty else { return text }
            var rest = text[...]
            var blotted = ""
            while let range = rest.firstRange(of: apiKey) {
                blotted += rest[..<range.lowerBound] + "(the key)"
                rest = rest[range.upperBound...]
            }
            return blotted + rest
        }
    }

    /// A value of an `application/x-www-form-urlencoded` body.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default: escaped += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return escaped
    }
}
