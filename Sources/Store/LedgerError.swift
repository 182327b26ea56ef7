import Ethereum

/// Why the ledger did not do what it was asked. After each of these the file holds what it held
/// before the call.
public enum LedgerError: Error, Equatable, Sendable {
    // The file
    case missing(path: String)
    /// Another process writes this ledger.
    case inUse(path: String)
    /// `quick_check` or SQLite itself found damage.
    case damaged(path: String, finding: String)
    /// A newer program has written it.
    case schemaNewer(path: String, unknownMigrations: [String], lastKnown: String)
    /// Migrations that only the writer applies are missing.
    case schemaOlder(path: String, missingMigrations: [String])
    case diskFull(path: String)
    case notWritable(path: String, detail: String)
    case busy(path: String, waitedMilliseconds: Int)
    /// Any other result of SQLite.
    case sqlite(path: String, code: Int32, message: String)
    /// A stored value that no version of this program writes.
    case unreadableValue(column: String, text: String)
    /// The ledger belongs to another chain or executor.
    case boundElsewhere(path: String, key: String, stored: String, given: String)

    // The call
    /// SQLite's integers end at 2^63 − 1.
    case numberTooLarge(field: String, value: UInt64)
    case malformedLabel(String)
    case unknownBundle(Hash32)
    case bundleRecordedDifferently(Hash32)
    case illegalTransition(bundle: Hash32, from: String, to: String)

    // The books
    case blockGap(lastBooked: UInt64, given: UInt64)
    case wrongParent(of: BlockReference, given: Hash32, booked: BlockReference)
    /// Another block of this number is in the books.
    case blockReplaced(booked: BlockReference, given: BlockReference)
    /// The same block with other entries.
    case blockBookedDifferently(BlockReference)
    case entryBookedTwice(LedgerEntry)
    case balanceOverflow(Holding)
    case blockNotBooked(BlockReference)
    case rollbackBelowFirstBlock(asked: UInt64, firstBooked: UInt64)
    /// The books show a balance for which none was read from the chain.
    case balanceNotRead(Holding, bookedRaw: Int256)
    /// The running balances and the sum of the entries disagree.
    case booksInconsistent(Holding, sumRaw: Int256, balanceRaw: Int256)
}

extension LedgerError: CustomStringConvertible {
    /// What, which value, which limit, and what to type next.
    public var description: String {
        switch self {
        case .missing, .inUse, .damaged, .schemaNewer, .schemaOlder, .diskFull, .notWritable, .busy,
            .sqlite, .unreadableValue, .boundElsewhere:
            fileText
        case .numberTooLarge(let field, let value):
            "\(field) is \(value), the largest that is stored is \(Int64.max)"
        case .malformedLabel(let label):
            "outcome label \"\(label)\" is not one to 64 lower-case letters, digits and underscores"
        case .unknownBundle(let hash): "no bundle \(hash) is recorded"
        case .bundleRecordedDifferently(let hash):
            "bundle \(hash) is recorded already, with other fields"
        case .illegalTransition(let bundle, let from, let to):
            "bundle \(bundle) is \(from) and cannot become \(to)"
        case .blockGap(let last, let given):
            "block \(given) cannot be booked after \(last): book \(last + 1) first"
        case .wrongParent(let block, let given, let booked):
            "\(block) has parent \(given), booked is \(booked): roll back to their ancestor first"
        case .blockReplaced(let booked, let given):
            "\(booked) is booked, given is \(given): roll back to \(booked.number &- 1) first"
        case .blockBookedDifferently(let block):
            "\(block) is booked already, with other entries: one of the two readings is wrong"
        case .entryBookedTwice(let entry):
            "\(entry.kind.rawValue) of \(entry.holding) is booked already for "
                + (entry.transactionHash.map { "transaction \($0)" } ?? "this block")
        case .balanceOverflow(let holding): "\(holding) exceeds 255 bits"
        case .blockNotBooked(let block): "\(block) is not booked"
        case .rollbackBelowFirstBlock(let asked, let first):
            "cannot roll back to block \(asked): the books begin with block \(first)"
        case .balanceNotRead(let holding, let booked):
            "\(holding) is \(booked) by the books, but was not read from the chain"
        case .booksInconsistent(let holding, let sum, let balance):
            "\(holding): entries sum to \(sum), the running balance is \(balance)"
        }
    }

    private var fileText: String {
        switch self {
        case .missing(let path):
            "there is no ledger at \(path): type \"ls -l \(path)\", or start the bot to create it"
        case .inUse(let path):
            "\(path) is written by another process: type \"fuser -v \(path)-lock\" to see which"
        case .damaged(let path, let finding):
            "\(path) is damaged (\(finding)): keep it, put the last backup in its place, or type "
                + "\"sqlite3 \(path) .recover | sqlite3 recovered.sqlite\""
        case .schemaNewer(let path, let unknown, let lastKnown):
            "\(path) was written by a newer program (\(unknown.joined(separator: ", ")); this one "
                + "knows up to \(lastKnown)): install the newer program or restore a backup"
        case .schemaOlder(let path, let missing):
            "\(path) lacks \(missing.joined(separator: ", ")): start the bot once, it adds them"
        case .diskFull(let path):
            "no space left to write \(path): type \"df -h \(path)\"; the call wrote nothing"
        case .notWritable(let path, let detail):
            "\(path) cannot be written (\(detail)): type \"ls -ld \(path)*\" to see who may"
        case .busy(let path, let waited):
            "\(path) stayed locked for \(waited) ms: type \"fuser -v \(path)\" to see by whom"
        case .sqlite(let path, let code, let message):
            "SQLite result \(code) for \(path): \(message)"
        case .unreadableValue(let column, let text):
            "column \(column) holds \"\(text)\", which this program never writes"
        case .boundElsewhere(let path, let key, let stored, let given):
            "\(path) is for \(key) \(stored), not \(given): give another ledger path"
        default: ""
        }
    }
}
