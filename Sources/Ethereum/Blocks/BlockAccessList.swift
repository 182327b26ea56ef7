/// What a block's execution touched, and how it left it (EIP-7928). The header holds its hash.
public struct BlockAccessList: Equatable, Sendable {
    /// A value as a step of the block left it: step 0 is what comes before the transactions, then
    /// each transaction is one, and what comes after them is the last.
    public struct Change<Value: Equatable & Sendable>: Equatable, Sendable {
        public var step: UInt64
        public var value: Value

        public init(step: UInt64, value: Value) {
            self.step = step
            self.value = value
        }
    }

    /// A slot and the values that it took, by step.
    public struct SlotChanges: Equatable, Sendable {
        public var slot: UInt256
        public var changes: [Change<UInt256>]

        public init(slot: UInt256, changes: [Change<UInt256>]) {
            self.slot = slot
            self.changes = changes
        }
    }

    /// An account that was touched; the lists are empty where it was only read.
    public struct AccountAccess: Equatable, Sendable {
        public var address: Address
        /// By slot.
        public var storageChanges: [SlotChanges]
        /// Slots that were touched and not changed by any step, in their order.
        public var storageReads: [UInt256]
        /// Wei, by step.
        public var balanceChanges: [Change<UInt256>]
        public var nonceChanges: [Change<UInt64>]
        /// The code itself, by step.
        public var codeChanges: [Change<[UInt8]>]

        public init(
            address: Address, storageChanges: [SlotChanges] = [], storageReads: [UInt256] = [],
            balanceChanges: [Change<UInt256>] = [], nonceChanges: [Change<UInt64>] = [],
            codeChanges: [Change<[UInt8]>] = []
        ) {
            self.address = address
            self.storageChanges = storageChanges
            self.storageReads = storageReads
            self.balanceChanges = balanceChanges
            self.nonceChanges = nonceChanges
            self.codeChanges = codeChanges
        }
    }

    /// By address.
    public var accounts: [AccountAccess]

    public init(accounts: [AccountAccess] = []) { self.accounts = accounts }

    /// A block's gas limit over this is how many items its list may have.
    public static let gasPerItem: UInt64 = 2_000

    /// Addresses and slots: what the limit is on.
    public var itemCount: Int {
        accounts.reduce(0) { $0 + 1 + $1.storageChanges.count + $1.storageReads.count }
    }

    /// The hash of the list's RLP.
    public var hash: Hash32 { Keccak256.hash(encoded) }

    /// The list's RLP.
    public var encoded: [UInt8] {
        var writer = RLPWriter(capacity: 1 << 12)
        writer.list { list in
            for account in accounts { list.append(account) }
        }
        return writer.bytes
    }
}

extension RLPWriter {
    fileprivate mutating func append(_ account: BlockAccessList.AccountAccess) {
        list { fields in
            fields.append(account.address)
            fields.list { slots in
                for slot in account.storageChanges {
                    slots.list { parts in
                        parts.append(slot.slot)
                        parts.append(slot.changes) { $0.append($1) }
                    }
                }
            }
            fields.list { slots in
                for slot in account.storageReads { slots.append(slot) }
            }
            fields.append(account.balanceChanges) { $0.append($1) }
            fields.append(account.nonceChanges) { $0.append($1) }
            fields.append(account.codeChanges) { $0.append($1) }
        }
    }

    private mutating func append<Value>(
        _ changes: [BlockAccessList.Change<Value>],
        _ appendValue: (inout RLPWriter, Value) -> Void
    ) {
        list { items in
            for change in changes {
                items.list { pair in
                    pair.append(change.step)
                    appendValue(&pair, change.value)
                }
            }
        }
    }
}
