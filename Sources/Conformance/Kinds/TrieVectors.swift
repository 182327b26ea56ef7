import Ethereum
import JSON

/// Trie vectors: entries, and the root of the trie that holds them (ethereum/tests, TrieTests).
///
/// Entries are an array of pairs, put in one after the other, where null removes; or an object,
/// whose order must not count. Some files mean the keys themselves, some their hashes (a secure
/// trie), and no field says which. The rule here: one meaning holds for a whole file, the one under
/// which more of its vectors have the stated root, and the keys themselves where it is even. A
/// vector with a wrong root fails under both.
enum TrieVectors: ConformanceKind {
    static let name = "trie vector"

    /// Bounds the depth of the trie, which is walked recursively.
    private static let maximumKeyBytes = 256

    private enum KeyForm: String, CaseIterable {
        case plain = "root"
        case hashed = "root of the trie with hashed keys"
    }

    static func recognises(_ content: VectorContent) -> Bool {
        if case .json(let object) = content { object.has("in", "root") } else { false }
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        let plain = cases.map { verdict($0.object, .plain) }
        let hashed = cases.map { verdict($0.object, .hashed) }
        let passed = { (verdicts: [Verdict]) in verdicts.count { $0 == .passed } }
        let verdicts = passed(hashed) > passed(plain) ? hashed : plain
        for (vector, verdict) in zip(cases, verdicts) {
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func verdict(_ vector: JSONObject, _ form: KeyForm) -> Verdict {
        Verdict { () throws(Difference) in
            let root: Hash32
            do throws(FieldError) { root = try vector.hash("root") } catch {
                throw Difference(error)
            }
            let steps = try self.steps(vector["in"] ?? .null, form)
            var trie = MerkleTrie()
            var final: [[UInt8]: [UInt8]] = [:]
            for step in steps {
                trie[step.key] = step.value
                final[step.key] = step.value
            }
            try requireEqual(form.rawValue, root, trie.root)
            let entries = final.map { (key: $0.key, value: $0.value) }
            try requireEqual("\(form.rawValue), built at once", root, MerkleTrie.root(of: entries))
            guard case .object? = vector["in"] else { return }
            var backward = MerkleTrie()
            for step in steps.reversed() { backward[step.key] = step.value }
            try requireEqual("\(form.rawValue), entries reversed", root, backward.root)
        }
    }

    private typealias Step = (key: [UInt8], value: [UInt8]?)

    private static func steps(_ input: JSON, _ form: KeyForm) throws(Difference) -> [Step] {
        var steps: [Step] = []
        switch input {
        case .object(let members):
            for member in members {
                steps.append(try step(.string(member.key), member.value, form))
            }
        case .array(let pairs):
            for pair in pairs {
                guard case .array(let items) = pair, items.count == 2 else {
                    throw Difference("field in", expected: "pairs", actual: pair.excerpt)
                }
                steps.append(try step(items[0], items[1], form))
            }
        default:
            throw Difference(
                "field in", expected: "an object or an array", actual: input.kindName)
        }
        return steps
    }

    private static func step(
        _ key: JSON, _ value: JSON, _ form: KeyForm
    ) throws(Difference) -> Step {
        guard let keyBytes = bytes(key), keyBytes.count <= maximumKeyBytes else {
            throw Difference(
                "key", expected: "text or bytes, at most \(maximumKeyBytes) of them",
                actual: key.excerpt)
        }
        let usedKey = form == .hashed ? Keccak256.hash(keyBytes).bytes : keyBytes
        if case .null = value { return (usedKey, nil) }
        guard let valueBytes = bytes(value) else {
            throw Difference("value", expected: "text or bytes", actual: value.excerpt)
        }
        return (usedKey, valueBytes)
    }

    /// Hexadecimal after `0x`, else the text's UTF-8.
    private static func bytes(_ value: JSON) -> [UInt8]? {
        guard let text = value.string else { return nil }
        return text.hasPrefix("0x") ? Hex.decode(text) : Array(text.utf8)
    }
}
