internal import GRDB

/// The schema as a list of named migrations. The list is append-only: a migration that has been in
/// a release is never edited, a change is a new one at the end.
enum LedgerSchema {
    /// Every migration that this program knows, in order.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1 books") { try createBooks($0) }
        migrator.registerMigration("v1 bundles") { try createBundles($0) }
        migrator.registerMigration("v2 bundle mode") { try addBundleMode($0) }
        migrator.registerMigration("v3 tips") { try createTips($0) }
        migrator.registerMigration("v4 bundle order") { try addBundleOrder($0) }
        return migrator
    }

    /// Refuses a file that a newer program has written, by the names of what it added.
    static func refuseNewer(_ database: Database, path: String) throws {
        let known = migrator.migrations
        let unknown = try migrator.appliedIdentifiers(database).subtracting(known).sorted()
        guard unknown.isEmpty else {
            throw LedgerError.schemaNewer(
                path: path, unknownMigrations: unknown, lastKnown: known.last ?? "nothing")
        }
    }

    /// Refuses a file that lacks migrations: a reader does not apply them.
    static func refuseOlder(_ database: Database, path: String) throws {
        let applied = try migrator.appliedIdentifiers(database)
        let missing = migrator.migrations.filter { !applied.contains($0) }
        guard missing.isEmpty else {
            throw LedgerError.schemaOlder(path: path, missingMigrations: missing)
        }
    }
}
