import Contracts
import Ethereum
import Foundation
import TestSupport
import Testing
import World

/// Random sequences on the real bytecode: a stolen operator's key, a guardian, strangers, a hostile
/// contract as order target, lender, coinbase and token listener, and the market between them.
/// `JITBOT_CONTRACT_SEQUENCES` and `JITBOT_SEED` say how many, and from which seed.
@Suite("Random sequences against the contracts")
struct ContractSequenceTests {
    private static func number(_ name: String, default fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? fallback
    }

    /// Worlds in both orders of the tokens, and one in which the token wakes the hostile contract;
    /// in each the hostile contract knows all attacks and is the coinbase and a lender.
    private static func scenes() throws -> [FlashScene] {
        try [
            (FlashWorld.standard(wethIsToken0: true), false),
            (.standard(wethIsToken0: false), false), (.withTokenDouble(), true),
        ].map { world, listens in
            var scene = try FlashScene(world)
            let order = try scene.operation()
            for (target, data) in HostileContractTests.attacks(world, from: world.hostile)
                + [(order.target, order.payload)]
            {
                try scene.set(world.hostile, DoubleCalls.teach(target, data))
            }
            try scene.send(.owner, JitFlash.setLender(world.hostile, .morpho))
            try scene.scene.seal(coinbase: world.hostile)
            if listens {
                try scene.set(
                    world.pools.tokens.other,
                    DoubleCalls.setBehaviour(.tellsAStranger, stranger: world.hostile))
            }
            return scene
        }
    }

    @Test("nobody gains beyond its role, and nothing stays in a pool")
    func sequences() throws {
        let seed = UInt64(Self.number("JITBOT_SEED", default: 20))
        let count = Self.number("JITBOT_CONTRACT_SEQUENCES", default: 300)
        let scenes = try Self.scenes()
        var tally: [String: (succeeded: Int, refused: Int)] = [:]
        var blocks = 0
        for number in 0..<count {
            var sequence = ContractSequence(
                scenes[number % scenes.count], seed: seed, number: number)
            try sequence.run()
            #expect(sequence.violations == [], "seed \(seed), sequence \(number)")
            blocks += sequence.blocks
            for (name, counts) in sequence.tally {
                tally[name, default: (0, 0)].succeeded += counts.succeeded
                tally[name, default: (0, 0)].refused += counts.refused
            }
        }
        if ProcessInfo.processInfo.environment["JITBOT_CONTRACT_SEQUENCES"] != nil {
            print("\(count) sequences from seed \(seed), \(blocks) further blocks:")
            for (name, counts) in tally.sorted(by: { $0.key < $1.key }) {
                print("    \(name): \(counts.succeeded) succeeded, \(counts.refused) refused")
            }
        }
        // The sequences are not idle: everything that may succeed does, and what may not, never.
        for name in ["operator opens", "operator closes", "operator's operation"] {
            #expect((tally[name]?.succeeded ?? 0) > 0, "\(name)")
        }
        #expect(blocks > 0)
        for name in ["stranger attempts", "operator attempts", "operator replays an opening"] {
            #expect((tally[name]?.refused ?? 0) > 0, "\(name)")
        }
        #expect(tally["stranger uses the trampoline"]?.succeeded ?? 0 == 0)
        #expect(tally["stranger attempts"]?.succeeded ?? 0 == 0)
    }

    @Test("a gain, a loss, a withdrawal elsewhere and a closing at a loss are found")
    func rules() {
        let before = ContractHoldings(
            amounts: Dictionary(
                uniqueKeysWithValues: ContractHoldings.Holder.allCases.map {
                    ($0, [1_000_000_000, 1_000_000_000, 1_000_000_000])
                }))
        func found(
            _ step: ContractStep, _ change: (inout ContractHoldings) -> Void
        ) -> Int {
            var after = before
            change(&after)
            return step.violations(before: before, after: after).count
        }
        #expect(found(.powerless) { _ in } == 0)
        #expect(found(.powerless) { $0[.stranger, 0] = 1_000_000_001 } == 1)
        #expect(found(.powerless) { $0[.hostile, 2] = 1_000_000_001 } == 1)
        #expect(found(.operation) { $0[.hostile, 2] = 1_000_000_001 } == 0)
        #expect(found(.powerless) { $0[.executor, 1] = 999_999_999 } == 1)
        #expect(found(.operation) { $0[.flash, 1] = 999_999_999 } == 1)
        #expect(found(.operation) { $0[.executor, 0] = 1_000_000_001 } == 1)
        #expect(found(.withdrawal) { $0[.executor, 0] = 999_999_999 } == 1)
        #expect(
            found(.withdrawal) {
                $0[.executor, 0] = 999_999_999
                $0[.owner, 0] = 1_000_000_001
            } == 0)
        #expect(found(.opening(weth: 5, other: 0)) { $0[.executor, 0] = 999_999_995 } == 0)
        #expect(found(.opening(weth: 5, other: 0)) { $0[.executor, 0] = 999_999_994 } == 1)
        let closing = ContractStep.closing(weth: 100_000_000, other: 0, weiPerUnit: 1)
        #expect(found(closing) { $0[.executor, 0] = 1_100_000_000 } == 0)
        #expect(found(closing) { $0[.executor, 0] = 1_090_000_000 } == 1)
        #expect(
            found(closing) {
                $0[.executor, 0] = 1_090_000_000
                $0[.executor, 1] = 1_010_000_000
            } == 0)
    }
}
