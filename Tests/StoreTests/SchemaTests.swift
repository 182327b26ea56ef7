import Foundation
import GRDB
import Store
import Testing

@Suite struct SchemaTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let ledger = try Ledger(path: directory.file())
        try ledger.book(block: Sample.block(1, [Sample.entry(5, .opening)]))
        try ledger.recordBundle(Sample.bundle(1))
        try ledger.close()
    }

    @Test(
        "canonical decimal text is taken for a signed amount",
        arguments: ["0", "-1", "10", "-" + String(repeating: "9", count: 77)])
    func signedAmounts(_ text: String) throws {
        try execute("UPDATE entries SET delta_raw = ?", [text])
    }

    @Test(
        "other text is not",
        arguments: [
            "", "-", "-0", "00", "-01", "+1", "1.5", "1e3", " 1", "0x1", "1\n", "--1",
            String(repeating: "9", count: 78),
        ])
    func malformedSignedAmounts(_ text: String) throws {
        #expect(throws: DatabaseError.self) {
            try execute("UPDATE entries SET delta_raw = ?", [text])
        }
    }

    @Test("an unsigned amount has no sign and at most 78 digits")
    func unsignedAmounts() throws {
        try execute("UPDATE bundles SET tip_wei = ?", [String(repeating: "9", count: 78)])
        for text in ["-1", "", "01", String(repeating: "9", count: 79)] {
            #expect(throws: DatabaseError.self) {
                try execute("UPDATE bundles SET tip_wei = ?", [text])
            }
        }
    }

    @Test("no amount is ever an integer or a floating-point number")
    func amountTypes() throws {
        let queue = try DatabaseQueue(path: directory.file())
        let amounts = try queue.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT m.name || '.' || c.name || ' ' || c.type FROM sqlite_master m
                    JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
                    AND (c.name LIKE '%\\_wei' ESCAPE '\\' OR c.name LIKE '%\\_raw' ESCAPE '\\'
                        OR c.name = 'liquidity')
                    """)
        }
        #expect(amounts.count == 19)
        for amount in amounts where !amount.hasSuffix(".open_raw BLOB") {
            #expect(amount.hasSuffix(" TEXT") || amount.hasSuffix(".close_raw BLOB"), "\(amount)")
        }
    }

    @Test("a lost bundle without a cause and a landed one without a block are impossible")
    func bundleStates() throws {
        for state in ["lost", "landed", "unwound", "other"] {
            #expect(throws: DatabaseError.self) {
                try execute("UPDATE bundles SET state = ?", [state])
            }
        }
    }

    @Test("a value that no version writes is an error that names its column")
    func unreadable() throws {
        try execute("UPDATE entries SET kind = ?", ["gift"])
        let ledger = try Ledger(path: directory.file())
        #expect(throws: LedgerError.unreadableValue(column: "kind", text: "\"gift\"")) {
            try ledger.entries(of: Sample.wethOfExecutor, limit: 1)
        }
    }

    @Test("books whose running balance was altered are found")
    func alteredBalance() throws {
        try LedgerReader(path: directory.file()).verifyBooks()
        try execute("UPDATE entries SET balance_after_raw = ?", ["6"])
        #expect(
            throws: LedgerError.booksInconsistent(
                Sample.wethOfExecutor, sumRaw: 5, balanceRaw: 6)
        ) { try LedgerReader(path: directory.file()).verifyBooks() }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        let queue = try DatabaseQueue(path: directory.file())
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
        try queue.close()
    }
}
