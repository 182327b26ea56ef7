import Foundation
import Synchronization

/// How far a backtest is and how long it will take yet: on a terminal one line that replaces
/// itself, elsewhere a line now and at least every half minute.
final class BacktestProgress: Sendable {
    private struct State {
        var total = 0
        var done = 0
        var isFinished = false
        var isShown = false
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// Elsewhere than on a terminal.
    private static let secondsBetweenLines = 20.0

    init() { start = clock.now }

    /// Says how many rows there are to do, and begins to show.
    func begin(total: Int) {
        state.withLock { $0.total = total }
        if !isTerminal { Output.note(line(0, of: total)) }
        let interval = isTerminal ? 0.2 : Self.secondsBetweenLines
        Thread.detachNewThread { [self] in
            while true {
                Thread.sleep(forTimeInterval: interval)
                let isOver = state.withLock { state in
                    if !state.isFinished { show(&state) }
                    return state.isFinished
                }
                if isOver { return }
            }
        }
    }

    /// So many more rows are done.
    func add(_ rows: Int) { state.withLock { $0.done += rows } }

    /// Stops showing and takes the line away.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            if state.isShown { write("\r\u{1B}[K") }
            if !isTerminal, state.done == state.total {
                Output.note(line(state.done, of: state.total))
            }
        }
    }

    private func show(_ state: inout State) {
        let text = line(state.done, of: state.total)
        if isTerminal {
            write("\r\u{1B}[K" + text)
            state.isShown = true
        } else {
            Output.note(text)
        }
    }

    private func line(_ done: Int, of total: Int) -> String {
        let head = "\(done) of \(total) events"
        if done >= total { return head + ", \((clock.now - start).components.seconds) s" }
        guard done > 0 else { return head }
        let left = (clock.now - start) / done * (total - done)
        return head + ", about \(left.components.seconds) s left"
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
