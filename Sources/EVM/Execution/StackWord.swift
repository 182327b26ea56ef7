import Ethereum

#if os(Linux)
    import Synchronization
#endif

/// Reading words of the stack so that the processor can hand on what it has just written.
///
/// Results are written limb by limb, 8 bytes each. The compiler would read a word that is only
/// copied or tested in halves of 16 bytes; such a load spans two stores that are still on their
/// way, and processors wait until both have reached the cache, a dozen cycles. Loads that are
/// atomic are never joined, and cost the same.
extension UnsafeMutablePointer<UInt256> {
    /// The word here, read limb by limb.
    @inline(__always)
    var word: UInt256 {
        #if os(Linux)
            let limbs = UnsafeRawPointer(self).assumingMemoryBound(to: Atomic<UInt64>.self)
            return UInt256(
                limbs[0].load(ordering: .relaxed), limbs[1].load(ordering: .relaxed),
                limbs[2].load(ordering: .relaxed), limbs[3].load(ordering: .relaxed))
        #else
            return pointee
        #endif
    }
}
