import EVM
import Ethereum
import Testing

/// Executions that are held to a budget, each beside the same one with more of it.
@Suite("ExecutionBudget", .timeLimit(.minutes(1)))
struct ExecutionBudgetTests {
    /// A loop without calls: JUMPDEST PUSH0 JUMP.
    private static let endless: [Instruction] = [.op(.jumpdest), .push(0), .op(.jump)]
    private static let budget: UInt64 = 3_000_000

    private static func run(
        _ code: [Instruction], gasLimit: UInt64 = 30_000_000, budget: UInt64 = budget,
        isTimeOver: (() -> Bool)? = nil
    ) throws -> Result<TransactionOutcome, ExecutionError> {
        var fixture = Fixture()
        fixture.given(code, balance: 1)
        let transaction = fixture.transaction(gasLimit: gasLimit)
        let machine = fixture.machine()
        let result = Result { () throws(ExecutionError) in
            try machine.execute(
                transaction, sender: Fixture.sender,
                budget: ExecutionBudget(gas: budget, isTimeOver: isTimeOver))
        }
        if case .failure = result { #expect(machine.changes() == StateChanges()) }
        return result
    }

    @Test("what stays within gives what it gives without a budget, whatever its gas limit")
    func within() throws {
        var fixture = Fixture()
        fixture.given(.store(1, 2), at: Fixture.other)
        fixture.given(
            .call(Fixture.other) + [.op(.gas)] + .storeTop(5) + .call(Address(word: 4)), balance: 1)
        for gasLimit: UInt64 in [200_000, 30_000_000] {
            let transaction = fixture.transaction(gasLimit: gasLimit)
            let free = try fixture.run(transaction)
            let machine = fixture.machine()
            let held = try machine.execute(
                transaction, sender: Fixture.sender, budget: ExecutionBudget(gas: Self.budget))
            // The gas that the code sees is in a slot: it is the sender's, not the budget's.
            #expect(held == free.0 && machine.changes() == free.1.changes())
        }
    }

    @Test("the bound is exact: one gas less is not enough")
    func exact() throws {
        let code: [Instruction] = .store(1, 2) + .call(Address(word: 4)) + .store(2, 3)
        let used = try Self.run(code).get()
        let peak = used.gasUsed + used.gasRefunded
        #expect(try Self.run(code, budget: peak).get() == used)
        #expect(
            try Self.run(code, budget: peak - 1)
                == .failure(.budgetSpent(.gas(budget: peak - 1))))
    }

    @Test("bombs end at the budget: loops, recursion, precompiles, memory, gas burnt by a callee")
    func bombs() throws {
        let again: [Instruction] = [.push(0), .op(.jump)]
        let start: [Instruction] = [.op(.jumpdest)]
        let bombs: [(String, [Instruction])] = [
            ("a loop", Self.endless),
            ("a conditional loop", start + [.push(1), .push(0), .op(.jumpi)]),
            ("recursion", start + .call(Fixture.contract) + again),
            (
                "hashing",
                start + [.push(50_000), .push(0), .op(.keccak256), .op(.pop)] + again
            ),
            ("identity", start + .call(Address(word: 4)) + [.op(.pop)] + again),
            ("all gas to an invalid callee", .call(Address(word: 0xBAD)) + Self.endless),
            ("memory", [.push(3_000_000), .op(.mload), .op(.pop)] + Self.endless),
            ("creations", start + [.push(0), .push(0), .push(0), .op(.create)] + again),
        ]
        for (name, code) in bombs {
            #expect(
                try Self.run(code) == .failure(.budgetSpent(.gas(budget: Self.budget))), "\(name)")
            // With a gas limit below the budget it is a plain failure of the code's own.
            if case .failure(let error) = try Self.run(code, gasLimit: 400_000) {
                Issue.record("\(name): \(error)")
            }
        }
    }

    @Test("gas that a callee burns at once counts; kept by the caller it does not")
    func burnt() throws {
        var fixture = Fixture()
        fixture.given([.op(.invalid)], at: Fixture.other)
        fixture.given(.call(Fixture.other))
        let machine = fixture.machine()
        let budget = ExecutionBudget(gas: Self.budget)
        #expect(throws: ExecutionError.budgetSpent(.gas(budget: Self.budget))) {
            try machine.execute(
                fixture.transaction(gasLimit: 30_000_000), sender: Fixture.sender, budget: budget)
        }
        fixture.given(.call(Fixture.other, gas: .push(100_000)))
        let outcome = try fixture.machine().execute(
            fixture.transaction(gasLimit: 30_000_000), sender: Fixture.sender, budget: budget)
        #expect(outcome.status == .success && outcome.gasUsed > 100_000)
    }

    @Test("a precompiled contract gets no more gas than the budget has")
    func precompile() throws {
        // MODEXP of 4 KiB numbers: some millions of gas.
        let head: [Instruction] =
            [.push(4096), .push(0), .op(.mstore), .push(4096), .push(32), .op(.mstore)]
            + [.push(4096), .push(64), .op(.mstore)]
        let sized: [Instruction] =
            [.push(0), .push(0), .push(12_384), .push(0), .push(0), .push(5)]
            + [.op(.gas), .op(.call)]
        let code = head + [.push(1), .push(97), .op(.mstore8)] + sized
        #expect(
            try Self.run(code, budget: 200_000)
                == .failure(.budgetSpent(.gas(budget: 200_000))))
        // Called from outside it has no frame, and is refused where its gas could be more.
        let fixture = Fixture()
        let direct = fixture.transaction(
            to: Address(word: 5), data: [1], gasLimit: 10_000_000)
        #expect(throws: ExecutionError.budgetSpent(.gas(budget: Self.budget))) {
            try fixture.machine().execute(
                direct, sender: Fixture.sender, budget: ExecutionBudget(gas: Self.budget))
        }
        let modest = fixture.transaction(to: Address(word: 5), data: [1], gasLimit: 100_000)
        _ = try fixture.machine().execute(
            modest, sender: Fixture.sender, budget: ExecutionBudget(gas: Self.budget))
    }

    @Test("time ends what gas would allow, and says how far it came")
    func time() throws {
        var looks = 0
        let result = try Self.run(Self.endless) {
            looks += 1
            return looks == 5
        }
        guard case .failure(.budgetSpent(.time(let gasUsed))) = result else {
            Issue.record("\(result)")
            return
        }
        #expect((21_000..<Self.budget).contains(gasUsed) && looks == 5)
        #expect(try Self.run(.store(1, 2), isTimeOver: { true }).get().status == .success)
    }

    @Test("after a budget was spent the machine is as before, and executes without one")
    func afterwards() throws {
        var fixture = Fixture()
        fixture.given(Self.endless)
        fixture.given(.store(1, 2), at: Fixture.other)
        let machine = fixture.machine()
        _ = try? machine.execute(
            fixture.transaction(), sender: Fixture.sender, budget: ExecutionBudget(gas: 100_000))
        let outcome = try machine.execute(
            fixture.transaction(to: Fixture.other), sender: Fixture.sender)
        #expect(outcome.status == .success)
        #expect(
            try machine.execute(fixture.transaction(nonce: 1), sender: Fixture.sender).status
                == .halt(.outOfGas))
    }
}
