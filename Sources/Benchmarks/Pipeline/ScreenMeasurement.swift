import EVM
import Ethereum
import Foundation
import Strategy

/// What the look before execution costs on recorded transactions, and how many it declines.
///
/// No state of theirs is recorded: everybody is taken to have code and the nonce that is needed, so
/// that the transaction's own fields decide alone.
struct ScreenMeasurement {
    private let targets: [PendingTransaction]
    private let head: HeadState

    /// What the screen does to all of them.
    struct Result {
        /// The thread's CPU time for each, in µs.
        var micros: [Double]
        /// By the rejection's label.
        var declined: [String: Int]
    }

    struct Unreadable: Error, CustomStringConvertible {
        var path: String
        var description: String { "\(path) is no table of signed transactions" }
    }

    /// The transactions of a table `block,index,hash,type,from,to,raw`, compressed or not.
    init(path: String) throws {
        var targets: [PendingTransaction] = []
        for line in try Self.text(path).split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 7, let sender = Address(hex: fields[4]),
                let raw = Hex.decode(fields[6].filter { $0 != "\r" })
            else { throw Unreadable(path: path) }
            targets.append(
                PendingTransaction(signed: try SignedTransaction(decoding: raw), sender: sender))
        }
        guard !targets.isEmpty else { throw Unreadable(path: path) }
        self.targets = targets
        head = HeadState(
            hash: .zero,
            nextBlock: BlockEnvironment(
                fork: .cancun, chainId: 1, number: 1, timestamp: 1, coinbase: .zero,
                gasLimit: 30_000_000, baseFeePerGas: .zero, prevRandao: .zero, blobBaseFee: .one),
            state: Anybody(nonce: 0), pools: [],
            weth: Address(hex: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2") ?? .zero,
            executor: .zero, ownAccounts: [])
    }

    private static func text(_ path: String) throws -> String {
        guard path.hasSuffix(".gz") else {
            return try String(contentsOfFile: path, encoding: .utf8)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unreadable(path: path) }
        return String(decoding: data, as: UTF8.self)
    }

    func run() -> Result {
        var result = Result(micros: [], declined: [:])
        // Once more than is counted, so that nothing is met for the first time.
        for counted in [false, true] {
            for target in targets {
                var head = head
                head.state = Anybody(nonce: target.signed.transaction.nonce)
                let screen = SwapScreen(
                    head: head, minimumProfitWei: .zero, contracts: .mainnet)
                let start = PipelineMeasurement.Moment.now
                let label: String?
                do throws(Rejection) {
                    try screen.check(target)
                    label = nil
                } catch { label = error.label }
                let took = PipelineMeasurement.Moment.now - start
                guard counted else { continue }
                result.micros.append(took.cpu)
                if let label { result.declined[label, default: 0] += 1 }
            }
        }
        return result
    }

    /// Everybody has code, and this nonce.
    private struct Anybody: StateReader {
        var nonce: UInt64

        func account(_ address: Address) throws(StateNotLoaded) -> Account? {
            Account(nonce: nonce, balance: .max >> 1, codeHash: Hash32(word: 1))
        }
        func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 { .zero }
        func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool { false }
        func code(_ hash: Hash32) throws(StateNotLoaded) -> Code { .empty }
        func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 { .zero }
    }
}
