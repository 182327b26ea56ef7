import EVM
import Ethereum
import Testing

/// Properties over random contracts: the seed in a failure repeats it.
@Suite("Rollback")
struct RollbackTests {
    /// The outcomes of all the world's transactions in text; an error ends them.
    private func run(_ world: RandomWorld, on machine: VirtualMachine) -> [String] {
        var outcomes: [String] = []
        for index in world.targets.indices {
            do {
                let outcome = try machine.execute(
                    world.transaction(index), sender: Fixture.sender)
                #expect(outcome.gasUsed <= 200_000)
                outcomes.append("\(outcome)")
            } catch {
                outcomes.append("\(error)")
                return outcomes
            }
        }
        return outcomes
    }

    @Test("a rollback undoes everything, so that the same transactions end the same again")
    func repeatable() {
        let machine = Fixture().machine()
        for seed in 0..<1000 as Range<UInt64> {
            let world = RandomWorld(seed: seed)
            machine.reset(block: world.fixture.block, state: world.fixture.state)
            let start = machine.checkpoint()
            let first = run(world, on: machine)
            let changes = machine.changes()
            machine.rollback(to: start)
            #expect(machine.changes().accounts.isEmpty, "seed \(seed)")
            #expect(run(world, on: machine) == first, "seed \(seed)")
            #expect(machine.changes() == changes, "seed \(seed)")
        }
    }

    @Test("transactions one by one on the changed base end as they do in one journal")
    func applied() {
        for seed in 0..<300 as Range<UInt64> {
            var world = RandomWorld(seed: seed)
            let together = run(world, on: world.fixture.machine())
            var apart: [String] = []
            for index in together.indices {
                let machine = world.fixture.machine()
                do {
                    let outcome = try machine.execute(
                        world.transaction(index), sender: Fixture.sender)
                    apart.append("\(outcome)")
                } catch { apart.append("\(error)") }
                world.apply(machine.changes())
            }
            #expect(apart == together, "seed \(seed)")
        }
    }

    @Test("a checkpoint of before a reset changes nothing")
    func staleCheckpoint() throws {
        let fixture = Fixture()
        let machine = fixture.machine()
        let stale = machine.checkpoint()
        machine.reset(block: fixture.block, state: fixture.state)
        _ = try machine.execute(fixture.transaction(to: Fixture.other), sender: Fixture.sender)
        machine.rollback(to: stale)
        #expect(try machine.account(Fixture.sender)?.nonce == 1)
    }
}
