import Chain
import Contracts
import EVM
import Ethereum
import Foundation
import JSON
import Recordings
import Strategy
import TestSupport
import Testing
import UniswapV3

/// The screen beside mainnet's transactions: nothing that execution, or another decoder, finds to
/// swap may be declined.
@Suite("SwapScreen on recorded transactions", .enabled(if: TestFiles.expectsData))
struct RecordedScreenTests {
    /// Everybody has code, and the nonce that is needed: only calldata and gas decide.
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

    private static let weth = Address(hex: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2")!

    private static func head(
        nonce: UInt64, pools: [FollowedPool], state: (any StateReader)? = nil,
        block: BlockEnvironment? = nil
    ) -> HeadState {
        HeadState(
            hash: .zero,
            nextBlock: block
                ?? BlockEnvironment(
                    fork: .cancun, chainId: 1, number: 1, timestamp: 1, coinbase: .zero,
                    gasLimit: 30_000_000, baseFeePerGas: .zero, prevRandao: .zero, blobBaseFee: 1),
            state: state ?? Anybody(nonce: nonce), pools: pools, weth: weth, executor: .zero,
            ownAccounts: [])
    }

    private static func followed(_ key: PoolKey, _ address: Address) -> FollowedPool {
        FollowedPool(
            key: key, address: address, bandLower: -887_272, bandUpper: 887_272,
            maxDeposit0: .max, maxDeposit1: .max,
            fairPrice: FairPriceBand(midSqrtPriceX96: .one << 96, halfWidthPips: 1000))
    }

    /// Every V3 hop that somebody else's decoding of a call names, wherever it stands: a path of
    /// token, fee, token, or the fields of a single swap.
    private static func hops(_ json: JSON) -> [PoolKey] {
        if let object = json.object {
            var keys: [PoolKey] = []
            func member(_ name: String) -> JSON? { object.first { $0.key == name }?.value }
            if let from = member("tokenIn")?.address, let to = member("tokenOut")?.address,
                let fee = member("fee")?.looseQuantity?.asUInt64,
                let key = PoolKey(sorting: from, to, feePips: UInt32(fee))
            {
                keys.append(key)
            }
            return keys + object.flatMap { hops($0.value) }
        }
        guard let items = json.array else { return [] }
        var keys: [PoolKey] = []
        if items.count >= 3, items.count % 2 == 1, items[0].address != nil,
            items[1].address == nil
        {
            for index in stride(from: 0, to: items.count - 2, by: 2) {
                guard let from = items[index].address, let to = items[index + 2].address,
                    let fee = items[index + 1].looseQuantity?.asUInt64, fee < 1_000_000,
                    let key = PoolKey(sorting: from, to, feePips: UInt32(fee))
                else { return keys }
                keys.append(key)
            }
        }
        return keys + items.flatMap(hops)
    }

    @Test("of the decoded calls none that swaps on a followed pool is declined; others without are")
    func routerCalls() throws {
        let lines = try TestFiles.recorded("router-calldata/calldata.jsonl.gz")
            .split(separator: UInt8(ascii: "\n"))
        var swapping = 0
        var declined = 0
        for line in lines {
            let json = try JSON(parsing: Array(line), limits: .file)
            guard let to = json["to"]?.address, let sender = json["sender"]?.address,
                let data = json["input"]?.data, let decoded = json["decoded"]
            else {
                Issue.record("a line cannot be read")
                continue
            }
            let transaction = Transaction(
                type: .feeMarket, chainId: 1, nonce: 7, maxFeePerGas: 1, maxPriorityFeePerGas: 1,
                gasLimit: 1_000_000, to: to, data: data)
            let target = PendingTransaction(
                signed: try SignedTransaction(
                    transaction, signedBy: try #require(PrivateKey(hex: Self.key))),
                sender: sender)
            let keys = Self.hops(decoded)
            let pools = keys.map { Self.followed($0, $0.address(in: .uniswapV3Mainnet)) }
            func isDeclined(_ pools: [FollowedPool]) -> Bool {
                let screen = SwapScreen(
                    head: Self.head(nonce: 7, pools: pools), minimumProfitWei: .zero)
                return (try? screen.check(target)) == nil
            }
            if keys.isEmpty {
                if isDeclined([]) { declined += 1 }
            } else {
                swapping += 1
                #expect(!isDeclined(pools), "\(json["hash"]?.string ?? "")")
            }
            // A call of a router that is in no table is never declined.
            if decoded == .null { #expect(!isDeclined([])) }
        }
        #expect(lines.count == 427 && swapping > 80 && declined >= 2, "\(swapping), \(declined)")
    }

    private static let key =
        "0x00000000000000000000000000000000000000000000000000000000000000a1"

    @Test(
        "of 18,381 signed transactions what is declined is a transfer, an approval, or no V3 swap")
    func signedTransactions() throws {
        let lines = try TestFiles.recorded("raw-signed-txs/txs.csv.gz")
            .split(separator: UInt8(ascii: "\n")).dropFirst()
        var declined: [String: Int] = [:]
        for line in lines {
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            let text = String(decoding: fields[6], as: UTF8.self).filter { $0 != "\r" }
            let signed = try SignedTransaction(decoding: try #require(Hex.decode(text)))
            let sender = try #require(Address(hex: String(decoding: fields[4], as: UTF8.self)))
            let transaction = signed.transaction
            let screen = SwapScreen(
                head: Self.head(nonce: transaction.nonce, pools: []), minimumProfitWei: .zero)
            do throws(Rejection) {
                try screen.check(PendingTransaction(signed: signed, sender: sender))
            } catch {
                declined[error.label, default: 0] += 1
                guard case .noSwap = error else { continue }
                let to = try #require(transaction.to)
                let isTransfer = transaction.gasLimit < 36_000 + 16 * UInt64(transaction.data.count)
                let known = KnownContracts.mainnet
                let isToken =
                    known.plainTokens.contains(to) && transaction.data.count <= 4 + 3 * 32 + 64
                let isRouter =
                    known.routers.contains(to)
                    && !RouterCalldata.decode(transaction.data).swaps.contains {
                        $0.venue == .uniswapV3
                    }
                #expect(isTransfer || isToken || isRouter, "\(signed.hash)")
            }
        }
        #expect(lines.count == 18_381)
        #expect(declined == ["no_swap": 8215, "pool_not_followed": 14, "blob_transaction": 8])
    }

    @Test(
        "in whole blocks nothing that swaps on a genuine pool when executed is declined",
        arguments: [("15050000", 4), ("15537394", 1), ("21230867", 0)])
    func blocks(number: String, expected: Int) throws {
        let recorded = try RecordedBlock(
            json: TestFiles.recorded("mainnet-blocks-full/\(number).json.gz"))
        let block = recorded.block
        let head = Self.head(
            nonce: 0, pools: [], state: recorded.before,
            block: BlockEnvironment(
                fork: try ForkSchedule.of(chainId: 1).rules(
                    number: block.header.number, timestamp: block.header.timestamp
                ).fork,
                chainId: 1, number: block.header.number, timestamp: block.header.timestamp,
                coinbase: block.header.coinbase, gasLimit: block.header.gasLimit,
                baseFeePerGas: block.header.baseFeePerGas ?? .zero,
                prevRandao: block.header.prevRandao, blobBaseFee: .one))
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        var swapping = 0
        for (signed, sender) in zip(block.transactions, recorded.senders) {
            let target = PendingTransaction(signed: signed, sender: sender)
            let probe: SwapProbe
            do throws(Rejection) {
                probe = try SwapProbe.run(target, on: head, machine: machine)
            } catch {
                continue
            }
            swapping += 1
            var followed = head
            followed.pools = probe.swaps.map {
                var pool = Self.followed($0.key, $0.pool)
                pool.fairPrice = nil
                return pool
            }
            let screen = SwapScreen(head: followed, minimumProfitWei: .zero)
            do throws(Rejection) {
                try screen.check(target)
            } catch {
                // What is worth less than gas is served by nobody.
                guard case .tooSmall = error else {
                    Issue.record("\(signed.hash): \(error)")
                    continue
                }
            }
        }
        // On the block's first state: the second swapper of 15537394 needs the first one's swap.
        #expect(swapping == expected)
    }
}
