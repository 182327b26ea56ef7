import Foundation

/// How far a long run is and how long it will take yet: one line that replaces itself on a
/// terminal, and nothing elsewhere.
struct ProgressLine {
    private let total: Int
    private let unit: String
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var isShown = false

    init(of total: Int, unit: String) {
        self.total = total
        self.unit = unit
        start = clock.now
    }

    /// Shows that so many are done.
    mutating func show(_ done: Int) {
        guard isTerminal, done > 0 else { return }
        let perUnit = (clock.now - start) / done
        let left = (perUnit * max(0, total - done)).components.seconds
        write("\r\u{1B}[K\(done) of \(total) \(unit), about \(left) s left")
        isShown = true
    }

    /// Takes the line away, so that something else can be written.
    mutating func clear() {
        guard isShown else { return }
        write("\r\u{1B}[K")
        isShown = false
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
