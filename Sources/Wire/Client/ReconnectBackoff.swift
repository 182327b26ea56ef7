import NIOCore

/// How long to wait before each attempt to connect again: twice as long after each failure, up to a
/// limit, and each time a random part of it ("full jitter" above a half), so that many clients of
/// a server that comes back do not come at once.
///
/// A value without clock and random: both are handed in.
public struct ReconnectBackoff: Sendable, Equatable {
    public let first: TimeAmount
    public let maximum: TimeAmount
    /// A connection that has lasted so long starts the series anew.
    public let stableAfter: TimeAmount

    /// Failures in a row.
    public private(set) var failures = 0
    private var connectedAt: NIODeadline?

    public init(
        first: TimeAmount = .milliseconds(100), maximum: TimeAmount = .seconds(10),
        stableAfter: TimeAmount = .seconds(30)
    ) {
        self.first = max(first, .nanoseconds(1))
        self.maximum = max(maximum, self.first)
        self.stableAfter = stableAfter
    }

    /// A connection was made.
    public mutating func connected(at now: NIODeadline) { connectedAt = now }

    /// An attempt failed, or a connection was lost: how long to wait before the next.
    ///
    /// - Parameter random: 64 uniform bits.
    public mutating func delay(at now: NIODeadline, random: UInt64) -> TimeAmount {
        if let connectedAt, now - connectedAt >= stableAfter { failures = 0 }
        connectedAt = nil
        var ceiling = maximum.nanoseconds
        let exponent = min(failures, 62)
        if first.nanoseconds <= maximum.nanoseconds >> Int64(exponent) {
            ceiling = first.nanoseconds << Int64(exponent)
        }
        failures = min(failures + 1, 1 << 20)
        let half = ceiling / 2
        let jitter = (UInt64(ceiling - half) + 1).multipliedFullWidth(by: random).high
        return .nanoseconds(half + Int64(jitter))
    }
}
