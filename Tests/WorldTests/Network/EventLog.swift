import Bot
import Ethereum
import Foundation
import Synchronization

/// What the bot reported, from its loop.
final class EventLog: Sendable {
    private let events = Mutex<[BotEvent]>([])

    func append(_ event: BotEvent) { events.withLock { $0.append(event) } }

    var booksDiffer: Bool {
        events.withLock { $0.contains { if case .booksDiffer = $0 { true } else { false } } }
    }

    /// Transactions that were declined.
    var answered: Set<Hash32> {
        events.withLock { events in
            Set(
                events.compactMap {
                    if case .rejected(let hash, _, _) = $0 { hash } else { nil }
                })
        }
    }

    /// Where orders are taken in.
    var port: Int? {
        events.withLock {
            $0.lazy.compactMap { if case .intake(_, let port) = $0 { port } else { nil } }.first
        }
    }

    var unwindings: Int {
        events.withLock { $0.count { if case .unwinding = $0 { true } else { false } } }
    }

    /// Openings that were told of as still standing.
    var stillOpen: Int {
        events.withLock { $0.count { if case .stillOpen = $0 { true } else { false } } }
    }

    var failures: [String] {
        events.withLock {
            $0.compactMap { if case .failed(let what) = $0 { what } else { nil } }
        }
    }

    /// Returns when the bot stands on a block, or after twenty seconds.
    func waitForHead(_ number: UInt64) {
        for _ in 0..<2000 {
            let reached = events.withLock {
                $0.contains { event in
                    if case .head(let block, _) = event { block.number >= number } else { false }
                }
            }
            if reached { return }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
