import Ethereum

typealias MachinePointer = UnsafeMutablePointer<Machine>

/// What a transaction gives to all its frames.
struct TransactionEnvironment {
    var origin = Address.zero
    /// Wei per gas that the sender pays.
    var gasPrice = UInt256.zero
    var blobHashes: [Hash32] = []
}

/// All that an execution works on: used through a pointer, so that no access is checked for
/// exclusivity and nothing is counted, copied or allocated while code runs.
struct Machine: ~Copyable {
    var rules: ForkRules
    /// The fork's 256 instructions, and behind them those of code with fused sequences.
    let instructions: UnsafeMutablePointer<InstructionTraits>
    var block: BlockEnvironment
    var transaction = TransactionEnvironment()
    var journal: Journal

    /// `Limit.callDepth` + 1 frames; the running one is number `depth`.
    let frames: FramePointer
    var depth = 0
    /// The stacks of all frames, one after another: a frame's begins where its caller's ends.
    let stack: UnsafeMutablePointer<UInt256>
    /// The memories of all frames, one after another; before the first, the transaction's data.
    var memory: UnsafeMutableRawPointer
    private(set) var memoryCapacity: Int
    /// What the newest nested call of the running frame returned.
    var returnData = PlainBuffer<UInt8>(capacity: 4096)
    /// The codes of the running creations.
    var initCodes: ContiguousArray<Code> = []
    /// What is known of the modulus that MULMOD met last.
    var modulus = RepeatedModulus()
    /// Gas that only the state's growth may use (`StateGas`), shared by all frames.
    var reservoir: Int64 = 0
    /// Who is told of what happens; nil for nobody.
    var watch: Watch?
    /// Why the simulation cannot go on, with the status `abandoned`.
    var failure: Unsimulatable?
    /// The transaction under way has asked for the coinbase, the randomness or the gas limit.
    var readsBuilder = false
    /// What holds the execution to a budget; nil for none.
    var meter: Meter?

    init(rules: ForkRules, block: BlockEnvironment, reader: any StateReader) {
        self.rules = rules
        self.block = block
        journal = Journal(reader)
        instructions = .allocate(capacity: 512)
        instructions.initialize(repeating: InstructionTable.undefined, count: 512)
        frames = .allocate(capacity: Limit.callDepth + 1)
        // Pages that no stack reaches are never given real memory by the system.
        stack = .allocate(capacity: (Limit.callDepth + 1) * Limit.stackWords + 1)
        memoryCapacity = 1 << 16
        memory = .allocate(byteCount: memoryCapacity, alignment: 32)
        use(rules)
    }

    deinit {
        instructions.deallocate()
        frames.deallocate()
        stack.deallocate()
        memory.deallocate()
    }

    /// Takes over a fork's rules and prices.
    mutating func use(_ rules: ForkRules) {
        self.rules = rules
        let table = InstructionTable(rules.fork)
        for (index, traits) in (table.traits + table.fusedTraits).enumerated() {
            instructions[index] = traits
        }
    }

    @inline(__always)
    func isPrecompile(_ address: Address) -> Bool {
        address.word0 | address.word1 == 0 && address.word2 != 0
            && (UInt64(address.word2) <= rules.lastPrecompile
                || UInt64(address.word2) == rules.outlyingPrecompile)
    }

    /// Moves wei between two loaded accounts, and writes the log of it where the fork does
    /// (EIP-7708); the sender has enough.
    mutating func transfer(from: Int, to: Int, _ wei: UInt256) {
        journal.transfer(from: from, to: to, wei)
        if rules.logsTransfers, from != to, !wei.isZero {
            journal.append(
                transfer: wei, from: journal.record(from).pointee.address,
                to: journal.record(to).pointee.address)
        }
    }

    /// Makes room for `end` bytes in the shared memory and one readable word more; false beyond
    /// `Limit.memoryTotal`.
    mutating func reserveMemory(_ end: Int, used: Int) -> Bool {
        let needed = end &+ 32
        if needed <= memoryCapacity { return true }
        if needed > Limit.memoryTotal { return false }
        let capacity = max(memoryCapacity &* 2, needed)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 32)
        larger.copyMemory(from: memory, byteCount: used)
        memory.deallocate()
        memory = larger
        memoryCapacity = capacity
        return true
    }

    /// Gives back memory that only an extraordinary execution needed.
    mutating func trim() {
        returnData.removeAll()
        let ordinary = 1 << 24
        guard memoryCapacity > ordinary else { return }
        memory.deallocate()
        memoryCapacity = 1 << 16
        memory = .allocate(byteCount: memoryCapacity, alignment: 32)
    }

    /// Ends the simulation because the base state lacks something.
    mutating func abandonForMissingState() -> Status {
        if let key = journal.missing { failure = .stateNotLoaded(key) }
        return .abandoned
    }
}
