import Ethereum
import GRDB
import Store
import Testing

/// What was seen of competitors: kept in order, told once, and bounded.
@Suite struct TipTests {
    private static let other = Address(word: 0x22)
    private static let sights: [TipObservation.Sight] = [
        .rivalLanded(grossWei: .max, tipWei: 1, deposit0Raw: .max, deposit1Raw: .zero),
        .unopposed, .won(shareBps: 0), .lost(shareBps: 10_000),
    ]

    @Test("each kind comes back as it was, in the order in which it was learnt")
    func kinds() throws {
        let directory = try TemporaryDirectory()
        let all = Self.sights.enumerated().map { Sample.tip($0 + 1, $1) }
        let ledger = try Ledger(path: directory.file())
        #expect(try ledger.recordTips(all.reversed()) == all.reversed())
        try ledger.close()
        #expect(try LedgerReader(path: directory.file()).tipObservations() == all.reversed())
        #expect(
            try Ledger(path: directory.file()).tipObservations(notBefore: 3)
                == [all[3], all[2]])
    }

    @Test("what a source has told is not told again; two things of one source are two")
    func once() throws {
        let ledger = try Ledger.inMemory()
        let one = Sample.tip(1, Self.sights[0])
        #expect(try ledger.recordTips([one, one]) == [one, one])
        #expect(try ledger.recordTips([one, one]).isEmpty)
        #expect(try ledger.recordTips([one, one, one]) == [one])
        // Another pool, kind or source is something else.
        let others = [
            Sample.tip(1, pool: Self.other, Self.sights[0]), Sample.tip(1, .won(shareBps: 1)),
            Sample.tip(2, Self.sights[0]),
        ]
        #expect(try ledger.recordTips(others) == others)
        #expect(try ledger.tipObservations().count == 6)
    }

    @Test("of each pool the newest are kept, and of all what is young enough")
    func retention() throws {
        let ledger = try Ledger.inMemory()
        let few = TipRetention(perPool: 3, blocks: 100)
        _ = try ledger.recordTips([Sample.tip(1, pool: Self.other)], keeping: few)
        for number in 2...10 { _ = try ledger.recordTips([Sample.tip(number)], keeping: few) }
        func numbers() throws -> [UInt64] {
            try ledger.tipObservations().map(\.blockNumber)
        }
        #expect(try numbers() == [1, 8, 9, 10])
        // Block 101 is a hundred blocks behind the first: it is the last to see it.
        _ = try ledger.recordTips([Sample.tip(101)], keeping: few)
        #expect(try numbers() == [1, 9, 10, 101])
        _ = try ledger.recordTips([Sample.tip(102)], keeping: few)
        #expect(try numbers() == [10, 101, 102])
        #expect(try ledger.recordTips([], keeping: few).isEmpty)
        #expect(try numbers() == [10, 101, 102])
        let standard = TipRetention.standard
        #expect(standard.perPool == 512 && standard.blocks == 50_400)
        _ = try ledger.recordTips((200..<900).map { Sample.tip($0) })
        #expect(try ledger.tipObservations().count == 512)
    }

    @Test("what was seen in orphaned blocks goes with them, and may be told on the new branch")
    func rollback() throws {
        let ledger = try Ledger.inMemory()
        for number in 1...3 {
            try ledger.book(block: Sample.block(number))
            _ = try ledger.recordTips([Sample.tip(number)])
        }
        try ledger.rollBack(to: 2)
        #expect(try ledger.tipObservations() == [Sample.tip(1), Sample.tip(2)])
        #expect(try ledger.recordTips([Sample.tip(3)]) == [Sample.tip(3)])
        #expect(try ledger.recordTips([Sample.tip(2)]).isEmpty)
    }

    @Test("a ledger of before has none, and takes them from then on")
    func migration() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        let before = try Ledger(path: path)
        try before.book(block: Sample.block(1, [Sample.entry(5, .opening)]))
        try before.close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: """
                    DROP TABLE tip_observations;
                    DELETE FROM grdb_migrations WHERE identifier = 'v3 tips';
                    """)
        }
        try queue.close()
        #expect(
            throws: LedgerError.schemaOlder(path: path, missingMigrations: ["v3 tips"])
        ) { try LedgerReader(path: path) }
        let ledger = try Ledger(path: path)
        #expect(try ledger.tipObservations().isEmpty)
        #expect(try ledger.recordTips([Sample.tip(1)]) == [Sample.tip(1)])
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 5)
    }

    @Test("a row that no version writes is impossible, or an error that names its column")
    func malformed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        let ledger = try Ledger(path: path)
        _ = try ledger.recordTips([Sample.tip(1, .won(shareBps: 7))])
        #expect(throws: LedgerError.self) {
            try ledger.recordTips([Sample.tip(2, .won(shareBps: 10_001))])
        }
        try ledger.close()
        let queue = try DatabaseQueue(path: path)
        for change in [
            "kind = 'gift'", "share_bps = NULL", "gross_wei = '1'", "block_number = -1",
            "kind = 'unopposed'", "kind = 'rival_landed'", "pool = '0x12'",
        ] {
            #expect(throws: DatabaseError.self, "\(change)") {
                try queue.write { try $0.execute(sql: "UPDATE tip_observations SET \(change)") }
            }
        }
        try queue.write { database in
            try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try database.execute(sql: "UPDATE tip_observations SET kind = 'gift'")
        }
        try queue.close()
        #expect(throws: LedgerError.unreadableValue(column: "kind", text: "\"gift\"")) {
            try LedgerReader(path: path).tipObservations()
        }
    }
}
