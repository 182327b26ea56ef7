import Chain
import Ethereum
import Foundation
import JSON
import NIOPosix
import Store
import Strategy
import TestSupport
import Testing
import World

/// Devnet, relay and bot as processes, and what their demo promises.
@Suite("Demo", .serialized)
struct DemoTests {
    /// What a demo left behind.
    struct Outcome {
        var report: DemoReport
        var chain: Blockchain
        var notes: [String]
    }

    private static func run(
        seed: UInt64, blocks: Int, fault: DemoFault? = nil, keepsGrid: Bool = false,
        orderModes: Set<Strategy.BundleMode> = [.atomic]
    ) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("demo-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        var notes: [String] = []
        let demo = try Demo(
            DemoPlan(
                seed: seed, blocks: blocks, fault: fault, program: try ProgramFile.url().path,
                artifacts: TestFiles.artifactsFolder, folder: folder.path,
                keepsGrid: keepsGrid, orderModes: orderModes),
            on: group.next()
        ) { if case .note(let text) = $0 { notes.append(text) } }
        defer { demo.stop() }
        let report = try demo.run()
        return Outcome(report: report, chain: demo.chain, notes: notes)
    }

    @Test("bundles land, no swapper loses, and the books are the chain's", arguments: [1, 2])
    func invariants(seed: UInt64) throws {
        let outcome = try Self.run(seed: seed, blocks: 12)
        let report = outcome.report
        #expect(report.bundlesIncluded > 0)
        // The three orders of the Safe, by both lenders.
        #expect(report.atomicBundlesIncluded >= 2)
        #expect(report.swapperWorseOff == 0)
        #expect(report.balancesMatch)
        #expect(report.succeeded)
        #expect(report.simulationModeSends == 0 && report.botRestarts == 0)
        #expect(
            report.ledger.bundlesSent
                == report.bundlesIncluded + report.ledger.bundlesLost.count)
        // Each included bundle stands in its block as three neighbours, with the gas that was
        // foretold.
        for opportunity in report.opportunities where opportunity.outcome == .included {
            let block = try #require(outcome.chain.block(opportunity.block))
            let index = try #require(
                block.transactions.firstIndex {
                    $0.signed.hash == opportunity.swap.pending.hash
                })
            let (open, close) = (block.transactions[index - 1], block.transactions[index + 1])
            #expect(open.sender == close.sender)
            #expect(open.outcome.status == .success && close.outcome.status == .success)
            let answer = try #require(opportunity.answer)
            #expect(answer.gasUsed == open.outcome.gasUsed + close.outcome.gasUsed)
            #expect(try #require(answer.netProfitWei) > .zero)
            #expect(try #require(answer.swapperGainWei) > .zero)
        }
        // The first slot is the bot's in simulation.
        let first = report.opportunities.filter { $0.block == report.setupBlocks + 1 }
        #expect(!first.contains { $0.outcome == .included })
    }

    @Test(
        "on a grid of dust bundles land, nobody loses, the books are the chain's, no dust is left")
    func keptGrid() throws {
        let report = try Self.run(seed: 1, blocks: 16, keepsGrid: true).report
        let grid = try #require(report.grid)
        #expect(report.succeeded && report.botRestarts == 0)
        #expect(grid.rangesSeeded > 0 && grid.positionsAtEnd >= grid.rangesSeeded)
        #expect(grid.retirements == grid.seedings)
        #expect(grid.bundlesIncluded > 0)
        #expect(grid.compared == 0 || grid.gainedWei > .zero)
        // Without one nothing is said of it.
        #expect(try Self.run(seed: 1, blocks: 4).report.grid == nil)
    }

    @Test("orders with our own tokens land where they leave more, and nobody loses by them")
    func orderModes() throws {
        for keepsGrid in [false, true] {
            let report = try Self.run(
                seed: 2, blocks: 12, keepsGrid: keepsGrid, orderModes: [.atomic, .inventory]
            ).report
            #expect(report.succeeded)
            #expect(report.orderBundlesIncluded > 0)
            #expect(
                report.ledger.orderBundlesSent + report.ledger.atomicBundlesSent
                    >= report.orderBundlesIncluded + report.atomicBundlesIncluded)
        }
    }

    @Test("dust is taken out without any relay")
    func keptGridWithoutRelay() throws {
        let report = try Self.run(
            seed: 1, blocks: 10, fault: .relayRefuses, keepsGrid: true
        ).report
        #expect(report.succeeded && report.positionsLeftOpen == 0)
        let grid = try #require(report.grid)
        #expect(grid.retirements == grid.seedings)
    }

    @Test("whenever the bot is killed, dust stays and what is no dust does not")
    func keptGridKilled() throws {
        let report = try Self.run(
            seed: 2, blocks: 14, fault: .botKilled(times: 3), keepsGrid: true
        ).report
        #expect(report.succeeded && report.botRestarts > 0)
        #expect(try #require(report.grid).rangesSeeded > 0)
    }

    @Test("the same seed gives the same bytes, another seed others")
    func deterministic() throws {
        let first = try Self.run(seed: 4, blocks: 5)
        let second = try Self.run(seed: 4, blocks: 5)
        let other = try Self.run(seed: 5, blocks: 5)
        #expect(first.report.json.text == second.report.json.text)
        #expect(first.chain.head.hash == second.chain.head.hash)
        #expect(first.report.json.text != other.report.json.text)
    }

    @Test(
        "whatever goes wrong, nothing stays in a pool and the books are the chain's",
        arguments: [
            (DemoFault.relayRefuses, "relay_refused"), (.relayDies(block: 6), "relay_unreachable"),
            (.webSocketDrops(block: 6), ""), (.reorganisation(block: 6), "head_reorged"),
            (.reorganisation(block: 12), ""), (.botKilled(times: 4), ""),
        ])
    func faults(fault: DemoFault, cause: String) throws {
        let report = try Self.run(seed: 1, blocks: 12, fault: fault).report
        #expect(report.succeeded)
        #expect(report.ledger.matchesChain)
        #expect(report.positionsLeftOpen == 0 && report.nonceGaps == 0)
        if !cause.isEmpty {
            // A Safe's order may have had the pools.
            let lost = report.ledger.bundlesLost + report.ledger.atomicBundlesLost
            #expect(lost.contains { $0.cause.label == cause })
        }
        if case .botKilled = fault { #expect(report.botRestarts > 0) }
        if fault == .relayRefuses { #expect(report.bundlesIncluded == 0) }
    }

    @Test("a fault's text is read back, and no other text is a fault")
    func faultNames() {
        for text in ["relay-refuses", "relay-dies@20", "ws-drops@10", "reorg@15", "bot-killed@10"] {
            #expect(DemoFault(text)?.description == text)
        }
        for text in ["", "relay-dies", "relay-dies@", "reorg@x", "reorg@0", "reorg@15@2", "rain@1"]
        {
            #expect(DemoFault(text) == nil)
        }
    }

    @Test("the report's JSON has its fields in their order")
    func json() throws {
        let report = try Self.run(seed: 1, blocks: 4).report
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(report.json.text.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "seed", "fault", "bundlesSent", "bundlesIncluded", "bundlesLost", "netProfitWei",
                "swapperWorseOff", "balancesMatch", "ledgerMatchesChain", "simulationModeSends",
                "positionsLeftOpen", "nonceGaps", "botRestarts", "opportunities",
                "atomicBundlesSent", "atomicBundlesIncluded", "atomicOrders",
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
        let chain = try Self.run(seed: 1, blocks: 3).chain
        let number = chain.head.number
        let block = chain.head
        let export = try #require(BlockExport(chain: chain, number: number))
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
        #expect(BlockExport(chain: chain, number: number + 1) == nil)
        #expect(BlockExport(chain: chain, number: 0) == nil)
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
