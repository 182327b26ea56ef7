import EVM
import Ethereum

/// A base state in memory that may lack keys.
struct MemoryState: StateReader {
    var accounts: [Address: Account] = [:]
    var slots: [Address: [UInt256: UInt256]] = [:]
    var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]
    var lacking: Set<StateKey> = []

    func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        if lacking.contains(.account(address)) { throw StateNotLoaded(.account(address)) }
        return accounts[address]
    }

    func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        let key = StateKey.storage(address, slot: slot)
        if lacking.contains(key) { throw StateNotLoaded(key) }
        return slots[address]?[slot] ?? .zero
    }

    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = codes[hash] else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        Keccak256.hash(word: UInt256(number))
    }

    func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        slots[address]?.values.contains { !$0.isZero } ?? false
    }
}

/// A small world: given a state, when a transaction runs, expect.
struct Fixture {
    static let sender = Address(word: 0xA11CE)
    static let contract = Address(word: 0xC0DE)
    static let other = Address(word: 0x07E5)
    static let coinbase = Address(word: 0xC01B)
    static let ether = UInt256(1_000_000_000_000_000_000)

    var state = MemoryState()
    var block = BlockEnvironment(
        fork: .cancun, chainId: 1, number: 1000, timestamp: 1_700_000_000, coinbase: coinbase,
        gasLimit: 30_000_000, baseFeePerGas: 7, prevRandao: .zero, blobBaseFee: 1)

    init(fork: Fork = .cancun) {
        block.fork = fork
        state.accounts[Self.sender] = Account(balance: Self.ether)
    }

    /// Puts a contract into the base state.
    mutating func given(
        _ code: [Instruction], at address: Address = contract, balance: UInt256 = 0,
        storage: [UInt256: UInt256] = [:]
    ) {
        let code = Code(assemble(code))
        state.codes[code.hash] = code
        state.accounts[address] = Account(nonce: 1, balance: balance, codeHash: code.hash)
        state.slots[address] = storage
    }

    func machine() -> VirtualMachine { VirtualMachine(block: block, state: state) }

    /// A transaction at the base fee without a tip.
    func transaction(
        to: Address? = contract, nonce: UInt64 = 0, value: UInt256 = 0, data: [UInt8] = [],
        gasLimit: UInt64 = 10_000_000
    ) -> Transaction {
        Transaction(
            nonce: nonce, maxFeePerGas: block.baseFeePerGas, maxPriorityFeePerGas: 0,
            gasLimit: gasLimit, to: to, value: value, data: data)
    }

    /// Runs one transaction on a new machine; gives both.
    func run(_ transaction: Transaction) throws -> (TransactionOutcome, VirtualMachine) {
        let machine = machine()
        return (try machine.execute(transaction, sender: Self.sender), machine)
    }

    func run() throws -> (TransactionOutcome, VirtualMachine) { try run(transaction()) }
}
