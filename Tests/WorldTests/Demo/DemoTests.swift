import Ethereum
import Foundation
import Strategy
import TestSupport
import Testing
import World

@Suite("Demo")
struct DemoTests {
    private static func run(seed: UInt64, blocks: Int) throws -> (Demo, DemoReport) {
        var demo = try Demo(seed: seed, artifacts: TestFiles.artifacts())
        let report = try demo.run(blocks: blocks)
        return (demo, report)
    }

    @Test("bundles land, no swapper loses, and the books are the chain's", arguments: [1, 2, 3])
    func invariants(seed: UInt64) throws {
        let (demo, report) = try Self.run(seed: seed, blocks: 12)
        #expect(report.bundlesIncluded > 0)
        #expect(report.swapperWorseOff == 0)
        #expect(report.balancesMatch)
        #expect(report.succeeded)
        // Each included bundle stands in its block as three neighbours.
        for opportunity in report.opportunities {
            guard case .included(let bundle) = opportunity.outcome else { continue }
            let block = try #require(demo.chain.block(opportunity.block))
            let index = try #require(
                block.transactions.firstIndex { $0.signed.hash == bundle.target.hash })
            #expect(block.transactions[index - 1].sender == bundle.account.address)
            #expect(block.transactions[index + 1].sender == bundle.account.address)
            #expect(block.transactions[index].outcome == bundle.targetOutcome)
            #expect(bundle.netProfitWei > .zero && !bundle.swapper.gainWei.isZero)
        }
    }

    @Test("the same seed gives the same bytes, another seed others")
    func deterministic() throws {
        let first = try Self.run(seed: 4, blocks: 5)
        let second = try Self.run(seed: 4, blocks: 5)
        let other = try Self.run(seed: 5, blocks: 5)
        #expect(first.1.json.text == second.1.json.text)
        #expect(first.0.chain.head.hash == second.0.chain.head.hash)
        #expect(first.1.json.text != other.1.json.text)
    }

    @Test("the report's JSON has its fields in their order")
    func json() throws {
        let (_, report) = try Self.run(seed: 1, blocks: 4)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(report.json.text.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "seed", "bundlesIncluded", "netProfitWei", "swapperWorseOff", "balancesMatch",
                "opportunities",
            ])
        #expect(object["netProfitWei"] as? String == report.netProfitWei.description)
        let opportunities = try #require(object["opportunities"] as? [[String: Any]])
        #expect(opportunities.count == report.opportunities.count)
        for opportunity in opportunities {
            #expect(
                Set(opportunity.keys) == [
                    "block", "pool", "txHash", "amountIn", "tickLower", "tickUpper", "liquidity",
                    "feeWei", "gasUsed", "netProfitWei", "swapperGainWei", "swapperGainBps",
                    "outcome",
                ])
        }
    }

    @Test("a block's export holds the header that the block's hash is made of")
    func export() throws {
        let (demo, _) = try Self.run(seed: 1, blocks: 3)
        let number = demo.chain.head.number
        let block = demo.chain.head
        let export = try #require(BlockExport(chain: demo.chain, number: number))
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(export.json.text.utf8)) as? [String: Any])
        let header = try #require(object["header"] as? [String: Any])
        #expect(header["hash"] as? String == block.hash.description)
        #expect(try Self.rebuilt(header).hash == block.hash)
        let parent = try #require(object["parentHeader"] as? [String: Any])
        #expect(try Self.rebuilt(parent).hash == block.header.parentHash)
        let transactions = try #require(object["transactions"] as? [[String: Any]])
        #expect(transactions.count == block.transactions.count)
        for transaction in transactions {
            let raw = try #require(Hex.decode(transaction["raw"] as? String ?? ""))
            #expect(transaction["hash"] as? String == Keccak256.hash(raw).description)
        }
        #expect(BlockExport(chain: demo.chain, number: number + 1) == nil)
        #expect(BlockExport(chain: demo.chain, number: 0) == nil)
    }

    /// A header from its JSON alone.
    private static func rebuilt(_ fields: [String: Any]) throws -> BlockHeader {
        func text(_ name: String) throws -> String {
            try #require(fields[name] as? String, "\(name)")
        }
        func quantity(_ name: String) throws -> UInt256 {
            let value = UInt256(hex: try text(name))
            return try #require(value, "\(name)")
        }
        func number(_ name: String) throws -> UInt64 {
            try #require(quantity(name).asUInt64, "\(name)")
        }
        func hash(_ name: String) throws -> Hash32 {
            let value = Hash32(hex: try text(name))
            return try #require(value, "\(name)")
        }
        func bytes(_ name: String) throws -> [UInt8] {
            let value = Hex.decode(try text(name))
            return try #require(value, "\(name)")
        }
        let bloom = LogsBloom(bytes: try bytes("logsBloom"))
        let miner = Address(hex: try text("miner"))
        var header = BlockHeader(
            parentHash: try hash("parentHash"), ommersHash: try hash("sha3Uncles"),
            coinbase: try #require(miner), stateRoot: try hash("stateRoot"),
            transactionsRoot: try hash("transactionsRoot"),
            receiptsRoot: try hash("receiptsRoot"), logsBloom: try #require(bloom),
            difficulty: try quantity("difficulty"), number: try number("number"),
            gasLimit: try number("gasLimit"), gasUsed: try number("gasUsed"),
            timestamp: try number("timestamp"), extraData: try bytes("extraData"),
            prevRandao: try hash("mixHash"))
        header.baseFeePerGas = try quantity("baseFeePerGas")
        header.withdrawalsRoot = try hash("withdrawalsRoot")
        header.blobGasUsed = try number("blobGasUsed")
        header.excessBlobGas = try number("excessBlobGas")
        header.parentBeaconBlockRoot = try hash("parentBeaconBlockRoot")
        return header
    }
}
