import Foundation
import Synchronization

/// The right to write a ledger, held by one process until it ends or releases it: two bots on one
/// ledger would use each other's nonces. The kernel releases it even after `kill -9`.
final class WriterLock: Sendable {
    /// Nil once released.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock of the ledger at this path; it is a file beside it.
    init(ledgerPath: String) throws(LedgerError) {
        let descriptor = open(ledgerPath + "-lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .notWritable(path: ledgerPath, detail: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: ledgerPath)
        }
        self.descriptor = Mutex(descriptor)
    }

    /// Lets another process write; a second call does nothing.
    func release() {
        descriptor.withLock { held in
            if let descriptor = held { close(descriptor) }
            held = nil
        }
    }

    deinit { release() }
}
