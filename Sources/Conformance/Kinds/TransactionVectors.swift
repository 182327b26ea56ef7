import Ethereum
import JSON

/// Transaction vectors: bytes, and for each fork either that they are refused, or hash, sender and
/// intrinsic gas (ethereum/tests, TransactionTests).
enum TransactionVectors: ConformanceKind {
    static let name = "transaction vector"

    /// Mainnet's, for which all vectors are.
    private static let chainId: UInt64 = 1

    static func recognises(_ content: VectorContent) -> Bool {
        if case .json(let object) = content { object.has("txbytes", "result") } else { false }
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            do throws(FieldError) {
                try judge(vector, into: &report)
            } catch {
                report.record(.failed(Difference(error)), kind: name, case: vector.name)
            }
        }
    }

    private static func judge(
        _ vector: VectorCase, into report: inout FileReport
    ) throws(FieldError) {
        let raw = try vector.object.bytes("txbytes")
        let decoded: Result<SignedTransaction, TransactionDecodingError>
        do throws(TransactionDecodingError) {
            decoded = .success(try SignedTransaction(decoding: raw))
        } catch { decoded = .failure(error) }
        for entry in try vector.object.object("result").members {
            guard let fork = ForkNames.forks[entry.key],
                ForkNames.transactionForks.contains(fork)
            else {
                report.ignore("transaction vector of fork \(entry.key)")
                continue
            }
            report.record(
                verdict(decoded, fork: fork, expected: entry.value), kind: name,
                case: "\(vector.name) \(entry.key)")
        }
    }

    private static func verdict(
        _ decoded: Result<SignedTransaction, TransactionDecodingError>, fork: Fork,
        expected: JSON
    ) -> Verdict {
        guard let expected = expected.asObject else {
            return .failed(
                Difference("result", expected: "an object", actual: expected.excerpt))
        }
        let exception = expected["exception"]?.string
        switch accept(decoded, fork: fork) {
        case .failure(let refusal):
            if exception != nil { return .passed }
            return .failed(
                Difference("validity", expected: "accepted", actual: "refused: \(refusal.reason)"))
        case .success(let sender):
            if let exception {
                return .failed(
                    Difference("validity", expected: "refused: \(exception)", actual: "accepted"))
            }
            guard case .success(let signed) = decoded else { return .passed }
            do throws(Difference) {
                try compare(signed, sender: sender, fork: fork, with: expected)
                return .passed
            } catch { return .failed(error) }
        }
    }

    private struct Refusal: Error { var reason: String }

    private static func accept(
        _ decoded: Result<SignedTransaction, TransactionDecodingError>, fork: Fork
    ) -> Result<Address, Refusal> {
        switch decoded {
        case .failure(let error): return .failure(Refusal(reason: "\(error)"))
        case .success(let signed):
            do throws(TransactionInvalidity) {
                return .success(try signed.validate(fork: fork, chainId: chainId))
            } catch { return .failure(Refusal(reason: "\(error)")) }
        }
    }

    private static func compare(
        _ signed: SignedTransaction, sender: Address, fork: Fork, with expected: JSONObject
    ) throws(Difference) {
        let (hash, expectedSender, gas): (Hash32, Address, UInt64)
        do throws(FieldError) {
            hash = try expected.hash("hash")
            expectedSender = try expected.address("sender")
            gas = try expected.uint64("intrinsicGas")
        } catch { throw Difference(error) }
        try requireEqual("hash", hash, signed.hash)
        try requireEqual("sender", expectedSender, sender)
        try requireEqual(
            "intrinsic gas", gas, signed.transaction.intrinsicGas(fork: fork, sender: sender))
        try requireEqual("encoding", Hex.prefixed(signed.raw), Hex.prefixed(signed.encoded))
    }
}
