import Ethereum

/// A storage slot as the execution sees it, with the base state's value beside it.
struct SlotRecord: BitwiseCopyable {
    let account: UInt32
    let key: UInt256
    var current = UInt256.zero
    /// The value when transaction `originalIn` began (EIP-2200).
    var original = UInt256.zero
    var base = UInt256.zero
    var originalIn: UInt64 = 0
    var warmIn: UInt64 = 0
    /// The next older slot of the account: dense index plus one; 0 for none.
    var next: UInt32
    /// Whether the base state was asked; the values mean nothing before.
    var isLoaded = false
    /// Whether it was first loaded after its account's storage had been cleared.
    var isLoadedCleared = false
}

/// The slots that were named since the last reset, found by account number and slot.
struct SlotTable: ~Copyable {
    private(set) var records = PlainBuffer<SlotRecord>(capacity: 256)
    private(set) var places = ProbeTable(capacity: 1024)
    private let seed = TableHash.makeSeed()

    /// The number of the slot, which is made if new; `newest` heads the account's list of slots.
    mutating func index(account: Int, key: UInt256, newest: inout UInt32) -> Int {
        var place = hash(account, key) & places.mask
        while places.places[place] != 0 {
            let index = Int(places.places[place] &- 1)
            if records.base[index].key == key, records.base[index].account == UInt32(account) {
                return index
            }
            place = (place &+ 1) & places.mask
        }
        records.append(SlotRecord(account: UInt32(account), key: key, next: newest))
        newest = UInt32(truncatingIfNeeded: records.count)
        places.set(place, records.count &- 1)
        if places.isFull { rebuild() }
        return records.count &- 1
    }

    mutating func removeAll() {
        records.removeAll()
        places.removeAll()
    }

    private mutating func rebuild() {
        places.grow()
        var index = 0
        while index < records.count {
            let record = records.base + index
            var place = hash(Int(record.pointee.account), record.pointee.key) & places.mask
            while places.places[place] != 0 { place = (place &+ 1) & places.mask }
            places.set(place, index)
            index &+= 1
        }
    }

    @inline(__always)
    private func hash(_ account: Int, _ key: UInt256) -> Int {
        let low = TableHash.mix(key.limb0 ^ seed, key.limb1 ^ 0x9E37_79B9_7F4A_7C15)
        let high = TableHash.mix(key.limb2 ^ low, key.limb3 ^ UInt64(account) ^ seed)
        return Int(truncatingIfNeeded: TableHash.mix(low ^ high, seed))
    }
}

/// Transient storage (EIP-1153): values by account number and slot, gone with the transaction.
struct TransientTable: ~Copyable {
    private var slots = SlotTable()

    var heldBytes: Int { slots.heldBytes }

    /// The number of the slot, which is made with the value 0 if new.
    mutating func index(account: Int, key: UInt256) -> Int {
        var list: UInt32 = 0
        return slots.index(account: account, key: key, newest: &list)
    }

    @inline(__always)
    func value(_ index: Int) -> UInt256 { slots.records.base[index].current }

    @inline(__always)
    func set(_ index: Int, _ value: UInt256) { slots.records.base[index].current = value }

    mutating func removeAll() { slots.removeAll() }
}
