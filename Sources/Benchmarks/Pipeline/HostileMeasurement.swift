import EVM
import Ethereum
import Strategy

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How long hostile transactions hold a decision up: each is executed as a pending transaction is,
/// within the standard gas and time, by the machine's clock.
struct HostileMeasurement {
    /// One kind of bomb.
    struct Result {
        var name: String
        /// The slowest of the rounds, in µs of the thread's CPU time, and the median one.
        var slowest: Double
        var median: Double
        /// How it ended.
        var end: String
    }

    /// JUMPDEST, what is repeated, PUSH0 JUMP.
    private static func loop(_ body: [UInt8], before: [UInt8] = []) -> [UInt8] {
        before + [0x5B] + body + [0x60, UInt8(before.count), 0x56]
    }

    /// A call with this much of its memory as input, for all gas; the result is dropped.
    private static func call(_ address: UInt8, input: UInt16) -> [UInt8] {
        let size = [0x61, UInt8(input >> 8), UInt8(input & 0xFF)]
        return [0x5F, 0x5F] + size + [0x5F, 0x5F, 0x60, address, 0x5A, 0xF1, 0x50]
    }

    /// MSTORE of small numbers, one word each.
    private static func store(_ words: [UInt16]) -> [UInt8] {
        var code: [UInt8] = []
        for (index, word) in words.enumerated() {
            code += [0x61, UInt8(word >> 8), UInt8(word & 0xFF), 0x60, UInt8(32 * index), 0x52]
        }
        return code
    }

    private static let bombs: [(String, [UInt8])] = [
        ("an empty loop", loop([])),
        ("a loop of hashes of 4 KiB", loop([0x61, 0x10, 0x00, 0x5F, 0x20, 0x50])),
        // CALL to itself for all gas.
        ("calls of itself", loop([0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x30, 0x5A, 0xF1, 0x50])),
        ("writes to new slots", loop([0x60, 0x01, 0x5A, 0x55])),
        ("creations", loop([0x5F, 0x5F, 0x5F, 0xF0, 0x50])),
        ("identity of 8 KiB", loop(call(4, input: 8192))),
        ("recoveries of a signer", loop(call(1, input: 128))),
        // Base, exponent and modulus of a kilobyte each, of which the last byte of memory is set.
        (
            "modular exponentiation",
            loop(
                call(5, input: 3168),
                before: store([1024, 1024, 1024])
                    + [0x60, 0xFF, 0x61, 0x0C, 0x5F, 0x53, 0x60, 0xFF, 0x61, 0x08, 0x5F, 0x53])
        ),
        ("pairings of points at infinity", loop(call(8, input: 1920))),
    ]

    private static let contract = Address(word: 0xB0)
    private static let sender = Address(word: 0xA0)

    func run(rounds: Int) -> [Result] {
        Self.bombs.map { name, code in
            var state = InMemoryState()
            state.set(Account(balance: UInt256.one << 90), at: Self.sender)
            state.set(Account(nonce: 1, balance: 1), at: Self.contract, code: Code(code))
            let block = BlockEnvironment(
                fork: .cancun, chainId: 1, number: 1, timestamp: 1, coinbase: .zero,
                gasLimit: 30_000_000, baseFeePerGas: 1, prevRandao: .zero, blobBaseFee: .one)
            let machine = VirtualMachine(block: block, state: state)
            let transaction = Transaction(
                type: .feeMarket, chainId: 1, nonce: 0, maxFeePerGas: 1, maxPriorityFeePerGas: 0,
                gasLimit: 30_000_000, to: Self.contract)
            var times: [Double] = []
            var end = ""
            for round in 0...rounds {
                let limit = Self.nanoseconds() &+ 2_000_000
                let budget = ExecutionBudget(
                    gas: TargetBudget.standard.gas, isTimeOver: { Self.nanoseconds() >= limit })
                let start = PipelineMeasurement.Moment.now
                do throws(ExecutionError) {
                    let outcome = try machine.execute(
                        transaction, sender: Self.sender, budget: budget)
                    end = "\(outcome.status)"
                } catch .budgetSpent(.gas) {
                    end = "gas"
                } catch .budgetSpent(.time) {
                    end = "time"
                } catch { end = "\(error)" }
                if round > 0 { times.append((PipelineMeasurement.Moment.now - start).cpu) }
                machine.reset(block: block, state: state)
            }
            let quantiles = Quantiles(times)
            return Result(
                name: name, slowest: quantiles.largest, median: quantiles[0.5], end: end)
        }
    }

    private static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
