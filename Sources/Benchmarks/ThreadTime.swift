#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The processor's time that a thread has used. The machine is shared: wall time would count other
/// programs' work too.
enum ThreadTime {
    /// Of the calling thread, in µs.
    static func micros() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
