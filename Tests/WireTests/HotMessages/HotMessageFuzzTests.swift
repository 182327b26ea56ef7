import Ethereum
import NIOCore
import Testing
import Wire

@Suite struct HotMessageFuzzTests {
    /// What is accepted in spite of the mutation has to be what was signed.
    @Test func noMutationOfANotificationTrapsOrChangesATransaction() throws {
        var reader = HotMessageReader()
        reader.register("0x1", as: .newPendingTransactions)
        let samples = try sampleTransactions()
        let seeds = samples.map {
            notification("0x1", transactionJSON($0, from: .zero)).bytes
        }
        var random = SeededRandom(seed: 0x484f_5421)
        var accepted = 0
        for round in 0..<200_000 {
            let input = random.mutated(seeds[round % seeds.count])
            let message = try? input.withUnsafeBytes { (bytes) throws(HotMessageError) in
                try reader.read(bytes)
            }
            guard case .pendingTransaction(let pending)? = message else { continue }
            accepted += 1
            if pending.signed.raw != samples[round % seeds.count].raw {
                Issue.record("\(String(decoding: input, as: UTF8.self))")
            }
        }
        #expect(accepted > 1000 && accepted < 150_000, "\(accepted) accepted")
    }
}
