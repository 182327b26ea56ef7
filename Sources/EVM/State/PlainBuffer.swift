/// A growing array of plain values without bounds checks, reference counts or copies on write; it
/// keeps its memory when emptied.
struct PlainBuffer<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { reserve(capacity &* 2) }
        (base + count).initialize(to: element)
        count &+= 1
    }

    /// Adds `size` elements that the caller fills; returns where they start.
    mutating func extend(by size: Int) -> UnsafeMutablePointer<Element> {
        if count &+ size > capacity { reserve(max(capacity &* 2, count &+ size)) }
        defer { count &+= size }
        return base + count
    }

    /// Makes the count `size`, without giving new elements a value.
    mutating func resize(to size: Int) {
        if size > capacity { reserve(max(capacity &* 2, size)) }
        count = size
    }

    /// Forgets the elements from `newCount` on.
    @inline(__always)
    mutating func truncate(to newCount: Int) { count = newCount }

    /// Forgets all elements, and gives back the memory if it is more than ordinary work needs.
    mutating func removeAll() {
        count = 0
        let ordinary = 1 << 16
        guard capacity > ordinary else { return }
        base.deallocate()
        base = .allocate(capacity: ordinary)
        capacity = ordinary
    }

    private mutating func reserve(_ newCapacity: Int) {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = newCapacity
    }
}

extension PlainBuffer<UInt8> {
    /// A copy of the elements.
    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Where in a dense array a key is: open addressing with linear probing over 32-bit numbers.
struct ProbeTable: ~Copyable {
    /// 0 for an empty place, else the dense index plus one.
    private(set) var places: UnsafeMutablePointer<UInt32>
    private(set) var mask: Int
    private var used = 0

    init(capacity: Int) {
        places = .allocate(capacity: capacity)
        places.initialize(repeating: 0, count: capacity)
        mask = capacity - 1
    }

    deinit { places.deallocate() }

    /// Forgets all keys; gives back places that only an extraordinary number of keys needed, so
    /// that clearing stays quick.
    mutating func removeAll() {
        if used == 0 { return }
        let ordinary = 1 << 14
        if mask >= ordinary { allocate(ordinary) } else { clear() }
    }

    private mutating func clear() {
        places.update(repeating: 0, count: mask &+ 1)
        used = 0
    }

    private mutating func allocate(_ capacity: Int) {
        places.deallocate()
        places = .allocate(capacity: capacity)
        places.initialize(repeating: 0, count: capacity)
        mask = capacity &- 1
        used = 0
    }

    /// Whether one more key needs `rebuild` first: at most half of the places are used.
    var isFull: Bool { 2 &* used > mask }

    /// Doubles the places; the caller inserts all keys again.
    mutating func grow() { allocate(2 &* (mask &+ 1)) }

    /// Notes that the dense index is at this free place.
    @inline(__always)
    mutating func set(_ place: Int, _ index: Int) {
        places[place] = UInt32(truncatingIfNeeded: index &+ 1)
        used &+= 1
    }
}

/// A hash of words with a secret per process, so that nobody can craft keys that collide. No result
/// depends on it: tables are only asked for keys, and list them in the order of their first use.
enum TableHash {
    /// The secret of the standard library's own tables.
    private static let seed = UInt64(truncatingIfNeeded: "TableHash".hashValue) | 1

    /// The seed, read once per table.
    static func makeSeed() -> UInt64 { seed }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
