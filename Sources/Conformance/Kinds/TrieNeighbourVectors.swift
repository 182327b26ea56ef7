import Ethereum
import JSON

/// Vectors of the order of a trie's keys: for each key asked, the next smaller and the next greater
/// in the trie, empty for none (ethereum/tests, trietestnextprev).
enum TrieNeighbourVectors: ConformanceKind {
    static let name = "trie neighbour vector"

    static func recognises(_ content: VectorContent) -> Bool {
        if case .json(let object) = content { object.has("in", "tests") } else { false }
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            do throws(FieldError) {
                var trie = MerkleTrie()
                for key in try words(vector.object.required("in"), "in") {
                    trie[Array(key.utf8)] = [1]
                }
                for test in try vector.object.array("tests") {
                    let asked = try words(test, "tests")
                    guard asked.count == 3 else {
                        throw FieldError(field: "tests", expected: "triples", found: test.excerpt)
                    }
                    let verdict = Verdict { () throws(Difference) in
                        let key = Array(asked[0].utf8)
                        try requireEqual("key before", asked[1], text(trie.key(before: key)))
                        try requireEqual("key after", asked[2], text(trie.key(after: key)))
                    }
                    report.record(verdict, kind: name, case: "\(vector.name) \"\(asked[0])\"")
                }
            } catch {
                report.record(.failed(Difference(error)), kind: name, case: vector.name)
            }
        }
    }

    private static func text(_ key: [UInt8]?) -> String {
        String(decoding: key ?? [], as: UTF8.self)
    }

    private static func words(_ value: JSON, _ field: String) throws(FieldError) -> [String] {
        guard case .array(let items) = value else {
            throw FieldError(field: field, expected: "an array of texts", found: value.excerpt)
        }
        var words: [String] = []
        for item in items {
            guard let word = item.string, word.utf8.count <= 256 else {
                throw FieldError(field: field, expected: "texts", found: item.excerpt)
            }
            words.append(word)
        }
        return words
    }
}
