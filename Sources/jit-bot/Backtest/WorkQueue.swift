import Foundation
import Synchronization

/// Work for a few threads, handed over in order through a short queue, so that whoever makes it
/// does not run ahead. The error of the earliest piece of work is the one that is told.
final class WorkQueue: Sendable {
    typealias Work = @Sendable () throws -> Void

    private struct State {
        var waiting: [(number: Int, work: Work)] = []
        var next = 0
        var isClosed = false
        var failure: (number: Int, error: any Error)?
        var running = 0
    }

    private let state = Mutex(State())
    private let condition = NSCondition()
    private let capacity: Int

    /// Threads' stacks: a block's execution calls itself for each call within a call.
    private static let stackBytes = 64 << 20

    init(threads: Int) {
        capacity = 2 * threads
        state.withLock { $0.running = threads }
        for _ in 0..<threads {
            let thread = Thread { [self] in run() }
            thread.stackSize = Self.stackBytes
            thread.start()
        }
    }

    /// Whether some work has failed: nothing more need be made.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Hands work over; waits while the queue is full.
    func add(_ work: @escaping Work) {
        condition.lock()
        while state.withLock({ $0.waiting.count >= capacity && $0.failure == nil }) {
            condition.wait()
        }
        state.withLock { state in
            state.waiting.append((state.next, work))
            state.next += 1
        }
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until all work is done, or some has failed.
    func finish() throws {
        condition.lock()
        state.withLock { $0.isClosed = true }
        condition.broadcast()
        while state.withLock({ $0.running > 0 }) { condition.wait() }
        condition.unlock()
        if let failure = state.withLock({ $0.failure }) { throw failure.error }
    }

    private func run() {
        while let (number, work) = take() {
            do {
                try work()
            } catch {
                fail(number, error)
            }
        }
        condition.lock()
        state.withLock { $0.running -= 1 }
        condition.broadcast()
        condition.unlock()
    }

    /// The next piece of work; nil when there will be none.
    private func take() -> (Int, Work)? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (piece, isOver): ((Int, Work)?, Bool) = state.withLock { state in
                if state.failure != nil { return (nil, true) }
                if state.waiting.isEmpty { return (nil, state.isClosed) }
                return (state.waiting.removeFirst(), false)
            }
            if let piece {
                condition.broadcast()
                return piece
            }
            if isOver { return nil }
            condition.wait()
        }
    }

    private func fail(_ number: Int, _ error: any Error) {
        condition.lock()
        state.withLock { state in
            if number < state.failure?.number ?? .max { state.failure = (number, error) }
        }
        condition.broadcast()
        condition.unlock()
    }
}
