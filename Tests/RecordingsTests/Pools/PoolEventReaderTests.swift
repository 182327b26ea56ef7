import Foundation
import Recordings
import TestSupport
import Testing
import World

/// The reader of bytes beside the strict table: the same events, and the same errors.
@Suite("PoolEventReader")
struct PoolEventReaderTests {
    private enum Outcome: Equatable {
        case events([PoolEvents.Event])
        case error(TableError)
    }

    private static func strict(_ bytes: [UInt8]) -> Outcome {
        do throws(TableError) {
            return .events(try PoolEvents(CommaSeparatedTable(utf8: bytes)).events)
        } catch {
            return .error(error)
        }
    }

    private static func fast(_ bytes: [UInt8]) -> Outcome {
        do throws(TableError) {
            var reader = try PoolEventReader(bytes)
            var events: [PoolEvents.Event] = []
            while let event = try reader.next() { events.append(event) }
            return events.isEmpty ? .error(.noRows) : .events(events)
        } catch {
            return .error(error)
        }
    }

    @Test("recorded histories give the same events", .enabled(if: TestFiles.expectsData))
    func recorded() throws {
        let folder = TestFiles.data.appendingPathComponent("v3-pool-events")
        for name in [
            "usdc_weth_500_from_init.csv", "wbtc_weth_3000_16944682_16951778.csv",
        ] {
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
            let events = Self.strict(bytes)
            #expect(Self.fast(bytes) == events)
            guard case .events(let list) = events else {
                Issue.record("\(name) cannot be read")
                continue
            }
            #expect(list.count > 100)
        }
    }

    @Test("other line ends, a mark of the encoding, ISO times and spaces are no difference")
    func forms() throws {
        let plain = ([SamplePool.header] + (try SamplePool.rows())).joined(separator: "\n")
        let iso = plain.replacing(",1012,", with: ",2021-05-05 21:42:11,")
        for text in [
            plain, plain + "\n\n", "\n\n" + plain, "\u{feff}" + plain,
            plain.replacing("\n", with: "\r\n"), plain.replacing("\n", with: "\u{2028}"), iso,
            plain.replacing(",1012,", with: ", 1012,"), plain.replacing(",1,", with: ",true,"),
            plain.replacing("Burn", with: "Flash"), plain.replacing("Burn", with: "Bürn"),
        ] {
            let bytes = Array(text.utf8)
            #expect(Self.fast(bytes) == Self.strict(bytes), "\(text.prefix(400))")
        }
        guard case .events(let events) = Self.fast(Array(iso.utf8)) else {
            Issue.record("times in ISO 8601 are not read")
            return
        }
        #expect(events[2].timestamp == 1_620_250_931)
    }

    @Test("damaged tables fail with the same error, or give the same events")
    func damaged() throws {
        let text = ([SamplePool.header] + (try SamplePool.rows())).joined(separator: "\n") + "\n"
        let bytes = Array(text.utf8)
        var random = SeededRandom(seed: 5, purpose: "damaged tables")
        var failed = 0
        let replacements = Array("0123456789,-+.eE\n\r \"xX\u{0}".utf8) + [0x80, 0xFF, 0x0B]
        for _ in 0..<4000 {
            var damaged = bytes
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(damaged.count))
                let other = replacements[Int(random.next() % UInt64(replacements.count))]
                switch random.next() % 4 {
                case 0: damaged.remove(at: place)
                case 1: damaged.insert(other, at: place)
                case 2: damaged.removeSubrange(place...)
                default: damaged[place] = other
                }
                if damaged.isEmpty { break }
            }
            let outcome = Self.fast(damaged)
            if case .error = outcome { failed += 1 }
            // That a column is missing is told at once, before the rows.
            if case .error(.missingColumn) = outcome, case .error = Self.strict(damaged) {
                continue
            }
            #expect(
                outcome == Self.strict(damaged), "\(String(decoding: damaged, as: UTF8.self))")
        }
        #expect(failed > 500 && failed < 3900)
    }

    @Test("a reader goes on where another one stood")
    func resumed() throws {
        let text = try SyntheticHistory.csv(seed: 3, events: 300)
        var first = try PoolEventReader(Array(text.utf8))
        for _ in 0..<123 { _ = try first.next() }
        let place = first.mark()
        #expect(place.rows == 123)
        var second = try PoolEventReader(Array(text.utf8))
        second.resume(at: place)
        var rest = 0
        while let event = try first.next() {
            #expect(try second.next() == event)
            rest += 1
        }
        let end = try second.next()
        #expect(rest == 177 && end == nil)
    }
}
