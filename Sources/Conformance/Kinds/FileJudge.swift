import JSON

/// Decides by its content what a file is, and lets the kinds judge it.
package enum FileJudge {
    /// The kind under which files that should have been readable are reported.
    static let damagedKind = "damaged file"

    /// Judges every vector of a file, or says why there is none.
    package static func judge(_ file: VectorFile) -> FileReport {
        var report = FileReport(path: file.path)
        switch file.content {
        case .special: report.ignore("link or special file")
        case .hiddenDirectory: report.ignore("hidden directory")
        case .failure(let error):
            fail(&report, "file", expected: "readable content", actual: "\(error)")
        case .bytes(let bytes): judge(bytes, into: &report)
        }
        // Vectors of a known kind with no case in them.
        if report.isEmpty { report.ignore("vector without cases") }
        return report
    }

    private static func judge(_ bytes: [UInt8], into report: inout FileReport) {
        if bytes.isEmpty { return report.ignore("empty file") }
        guard looksLikeJSON(bytes) else { return judgeText(bytes, into: &report) }
        do throws(JSONParsingError) {
            judge(try JSON(parsing: bytes, limits: .file), into: &report)
        } catch {
            if error.cause == .trailingBytes, let lines = objects(onLinesOf: bytes) {
                if judgeRecognised(lines, into: &report) == 0 { report.ignore("unknown JSON") }
                return
            }
            fail(
                &report, "JSON", expected: "a whole value",
                actual: "\(error)")
        }
    }

    /// The objects of a text with one on each line; nil where a line is anything else.
    private static func objects(onLinesOf bytes: [UInt8]) -> [VectorCase]? {
        var cases: [VectorCase] = []
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy(isSpace) {
            guard let value = try? JSON(parsing: Array(line), limits: .file),
                let object = value.asObject
            else {
                return nil
            }
            cases.append(VectorCase(name: "line \(index + 1)", content: .json(object)))
        }
        return cases
    }

    /// An opening brace or bracket, and after it what may follow it in JSON: a text that only
    /// starts with a bracket is none.
    private static func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
        var significant = bytes.lazy.filter { !isSpace($0) }.makeIterator()
        switch (significant.next(), significant.next()) {
        case (UInt8(ascii: "{"), let next):
            return next == nil || next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
        case (UInt8(ascii: "["), nil): return true
        case (UInt8(ascii: "["), let next?):
            return "[{]\"-0123456789".utf8.contains(next)
        default: return false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    private static func judgeText(_ bytes: [UInt8], into report: inout FileReport) {
        if judgeRecognised([VectorCase(name: "", content: .text(bytes))], into: &report) == 1 {
            return
        }
        let isText = !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
        report.ignore(isText ? "README/text" : "binary file")
    }

    private static func judge(_ value: JSON, into report: inout FileReport) {
        if let whole = value.asObject {
            let candidate = VectorCase(name: "", content: .json(whole))
            if judgeRecognised([candidate], into: &report) == 1 { return }
        }
        if judgeRecognised(members(of: value), into: &report) == 0 {
            report.ignore("unknown JSON")
        }
    }

    /// The objects in the value, which are the cases of most files.
    private static func members(of value: JSON) -> [VectorCase] {
        switch value {
        case .object(let members):
            return members.compactMap { member in
                member.value.asObject.map { VectorCase(name: member.key, content: .json($0)) }
            }
        case .array(let items):
            return items.enumerated().compactMap { index, item in
                item.asObject.map { VectorCase(name: "#\(index)", content: .json($0)) }
            }
        default: return []
        }
    }

    /// Hands each candidate to the first kind that knows it; returns how many were known. Unknown
    /// ones beside known ones are counted.
    private static func judgeRecognised(
        _ candidates: [VectorCase], into report: inout FileReport
    ) -> Int {
        var rest = candidates
        for kind in KindCatalog.judged {
            let own = rest.filter { kind.recognises($0.content) }
            if own.isEmpty { continue }
            rest.removeAll { kind.recognises($0.content) }
            kind.judge(own, into: &report)
        }
        for kind in KindCatalog.ignored {
            let count = rest.count
            rest.removeAll { kind.recognises($0.object) }
            if rest.count < count { report.ignore(kind.name, count: count - rest.count) }
        }
        let known = candidates.count - rest.count
        if known > 0, !rest.isEmpty { report.ignore("unknown JSON", count: rest.count) }
        return known
    }

    private static func fail(
        _ report: inout FileReport, _ what: String, expected: String, actual: String
    ) {
        report.record(
            .failed(Difference(what, expected: expected, actual: actual)), kind: damagedKind,
            case: "")
    }
}
