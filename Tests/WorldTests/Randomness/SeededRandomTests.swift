import Testing
import World

@Suite("SeededRandom")
struct SeededRandomTests {
    @Test("without a purpose it is SplitMix64: its published numbers")
    func splitMix() {
        var random = SeededRandom(seed: 1_234_567, purpose: "")
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        let numbers = expected.map { _ in random.next() }
        #expect(numbers == expected)
    }

    @Test("the same seed and purpose repeat; another seed or purpose does not")
    func streams() {
        func numbers(_ seed: UInt64, _ purpose: String) -> [UInt64] {
            var random = SeededRandom(seed: seed, purpose: purpose)
            return (0..<8).map { _ in random.next() }
        }
        #expect(numbers(1, "swaps") == numbers(1, "swaps"))
        #expect(numbers(1, "swaps") != numbers(2, "swaps"))
        #expect(numbers(1, "swaps") != numbers(1, "crowd"))
    }

    @Test("numbers of 0..<1, of the normal and of the Poisson distribution have their moments")
    func moments() {
        var random = SeededRandom(seed: 5, purpose: "moments")
        let count = 20_000
        var (units, sum, squares, events) = (0.0, 0.0, 0.0, 0)
        for _ in 0..<count {
            let unit = random.unit()
            #expect((0..<1).contains(unit))
            units += unit
            let normal = random.gaussian()
            sum += normal
            squares += normal * normal
            events += random.count(mean: 2)
        }
        let size = Double(count)
        #expect(abs(units / size - 0.5) < 0.01)
        #expect(abs(sum / size) < 0.03)
        #expect(abs(squares / size - 1) < 0.05)
        #expect(abs(Double(events) / size - 2) < 0.05)
    }

    @Test("what never happens does not, what always happens does")
    func happens() {
        var random = SeededRandom(seed: 6, purpose: "happens")
        for _ in 0..<1000 {
            let (never, always) = (random.happens(0), random.happens(1))
            #expect(!never && always)
        }
    }
}
