import Chain
import EVM
import Ethereum
import Foundation
import World

/// Writes the transactions that tests execute, each with the state that it reads and what came of
/// it here, for a peer to execute too: where `JITBOT_CASES` names a file, a line of JSON each.
///
/// A case is executed again under the rules and in the block that the peer can be given: Cancun,
/// without fees, with the zero address as coinbase. Hashes of ancestors are what revm's empty
/// database answers, in the state and in the calldata.
public enum CaseRecorder {
    private static let path = ProcessInfo.processInfo.environment["JITBOT_CASES"]
    private static let writer = path.map(CaseWriter.init(path:))

    /// Records one transaction on a block under construction; without a file it does nothing.
    static func record(
        _ builder: BlockBuilder, chain: Blockchain, from: Address, to: Address?,
        value: UInt256 = .zero, data: [UInt8], gasLimit: UInt64
    ) throws {
        guard let writer else { return }
        // Whoever has code sends no transaction (EIP-3607): such a call is eth_call's alone.
        guard try builder.machine.code(of: from).bytes.isEmpty else { return }
        var state = chain.state
        state.apply(builder.machine.changes())
        let reader = CaseState(base: ChainStateReader(state: state, blockHashes: [:]))
        var block = builder.environment
        block.fork = .cancun
        block.coinbase = .zero
        block.baseFeePerGas = .zero
        block.gasLimit = 1 << 62
        block.prevRandao = .zero
        let parent = try reader.blockHash(number: block.number - 1)
        let transaction = Transaction(
            type: .feeMarket, chainId: block.chainId, nonce: state.account(from)?.nonce ?? 0,
            maxFeePerGas: 0, maxPriorityFeePerGas: 0,
            gasLimit: gasLimit, to: to, value: value,
            data: replacing(chain.head.hash.bytes, by: parent.bytes, in: data))
        let machine = VirtualMachine(block: block, state: reader)
        let outcome = try machine.execute(transaction, sender: from)
        writer.write(
            RecordedCase(
                block: block, from: from, transaction: transaction, outcome: outcome,
                machine: machine),
            codes: machine.accessed().entries.compactMap { entry in
                entry.account.flatMap { state.code($0.codeHash) }
            })
    }

    private static func replacing(_ old: [UInt8], by new: [UInt8], in data: [UInt8]) -> [UInt8] {
        guard data.count >= old.count else { return data }
        var result = data
        var index = 4
        while index + 32 <= result.count {
            if Array(result[index..<index + 32]) == old {
                result.replaceSubrange(index..<index + 32, with: new)
            }
            index += 32
        }
        return result
    }
}

/// Writes transactions that follow one another on one machine, in the same shape: each with the
/// state from before the first of them, as far as it was read until then.
public struct SequenceRecorder: Sendable {
    private let writer: CaseWriter
    private let base: WorldState

    public init(path: String, chain: Blockchain) {
        writer = CaseWriter(path: path)
        base = chain.state
    }

    public func record(
        block: BlockEnvironment, from: Address, transaction: Transaction,
        outcome: TransactionOutcome, machine: VirtualMachine
    ) {
        writer.write(
            RecordedCase(
                block: block, from: from, transaction: transaction, outcome: outcome,
                machine: machine),
            codes: machine.accessed().entries.compactMap { entry in
                entry.account.flatMap { base.code($0.codeHash) }
            })
    }
}

/// A state whose ancestors have the hashes that revm's empty database answers: keccak256 of the
/// number's digits.
private struct CaseState: StateReader {
    let base: ChainStateReader

    func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        try base.account(address)
    }

    func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        try base.storage(address, slot: slot)
    }

    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code { try base.code(hash) }

    func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        try base.hasStorage(address)
    }

    func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        Keccak256.hash(Array(String(number).utf8))
    }
}

/// The file, each code in it once; tests run side by side.
private final class CaseWriter: @unchecked Sendable {
    private let lock = NSLock()
    private let file: FileHandle?
    private var known: Set<Hash32> = []

    init(path: String) {
        FileManager.default.createFile(atPath: path, contents: nil)
        file = FileHandle(forWritingAtPath: path)
    }

    func write(_ recorded: RecordedCase, codes: [Code]) {
        lock.lock()
        defer { lock.unlock() }
        for code in codes where known.insert(code.hash).inserted {
            append(["hash": "\(code.hash)", "bytes": Hex.encode(code.bytes)])
        }
        append(recorded)
    }

    private func append(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let file, var line = try? encoder.encode(value) else {
            preconditionFailure("the file of JITBOT_CASES cannot be written")
        }
        line.append(UInt8(ascii: "\n"))
        file.write(line)
    }
}
