import Bot
import Chain
import Contracts
import Ethereum
import JSON
import Strategy
import Wire

/// What the grids of dust did in a demo: by the chain, and by what the bot told of its choices.
public struct DemoGrid: Equatable, Sendable {
    /// Transactions in blocks that put dust in, and their gas in units and in wei.
    public private(set) var seedings = 0
    public private(set) var rangesSeeded = 0
    public private(set) var seedingGas: UInt64 = 0
    public private(set) var seedingCostWei = UInt256.zero
    /// Transactions in blocks that took dust out, and their gas in wei.
    public private(set) var retirements = 0
    public private(set) var retirementCostWei = UInt256.zero
    /// Positions that stood when the users had gone.
    public let positionsAtEnd: Int
    /// Bundles in blocks that were opened on dust, and for how many of them the other mode was
    /// proven too.
    public private(set) var bundlesIncluded = 0
    public private(set) var compared = 0
    /// Wei that these bundles left more than the other mode would have, as proven.
    public private(set) var gainedWei = Int256.zero

    init(
        _ events: [JSON], chain: Blockchain, contracts: DemoContracts, operators: [Address],
        positionsAtEnd: Int, opportunities: [Opportunity]
    ) {
        self.positionsAtEnd = positionsAtEnd
        for executed in chain.blocks.flatMap(\.transactions)
        where operators.contains(executed.sender)
            && executed.signed.transaction.to == contracts.executor
            && executed.outcome.status == .success
        {
            let gas = executed.outcome.gasUsed
            let cost = UInt256(gas) &* executed.outcome.effectiveGasPrice
            let data = executed.signed.transaction.data
            if let opened = JitExecutor.opened(by: data), DustGrid.isDust(opened.positions) {
                seedings += 1
                rangesSeeded += opened.positions.count
                seedingGas += gas
                seedingCostWei = seedingCostWei &+ cost
            } else if let closed = JitExecutor.closed(by: data),
                DustGrid.isDust(closed.positions)
            {
                retirements += 1
                retirementCostWei = retirementCostWei &+ cost
            }
        }
        for opportunity in opportunities
        where opportunity.outcome == .included && opportunity.answer?.mode == "kept_grid" {
            bundlesIncluded += 1
            let told = events.last {
                $0["event"] == "opportunity" && $0["outcome"] == "sent"
                    && $0["txHash"]?.hash == opportunity.swap.pending.hash
            }
            let other = told?["otherModes"]?.array?.first?["netProfitWei"]?.string
            guard let other = other.flatMap({ Int256(decimal: $0) }),
                let net = opportunity.answer?.netProfitWei
            else { continue }
            compared += 1
            gainedWei = gainedWei &+ (net &- other)
        }
    }

    /// One object; wei as decimal strings.
    var json: JSON {
        [
            "seedings": .integer(Int64(seedings)), "rangesSeeded": .integer(Int64(rangesSeeded)),
            "seedingGas": .integer(Int64(clamping: seedingGas)),
            "seedingCostWei": .string(seedingCostWei.description),
            "bundlesIncluded": .integer(Int64(bundlesIncluded)),
            "bundlesCompared": .integer(Int64(compared)),
            "gainedWei": .string(gainedWei.description),
            "positionsAtEnd": .integer(Int64(positionsAtEnd)),
            "retirements": .integer(Int64(retirements)),
            "retirementCostWei": .string(retirementCostWei.description),
        ]
    }

    /// What stands below the table.
    var line: String {
        "grids        \(rangesSeeded) ranges seeded for "
            + "\(Amounts.ether(Int256(bitPattern: seedingCostWei), decimals: 6, signed: false)) "
            + "WETH, \(bundlesIncluded) bundles on dust left "
            + "\(Amounts.ether(gainedWei, decimals: 6)) WETH more than without "
            + "(\(compared) compared); dust taken out for "
            + "\(Amounts.ether(Int256(bitPattern: retirementCostWei), decimals: 6, signed: false)) "
            + "WETH"
    }
}
