import Ethereum

/// How one account differs after execution from before.
public struct AccountChange: Equatable, Sendable {
    public var address: Address
    /// Nil where the account did not exist.
    public var before: Account?
    /// Nil where the account does not exist any more.
    public var after: Account?
    /// The code that execution deployed there, if any.
    public var newCode: Code?
    /// Whether the storage was emptied first (self-destruct): slots not listed below are 0 then.
    public var storageCleared: Bool
    /// Slots whose value changed, by slot.
    public var storage: [SlotChange]

    public init(
        address: Address, before: Account?, after: Account?, newCode: Code? = nil,
        storageCleared: Bool = false, storage: [SlotChange] = []
    ) {
        self.address = address
        self.before = before
        self.after = after
        self.newCode = newCode
        self.storageCleared = storageCleared
        self.storage = storage
    }
}

/// How one storage slot differs after execution from before.
public struct SlotChange: Equatable, Sendable {
    public var slot: UInt256
    public var before: UInt256
    public var after: UInt256

    public init(slot: UInt256, before: UInt256, after: UInt256) {
        self.slot = slot
        self.before = before
        self.after = after
    }
}

/// Everything that execution changed, accounts by address, slots by number.
public struct StateChanges: Equatable, Sendable {
    public var accounts: [AccountChange]

    public init(accounts: [AccountChange] = []) { self.accounts = accounts }
}

/// What execution read of the base state: the witness from which it can be repeated elsewhere.
/// Accounts by address, slots by number, values as they were before the first write.
public struct AccessedState: Equatable, Sendable {
    /// An account that was asked for, as it was before.
    public struct Entry: Equatable, Sendable {
        public var address: Address
        /// Nil where the account does not exist.
        public var account: Account?
        public var storage: [(slot: UInt256, value: UInt256)]

        public init(
            address: Address, account: Account?, storage: [(slot: UInt256, value: UInt256)]
        ) {
            self.address = address
            self.account = account
            self.storage = storage
        }

        public static func == (a: Entry, b: Entry) -> Bool {
            a.address == b.address && a.account == b.account
                && a.storage.elementsEqual(b.storage, by: ==)
        }
    }

    public var entries: [Entry]
    /// Block hashes that were asked for, by number.
    public var blockHashes: [(number: UInt64, hash: Hash32)]

    public init(entries: [Entry], blockHashes: [(number: UInt64, hash: Hash32)]) {
        self.entries = entries
        self.blockHashes = blockHashes
    }

    public static func == (a: AccessedState, b: AccessedState) -> Bool {
        a.entries == b.entries && a.blockHashes.elementsEqual(b.blockHashes, by: ==)
    }
}
