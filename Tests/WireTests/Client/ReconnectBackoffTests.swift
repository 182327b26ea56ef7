import NIOCore
import Testing
import Wire

@Suite struct ReconnectBackoffTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    @Test func theCeilingDoublesToTheMaximumAndAtLeastHalfOfItIsWaited() {
        var backoff = ReconnectBackoff(first: .milliseconds(100), maximum: .seconds(1))
        var least: [Int64] = []
        for _ in 0..<6 {
            least.append(backoff.delay(at: start, random: 0).nanoseconds / 1_000_000)
        }
        #expect(least == [50, 100, 200, 400, 500, 500])
        var most = ReconnectBackoff(first: .milliseconds(100), maximum: .seconds(1))
        var greatest: [Int64] = []
        for _ in 0..<6 {
            greatest.append(most.delay(at: start, random: .max).nanoseconds / 1_000_000)
        }
        #expect(greatest == [100, 200, 400, 800, 1000, 1000])
    }

    @Test func onlyAConnectionThatLastedStartsAnew() {
        var backoff = ReconnectBackoff(
            first: .milliseconds(100), maximum: .seconds(10), stableAfter: .seconds(30))
        _ = backoff.delay(at: start, random: 0)
        _ = backoff.delay(at: start, random: 0)
        backoff.connected(at: start)
        #expect(backoff.delay(at: start + .seconds(29), random: 0) == .milliseconds(200))
        backoff.connected(at: start)
        #expect(backoff.delay(at: start + .seconds(30), random: 0) == .milliseconds(50))
        #expect(backoff.failures == 1)
    }

    @Test func noSeriesOverflows() {
        var backoff = ReconnectBackoff(
            first: .nanoseconds(.max), maximum: .nanoseconds(.max), stableAfter: .zero)
        for _ in 0..<200 {
            #expect(backoff.delay(at: start, random: .max).nanoseconds == .max)
        }
        var tiny = ReconnectBackoff(first: .zero, maximum: .zero)
        for _ in 0..<200 { #expect(tiny.delay(at: start, random: .max).nanoseconds <= 1) }
    }
}
