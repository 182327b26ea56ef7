import Ethereum
import JSON

extension Shard {
    /// Changes whenever the same input and settings may give other rows: shards of another version
    /// are worked out anew.
    static let version = 1
    private static let kind = "jit-bot backtest shard"

    /// The file's one object: its header first, and `complete` last, which a file that was cut
    /// short has not.
    public var json: JSON {
        [
            "kind": .string(Self.kind), "version": .integer(Self.version), "input": input.json,
            "settings": settings.json, "blocks": span.map { .string($0.description) } ?? .null,
            "firstRow": .integer(firstRow), "rows": .integer(rows),
            "filtered": .array(filtered.map { .integer($0) }),
            "unanswered": .array(
                unanswered.map {
                    ["row": .integer($0.row), "reason": .string($0.reason.rawValue)]
                }),
            "opportunities": .array(opportunities.map(\.json)),
            "realJit": .array(realJit.map(\.json)), "complete": true,
        ]
    }

    /// Reads what `json` wrote.
    public init(bytes: [UInt8]) throws {
        guard let object = try JSON(parsing: bytes, limits: .file).asObject else {
            throw FieldError(field: "(the file)", expected: "an object", found: "another")
        }
        try self.init(object)
    }

    package init(_ object: JSONObject) throws(FieldError) {
        let kind = try object.string("kind")
        guard kind == Self.kind else {
            throw FieldError(field: "kind", expected: Self.kind, found: kind)
        }
        let version = try object.uint64("version")
        guard version == UInt64(Self.version) else {
            throw FieldError(field: "version", expected: "\(Self.version)", found: "\(version)")
        }
        var span: BlockSpan?
        if try object.required("blocks") != .null {
            let text = try object.string("blocks")
            guard let given = BlockSpan(text) else {
                throw FieldError(field: "blocks", expected: "A..B", found: text)
            }
            span = given
        }
        self.init(
            input: try BacktestInput(object.object("input")),
            settings: try BacktestSettings(object.object("settings")), span: span,
            firstRow: try object.count("firstRow"), rows: try object.count("rows"))
        filtered = try object.array("filtered").mapped { item throws(FieldError) in
            guard let row = item.uint64.flatMap({ Int(exactly: $0) }) else {
                throw FieldError(field: "filtered", expected: "rows", found: item.excerpt)
            }
            return row
        }
        unanswered = try object.objects("unanswered").mapped { item throws(FieldError) in
            let text = try item.string("reason")
            guard let reason = Unanswered.Reason(rawValue: text) else {
                throw FieldError(field: "reason", expected: "a reason", found: text)
            }
            return Unanswered(row: try item.count("row"), reason: reason)
        }
        opportunities = try object.objects("opportunities").mapped { item throws(FieldError) in
            try Opportunity(item)
        }
        realJit = try object.objects("realJit").mapped { item throws(FieldError) in
            try RealJit(item)
        }
        guard try object.flag("complete") else {
            throw FieldError(field: "complete", expected: "true", found: "false")
        }
        try checkRows()
    }

    /// That all rows are of this part of this input.
    private func checkRows() throws(FieldError) {
        let (end, overflow) = firstRow.addingReportingOverflow(rows)
        let all =
            filtered + unanswered.map(\.row) + opportunities.map(\.source.row)
            + realJit.map(\.source.row)
        let inputs = Set(opportunities.map(\.source.input) + realJit.map(\.source.input))
        guard !overflow, all.allSatisfy({ firstRow <= $0 && $0 < end }),
            inputs.isSubset(of: [input.digest])
        else {
            throw FieldError(
                field: "rows", expected: "rows of this part of this input", found: "others")
        }
    }

    /// Whether a file's shard is the one that this part, these settings and blocks would give.
    public func isFor(_ other: Shard) -> Bool {
        input == other.input && settings == other.settings && span == other.span
            && firstRow == other.firstRow && rows == other.rows
    }
}
