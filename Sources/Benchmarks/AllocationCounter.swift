#if canImport(Glibc)
    import Glibc

    /// Counts what is taken from the heap: the program's own `malloc` stands in front of the C
    /// library's.
    enum AllocationCounter {
        nonisolated(unsafe) fileprivate static var count = 0

        /// Heap allocations while `body` runs; nil where even an array is not seen, so that 0 would
        /// mean nothing.
        static func allocations(during body: () -> Void) -> Int? {
            let control = read()
            sink = [UInt8](repeating: 1, count: 100)
            guard read() > control else { return nil }
            let start = read()
            body()
            return read() - start
        }

        /// The count now: read as if it could have changed, which the optimiser does not expect of
        /// an allocation.
        @inline(never) @_optimize(none)
        private static func read() -> Int { count }

        nonisolated(unsafe) static var sink: [UInt8] = []
    }

    @_silgen_name("__libc_malloc")
    private func libraryMalloc(_ size: Int) -> UnsafeMutableRawPointer?

    /// In place of the C library's, for the Swift runtime too.
    @_cdecl("malloc")
    public func countedMalloc(_ size: Int) -> UnsafeMutableRawPointer? {
        AllocationCounter.count &+= 1
        return libraryMalloc(size)
    }
#else
    /// Counts what is taken from the heap; not on this system.
    enum AllocationCounter {
        static func allocations(during body: () -> Void) -> Int? { nil }
    }
#endif
