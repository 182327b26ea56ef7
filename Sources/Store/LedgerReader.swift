/// What can be asked of a ledger, whether it is being written or only read.
public protocol LedgerReading: Sendable {
    var access: LedgerAccess { get }
}

/// A ledger opened for reading alone, for commands beside a running bot: it never blocks the
/// writer, and each call sees what was committed when it began.
public struct LedgerReader: LedgerReading {
    public let access: LedgerAccess

    /// Opens the ledger at this path. Throws `missing`, `damaged`, `schemaNewer`, `schemaOlder`.
    public init(path: String) throws(LedgerError) {
        do {
            access = LedgerAccess(
                path: path, reader: try LedgerFile.openForReading(path: path), writer: nil)
        } catch {
            throw LedgerError(error, path: path)
        }
    }
}
