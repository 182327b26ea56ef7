import EVM
import Ethereum
import JSON

/// Vectors of precompiled contracts: an input with the output and its gas, or an input that fails
/// (go-ethereum, core/vm/testdata/precompiles).
///
/// Nothing in a vector says which contract it is for; only the file's name does. `fail-` before the
/// name is of no account, since its vectors differ from others by themselves.
enum PrecompileVectors: ConformanceKind {
    static let name = "precompile vector"

    /// A contract's address, and the fork whose price holds.
    private struct Contract {
        var number: UInt64
        var fork = Fork.osaka
    }

    /// By the file's name without extension.
    private static let contracts: [String: Contract] = [
        "ecRecover": Contract(number: 0x01),
        "modexp": Contract(number: 0x05, fork: .byzantium),
        "modexp_eip2565": Contract(number: 0x05, fork: .berlin),
        "modexp_eip7883": Contract(number: 0x05, fork: .osaka),
        "bn256Add": Contract(number: 0x06),
        "bn256ScalarMul": Contract(number: 0x07),
        "bn256Pairing": Contract(number: 0x08),
        "blake2F": Contract(number: 0x09), "blake2f": Contract(number: 0x09),
        "pointEvaluation": Contract(number: 0x0a),
        "blsG1Add": Contract(number: 0x0b),
        // A multiplication is a sum of one multiple.
        "blsG1Mul": Contract(number: 0x0c), "blsG1MultiExp": Contract(number: 0x0c),
        "blsG2Add": Contract(number: 0x0d),
        "blsG2Mul": Contract(number: 0x0e), "blsG2MultiExp": Contract(number: 0x0e),
        "blsPairing": Contract(number: 0x0f),
        "blsMapG1": Contract(number: 0x10),
        "blsMapG2": Contract(number: 0x11),
        "p256Verify": Contract(number: 0x100),
    ]

    /// Gas for vectors that say nothing of it: more than any of them needs.
    private static let ampleGas: UInt64 = 1 << 40

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("Input", "Expected") || object.has("Input", "ExpectedError")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        guard let contract = contract(of: report.path) else {
            return report.ignore("\(name) in a file named for no contract", count: cases.count)
        }
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in
                try check(vector.object, contract)
            }
            report.record(verdict, kind: name, case: caseName(vector))
        }
    }

    private static func contract(of path: String) -> Contract? {
        let file = path.split(separator: "/").last ?? ""
        let stem = file.split(separator: ".").first ?? ""
        return contracts[String(stem.hasPrefix("fail-") ? stem.dropFirst(5) : stem)]
    }

    private static func caseName(_ vector: VectorCase) -> String {
        vector.object["Name"]?.string ?? vector.name
    }

    private static func check(
        _ vector: JSONObject, _ contract: Contract
    ) throws(Difference) {
        let input: [UInt8]
        let expected: [UInt8]?
        let gas: UInt64?
        do throws(FieldError) {
            input = try vector.bytes("Input")
            expected = vector.has("Expected") ? try vector.bytes("Expected") : nil
            gas = vector.has("Gas") ? try vector.uint64("Gas") : nil
        } catch { throw Difference(error) }
        let outcome = call(contract, input, gas: ampleGas)
        guard let expected else {
            guard outcome == .failure else {
                throw Difference("outcome", expected: "failure", actual: "\(outcome)")
            }
            return
        }
        guard case .success(let output, let gasUsed) = outcome else {
            throw Difference("outcome", expected: "success", actual: "\(outcome)")
        }
        try requireEqual("output", Hex.prefixed(expected), Hex.prefixed(output))
        guard let gas else { return }
        try requireEqual("gas", gas, gasUsed)
        // One gas less must not do.
        if gas > 0, call(contract, input, gas: gas - 1) != .outOfGas {
            throw Difference("outcome with \(gas - 1) gas", expected: "outOfGas", actual: "another")
        }
    }

    private static func call(
        _ contract: Contract, _ input: [UInt8], gas: UInt64
    ) -> PrecompiledContract.Outcome {
        PrecompiledContract.call(
            contract.number, fork: contract.fork, input: input, gas: gas)
    }
}
