import Chain
import EVM
import Ethereum
import World

/// A transaction on a state, made from a seed and a number alone.
struct FuzzProgram {
    let kind: String
    let block: BlockEnvironment
    let state: MutatedState
    let transaction: Transaction
    let sender: Address

    private static let sender = Address(word: 0xA11CE)
    private static let plain = Address(word: 0x07E5)

    /// Contracts written at random.
    init(_ random: inout FuzzRandom) {
        let fork = random.element([Fork.london, .paris, .shanghai, .cancun, .cancun, .cancun])
        let contracts = (0..<(1 + random.below(4))).map {
            Address(word: UInt256(UInt64(0xC000 + $0)))
        }
        let writer = ProgramWriter(fork: fork, contracts: contracts, plain: Self.plain)
        var world = WorldState()
        world.set(Account(nonce: 1, balance: .one << 80), at: Self.sender)
        world.set(Account(balance: 5), at: Self.plain)
        for contract in contracts {
            let code = Code(writer.code(&random))
            world.set(
                Account(
                    nonce: 1, balance: UInt256(UInt64(random.below(3000))), codeHash: code.hash),
                at: contract, code: code)
            for slot in 0..<random.below(5) {
                world.set(random.word(), at: contract, slot: UInt256(UInt64(slot)))
            }
        }
        kind = "random"
        block = Self.block(fork, number: 1000, timestamp: 1_700_000_000)
        state = MutatedState(ChainStateReader(state: world, blockHashes: [:]))
        sender = Self.sender
        let isCreation = random.isOne(of: 16)
        transaction = Transaction(
            nonce: 1, maxFeePerGas: 0, maxPriorityFeePerGas: 0,
            gasLimit: UInt64(120_000 + random.below(random.isOne(of: 4) ? 300_000 : 5_000_000)),
            to: isCreation ? nil : contracts[0],
            value: random.isOne(of: 3) ? UInt256(UInt64(random.below(10_000))) : 0,
            data: isCreation ? writer.code(&random) : random.bytes(random.below(120)))
    }

    /// A real transaction with damage to calldata, to the code that it calls, or to both.
    init?(_ bench: Workload.Bench, of workload: Workload, _ random: inout FuzzRandom) {
        guard let to = bench.transaction.to else { return nil }
        var state = MutatedState(workload.reader)
        var transaction = bench.transaction
        transaction.gasLimit = UInt64(100_000 + random.below(700_000))
        let choice = random.below(5)
        if choice < 3 {
            // The code called first, or any other that the transaction needs.
            var targets = [to]
            let machine = VirtualMachine(block: workload.block, state: state)
            if (try? machine.execute(transaction, sender: bench.sender)) != nil {
                targets += machine.accessed().entries.compactMap { entry in
                    entry.account?.codeHash == Keccak256.ofEmpty || entry.account == nil
                        ? nil : entry.address
                }
            }
            let target = random.element(targets)
            guard let hash = workload.state.account(target)?.codeHash,
                let code = workload.state.code(hash)
            else { return nil }
            state.set(Code(CodeMutation.code(code.bytes, &random)), at: target)
        }
        if choice > 1 { transaction.data = CodeMutation.data(transaction.data, &random) }
        kind = bench.name
        block = workload.block
        self.state = state
        self.transaction = transaction
        sender = bench.sender
    }

    private static func block(
        _ fork: Fork, number: UInt64, timestamp: UInt64
    ) -> BlockEnvironment {
        BlockEnvironment(
            fork: fork, chainId: 1, number: number, timestamp: timestamp, coinbase: .zero,
            gasLimit: 1 << 62, baseFeePerGas: 0, prevRandao: .zero, blobBaseFee: 1)
    }

    /// Executes the program; the second of a program never differs from the first.
    func run(seed: UInt64, program: UInt64) throws -> FuzzCase {
        let machine = VirtualMachine(block: block, state: state)
        let outcome = try machine.execute(transaction, sender: sender)
        var accounts: [String: FuzzCase.AccountFields] = [:]
        for entry in machine.accessed().entries {
            guard let account = entry.account else { continue }
            let code = try state.code(account.codeHash)
            accounts[entry.address.description] = FuzzCase.AccountFields(
                balance: account.balance.hexQuantity, nonce: account.nonce,
                code: Hex.encode(code.bytes),
                storage: EngineOutcome.storage(of: entry))
        }
        return FuzzCase(
            seed: seed, program: program, kind: kind, fork: "\(block.fork)", number: block.number,
            timestamp: block.timestamp, accounts: accounts, from: sender.description,
            to: transaction.to?.description, value: transaction.value.hexQuantity,
            data: Hex.encode(transaction.data), gas: transaction.gasLimit,
            outcome: EngineOutcome(outcome, machine: machine))
    }
}
