import Ethereum

/// An account as the execution sees it, with the base state's value beside it.
///
/// Marks hold the number of a transaction: they are void in every other one, so nothing has to be
/// cleared between transactions.
struct AccountRecord: BitwiseCopyable {
    let address: Address
    /// Whether the base state was asked; the fields below mean nothing before.
    var isLoaded = false
    /// Whether the state has the account; settled at the end of each transaction.
    var exists = false
    /// Whether slots that were never loaded are 0 instead of the base's value.
    var isStorageCleared = false
    var nonce: UInt64 = 0
    var balance = UInt256.zero
    var codeHash: Hash32
    /// `CodeStore.empty`, `CodeStore.notLoaded`, or the index in the code store.
    var codeIndex = CodeStore.empty

    var warmIn: UInt64 = 0
    var createdIn: UInt64 = 0
    var touchedIn: UInt64 = 0
    var destroyedIn: UInt64 = 0
    /// The newest slot's dense index plus one; 0 where none was used.
    var firstSlot: UInt32 = 0

    var baseExists = false
    var baseNonce: UInt64 = 0
    var baseBalance = UInt256.zero
    var baseCodeHash: Hash32

    /// Nonce 0, balance 0, no code (EIP-161).
    var isEmpty: Bool { nonce == 0 && codeIndex == CodeStore.empty && balance.isZero }
}

/// The accounts that were named since the last reset, found by address, numbered in that order.
struct AccountTable: ~Copyable {
    private(set) var records = PlainBuffer<AccountRecord>(capacity: 64)
    private(set) var places = ProbeTable(capacity: 256)
    private let seed = TableHash.makeSeed()
    private let emptyCodeHash = Keccak256.ofEmpty

    /// The number of the account, which is made if new.
    mutating func index(of address: Address) -> Int {
        var place = hash(address) & places.mask
        while places.places[place] != 0 {
            let index = Int(places.places[place] &- 1)
            if records.base[index].address == address { return index }
            place = (place &+ 1) & places.mask
        }
        records.append(
            AccountRecord(address: address, codeHash: emptyCodeHash, baseCodeHash: emptyCodeHash))
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
            var place = hash(records.base[index].address) & places.mask
            while places.places[place] != 0 { place = (place &+ 1) & places.mask }
            places.set(place, index)
            index &+= 1
        }
    }

    @inline(__always)
    private func hash(_ address: Address) -> Int {
        let low = TableHash.mix(
            address.word1 ^ seed, UInt64(address.word2) &+ 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: TableHash.mix(address.word0 ^ low, seed))
    }
}
