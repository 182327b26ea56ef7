import Ethereum

/// One undone step: what was changed and its value before.
struct JournalEntry: BitwiseCopyable {
    enum Kind: UInt8 {
        /// An account's mark as warm, created, touched or destroyed in this transaction.
        case warmAccount, created, touched, destroyed
        case balance, nonce, code
        /// Whether an account exists; whether its storage was cleared.
        case existence, storageCleared
        case warmSlot, storage, transient
    }

    var kind: Kind
    /// The account's number, or the slot's in its table.
    var index: UInt32
    var previous: UInt256
}

/// A point in an execution to which everything can be taken back.
struct JournalMark: BitwiseCopyable {
    var entries: Int
    var logs: Int
    var logBytes: Int
    var refund: Int64
}

/// A log as it is kept during execution; its data are in `Journal.logBytes`.
struct LogRecord: BitwiseCopyable {
    var address: Address
    var topicCount: Int
    var topic0 = UInt256.zero
    var topic1 = UInt256.zero
    var topic2 = UInt256.zero
    var topic3 = UInt256.zero
    var dataOffset: Int
    var dataCount: Int
}
