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

    /// Questions about one publication, and the time between them.
    private static let questions = 20

    /// Posts the source and asks until the explorer has decided; its words. Blocks; not to be
    /// called on an event loop. `pauseMilliseconds` lies between two questions.
    public func publish(
        _ address: Address, chainId: UInt64, arguments: [NamedValue], apiKey: String,
        at explorer: HTTPConnection, pauseMilliseconds: Int64 = 3000
    ) throws -> String {
        let encoded = try ABI.encode(
            arguments.map(\.value), as: contract.arguments.map(\.type))
        let guid = try ask(
            explorer,
            [
                ("module", "contract"), ("action", "verifysourcecode"),
                ("chainid", "\(chainId)"), ("apikey", apiKey),
                ("codeformat", "vyper-json"), ("contractaddress", address.checksummed),
                ("contractname", "\(contract.sourcePath):\(contract.rawValue)"),
                ("compilerversion", compilerVersion), ("sourceCode", standardJSON),
                // The API's own spelling.
                ("constructorArguements", Hex.encode(encoded)),
            ])
        guard guid.succeeded else {
            if guid.text.lowercased().contains("already verified") { return guid.text }
            throw Failure.refused(guid.text)
        }
        for _ in 0..<Self.questions {
            let answer = try ask(
                explorer,
                [
                    ("module", "contract"), ("action", "checkverifystatus"),
                    ("chainid", "\(chainId)"), ("apikey", apiKey), ("guid", guid.text),
                ])
            if answer.succeeded { return answer.text }
            guard answer.text.lowercased().contains("pending") else {
                throw Failure.refused(answer.text)
            }
            try explorer.loop.scheduleTask(in: .milliseconds(pauseMilliseconds)) {}
                .futureResult.wait()
        }
        throw Failure.undecided(after: Self.questions)
    }

    private func ask(
        _ explorer: HTTPConnection, _ form: [(String, String)]
    ) throws -> (succeeded: Bool, text: String) {
        let body = form.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        let answer = try explorer.post(
            headers: ["content-type": "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: body)
        ).wait()
        let text = String(decoding: answer.body.readableBytesView, as: UTF8.self)
        guard let json = try? JSON(parsing: Array(text.utf8)), let status = json["status"]?.string,
            let result = json["result"]?.string
        else { throw Failure.malformed(text) }
        return (status == "1", result)
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
