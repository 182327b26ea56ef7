import Foundation

/// Says on stderr at most every ten seconds how far a run is.
struct ProgressLine {
    private static let interval = Duration.seconds(10)

    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant

    init() {
        start = clock.now
        last = start
    }

    mutating func show(_ summary: RunSummary) {
        let now = clock.now
        guard now - last >= Self.interval else { return }
        last = now
        let seconds = (now - start).components.seconds
        let line = "\(seconds) s: \(summary.files) files, \(summary.total.line)\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
