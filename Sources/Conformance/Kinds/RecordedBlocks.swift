import Chain
import JSON

/// Blocks with everything to execute them offline: all that the header, the receipts and the state
/// after the block say is compared (the format of `jit-bot block export`).
enum RecordedBlocks: ConformanceKind {
    static let name = "recorded block"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("header", "parentHeader", "transactions", "pre", "codes", "post")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for block in cases {
            report.record(verdict(block.object), kind: name, case: block.name)
        }
    }

    private static func verdict(_ fields: JSONObject) -> Verdict {
        let record: RecordedBlock
        do { record = try RecordedBlock(fields) } catch let error as FieldError {
            return .failed(Difference(error))
        } catch {
            return .failed(
                Difference("transactions", expected: "signed ones", actual: "\(error)"))
        }
        do throws(BlockFault) {
            let comparison = try BlockComparison(record)
            guard let first = comparison.differences.first else { return .passed }
            return .failed(
                Difference(first.what, expected: first.recorded, actual: first.executed))
        } catch {
            return .failed(
                Difference("execution", expected: "a block", actual: "\(error)"))
        }
    }
}
