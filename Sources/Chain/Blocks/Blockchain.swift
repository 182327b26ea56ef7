import EVM
import Ethereum

/// A chain of sealed blocks in memory, with the state after each.
public struct Blockchain: Sendable {
    public let chainId: UInt64
    /// The blocks from the genesis (number 0) on.
    public private(set) var blocks: [Block]
    private var states: [WorldState]

    /// A chain of one block without transactions on the given accounts.
    public init(
        chainId: UInt64, genesis: WorldState, timestamp: UInt64, gasLimit: UInt64,
        baseFeePerGas: UInt256
    ) {
        self.chainId = chainId
        var state = genesis
        var header = BlockHeader(
            parentHash: .zero, coinbase: .zero, stateRoot: state.root(), number: 0,
            gasLimit: gasLimit, gasUsed: 0, timestamp: timestamp)
        header.baseFeePerGas = baseFeePerGas
        header.withdrawalsRoot = BlockRoots.withdrawalsRoot(of: [])
        header.blobGasUsed = 0
        header.excessBlobGas = 0
        header.parentBeaconBlockRoot = .zero
        blocks = [
            Block(
                header: header, transactions: [],
                accessed: AccessedState(entries: [], blockHashes: []), changes: StateChanges())
        ]
        states = [state]
    }

    /// The newest block.
    public var head: Block { blocks[blocks.count - 1] }

    /// The state after the newest block.
    public var state: WorldState { states[states.count - 1] }

    /// The state after a block; nil for a number that the chain does not have.
    public func state(after number: UInt64) -> WorldState? {
        number < UInt64(states.count) ? states[Int(number)] : nil
    }

    /// The block with this number; nil where the chain does not have it.
    public func block(_ number: UInt64) -> Block? {
        number < UInt64(blocks.count) ? blocks[Int(number)] : nil
    }

    /// The chain as it was when block `number` was its head: a branch point.
    public func upTo(_ number: UInt64) -> Blockchain {
        var branch = self
        let count = min(Int(number) + 1, blocks.count)
        branch.blocks.removeSubrange(count...)
        branch.states.removeSubrange(count...)
        return branch
    }

    /// What execution on top of block `number` reads: its state, and up to 256 ancestors' hashes.
    public func reader(on number: UInt64) -> ChainStateReader {
        let last = min(Int(number), blocks.count - 1)
        var hashes: [UInt64: Hash32] = [:]
        for index in max(0, last - 255)...last { hashes[UInt64(index)] = blocks[index].hash }
        return ChainStateReader(state: states[last], blockHashes: hashes)
    }

    /// What the block after `number` gives to its transactions.
    public func environment(
        after number: UInt64, timestamp: UInt64, coinbase: Address, prevRandao: Hash32
    ) -> BlockEnvironment {
        let parent = blocks[min(Int(number), blocks.count - 1)].header
        return BlockEnvironment(
            fork: .cancun, chainId: chainId, number: parent.number + 1, timestamp: timestamp,
            coinbase: coinbase, gasLimit: parent.gasLimit,
            baseFeePerGas: nextBaseFeePerGas(
                parentBaseFeePerGas: parent.baseFeePerGas ?? .zero, parentGasUsed: parent.gasUsed,
                parentGasLimit: parent.gasLimit),
            prevRandao: prevRandao, blobBaseFee: .one)
    }

    /// A builder of the next block.
    public func builder(
        _ environment: BlockEnvironment, parentBeaconBlockRoot: Hash32
    ) throws(ExecutionError) -> BlockBuilder {
        try BlockBuilder(
            environment: environment, parent: head.header,
            parentBeaconBlockRoot: parentBeaconBlockRoot, reader: reader(on: head.number))
    }

    /// Makes the builder's block the chain's head.
    @discardableResult
    public mutating func append(_ builder: BlockBuilder) -> Block {
        let (block, after) = builder.seal(on: state)
        blocks.append(block)
        states.append(after)
        return block
    }

    /// Executes block `number` again on its parent's state, without the transactions that
    /// `excluded` names. After each one, `observe` is given its index and the machine that stands
    /// behind it. A transaction that cannot be executed any more is left out, and `observe` is
    /// told.
    public func reexecute(
        _ number: UInt64, without excluded: Set<Hash32> = [],
        observe: (_ index: Int, _ outcome: TransactionOutcome?, VirtualMachine) throws -> Void
    ) throws {
        guard number > 0, let block = block(number), let parent = self.block(number - 1) else {
            return
        }
        let header = block.header
        var environment = environment(
            after: number - 1, timestamp: header.timestamp, coinbase: header.coinbase,
            prevRandao: header.prevRandao)
        environment.baseFeePerGas = header.baseFeePerGas ?? .zero
        let builder = try BlockBuilder(
            environment: environment, parent: parent.header,
            parentBeaconBlockRoot: header.parentBeaconBlockRoot ?? .zero,
            reader: reader(on: number - 1))
        for (index, transaction) in block.transactions.enumerated()
        where !excluded.contains(transaction.signed.hash) {
            let outcome = try? builder.include(
                .init(signed: transaction.signed, sender: transaction.sender))
            try observe(index, outcome, builder.machine)
        }
    }

    /// Executes block `number` again, transaction by transaction, as far as `tracer` gives one for
    /// the transaction's index. `isTooMuch` is asked now and then, and ends it with an error.
    public func replay(
        _ number: UInt64, isTooMuch: @escaping () -> Bool,
        tracer: (_ index: Int) -> (any ExecutionTracer)?
    ) throws {
        guard number > 0, let block = block(number), var state = state(after: number - 1) else {
            return
        }
        let header = block.header
        var environment = environment(
            after: number - 1, timestamp: header.timestamp, coinbase: header.coinbase,
            prevRandao: header.prevRandao)
        environment.baseFeePerGas = header.baseFeePerGas ?? .zero
        let parent = reader(on: number - 1)
        let machine = VirtualMachine(block: environment, state: parent)
        try machine.systemCall(
            to: BeaconRoots.address, data: (header.parentBeaconBlockRoot ?? .zero).bytes)
        state.apply(machine.changes())
        for (index, transaction) in block.transactions.enumerated() {
            guard let tracer = tracer(index) else { return }
            machine.reset(block: environment, state: parent.on(state))
            _ = try machine.execute(
                transaction.signed.transaction, sender: transaction.sender, tracer: tracer,
                budget: ExecutionBudget(
                    gas: transaction.signed.transaction.gasLimit, isTimeOver: isTooMuch))
            state.apply(machine.changes())
        }
    }
}
