import Ethereum

/// A range of a frame's memory that has been paid for.
struct MemoryRange {
    var offset: Int
    var count: Int

    static let empty = MemoryRange(offset: 0, count: 0)
}

/// Memory of the running frame: growth and its price (Yellow Paper appendix H.1).
enum FrameMemory {
    /// Pays for and makes room for a range that an instruction names; nil when out of gas. An empty
    /// range costs nothing wherever it lies.
    @inline(__always)
    static func reach(
        _ machine: MachinePointer, _ frame: FramePointer, _ offset: UInt256, _ count: UInt256
    ) -> MemoryRange? {
        if count.isZero { return .empty }
        guard offset.limb1 | offset.limb2 | offset.limb3 == 0, offset.limb0 < Limit.memoryRange,
            count.limb1 | count.limb2 | count.limb3 == 0, count.limb0 < Limit.memoryRange
        else { return nil }
        let range = MemoryRange(
            offset: Int(truncatingIfNeeded: offset.limb0),
            count: Int(truncatingIfNeeded: count.limb0))
        let end = range.offset &+ range.count
        if end > frame.pointee.memorySize, !grow(machine, frame, to: end) { return nil }
        return range
    }

    /// Pays for and makes memory of at least `end` bytes; new bytes are 0.
    @inline(never)
    static func grow(_ machine: MachinePointer, _ frame: FramePointer, to end: Int) -> Bool {
        let oldWords = Int64(frame.pointee.memorySize &>> 5)
        let newWords = Int64((end &+ 31) &>> 5)
        frame.pointee.gas &-= cost(newWords) &- cost(oldWords)
        if frame.pointee.gas < 0 { return false }
        let base = frame.pointee.memoryBase
        let oldSize = frame.pointee.memorySize
        let newSize = Int(newWords) &* 32
        guard machine.pointee.reserveMemory(base &+ newSize, used: base &+ oldSize) else {
            return false
        }
        (machine.pointee.memory + base + oldSize).initializeMemory(
            as: UInt8.self, repeating: 0, count: newSize &- oldSize)
        frame.pointee.memorySize = newSize
        return true
    }

    /// 3 gas a word and a quadratic part.
    @inline(__always)
    private static func cost(_ words: Int64) -> Int64 {
        Gas.memoryWord &* words &+ words &* words / Gas.memoryQuadraticDivisor
    }

    /// Where a range is now; growing any memory may move it.
    @inline(__always)
    static func pointer(
        _ machine: MachinePointer, _ frame: FramePointer, _ range: MemoryRange
    ) -> UnsafeMutableRawPointer {
        machine.pointee.memory + frame.pointee.memoryBase + range.offset
    }

    /// A copy of a range.
    static func bytes(
        _ machine: MachinePointer, _ frame: FramePointer, _ range: MemoryRange
    ) -> [UInt8] {
        Array(
            UnsafeRawBufferPointer(
                start: pointer(machine, frame, range), count: range.count))
    }

    /// Copies from a source of `available` bytes, with zeros from its end on, into the range.
    static func copy(
        _ machine: MachinePointer, _ frame: FramePointer, to range: MemoryRange,
        from source: UnsafeRawPointer?, available: Int, sourceOffset: UInt256
    ) {
        if range.count == 0 { return }
        let target = pointer(machine, frame, range)
        var copied = 0
        if sourceOffset.limb1 | sourceOffset.limb2 | sourceOffset.limb3 == 0,
            sourceOffset.limb0 < UInt64(available), let source
        {
            let start = Int(truncatingIfNeeded: sourceOffset.limb0)
            copied = min(range.count, available &- start)
            target.copyMemory(from: source + start, byteCount: copied)
        }
        (target + copied).initializeMemory(
            as: UInt8.self, repeating: 0, count: range.count &- copied)
    }

    /// The number of words that `bytes` bytes fill.
    @inline(__always)
    static func words(_ bytes: Int) -> Int64 { Int64((bytes &+ 31) &>> 5) }
}
