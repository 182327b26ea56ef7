import Bot
import EVM
import Ethereum
import JSON
import Strategy
import Wire

extension BundleGas {
    /// The rows as a table in Markdown, and what seeding costs below.
    public var lines: [String] {
        var lines = [
            "| fork | what is opened | open | close | together | the model | the swapper |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in rows {
            lines.append(
                "| \(row.forkName) | \(row.kind.rawValue) | \(grouped(row.openGas)) | "
                    + "\(grouped(row.closeGas)) | \(grouped(row.gas)) | \(grouped(row.model)) | "
                    + (row.targetGasChange < 0 ? "−" : "+")
                    + grouped(row.targetGasChange.magnitude) + " |")
        }
        for seeding in seedings {
            lines += [
                "",
                "\(Self.name(seeding.fork)): dust in \(seeding.ranges) ranges takes "
                    + "\(grouped(seeding.gas)) gas, paid back by "
                    + "\(seeding.usesToRepay(self)) bundles on it instead of on fresh ticks; "
                    + "taking it out takes \(grouped(seeding.retirementGas)). A swap that passes "
                    + "pays \(grouped(seeding.passingDownwards)) gas for each tick of the dust "
                    + "when the price falls, \(grouped(seeding.passingUpwards)) when it rises to "
                    + "it at first.",
            ]
        }
        return lines
    }

    /// One object: the measurements, and what seeding costs; gas as numbers.
    public var json: JSON {
        [
            "bundles": .array(
                rows.map { row in
                    [
                        "fork": .string(row.fork == .osaka ? "osaka" : "amsterdam"),
                        "kind": .string("\(row.kind)"),
                        "positions": .integer(Int64(row.kind.positions)),
                        "freshTicksBelow": .integer(Int64(row.kind.freshTicks.below)),
                        "freshTicksAbove": .integer(Int64(row.kind.freshTicks.above)),
                        "openGas": .integer(Int64(clamping: row.openGas)),
                        "closeGas": .integer(Int64(clamping: row.closeGas)),
                        "modelGas": .integer(Int64(clamping: row.model)),
                        "targetGasChange": .integer(row.targetGasChange),
                    ]
                }),
            "seedings": .array(
                seedings.map { seeding in
                    [
                        "fork": .string(seeding.fork == .osaka ? "osaka" : "amsterdam"),
                        "ranges": .integer(Int64(seeding.ranges)),
                        "gas": .integer(Int64(clamping: seeding.gas)),
                        "usesToRepay": .integer(Int64(clamping: seeding.usesToRepay(self))),
                        "retirementGas": .integer(Int64(clamping: seeding.retirementGas)),
                        "passingDownwardsGas": .integer(
                            Int64(clamping: seeding.passingDownwards)),
                        "passingUpwardsGas": .integer(Int64(clamping: seeding.passingUpwards)),
                    ]
                }),
        ]
    }

    fileprivate static func name(_ fork: Fork) -> String {
        fork == .osaka ? "Osaka" : "Amsterdam"
    }

    private func grouped(_ gas: UInt64) -> String { Amounts.grouped("\(gas)") }
}

extension BundleGas.Row {
    var forkName: String { BundleGas.name(fork) }

    /// What the planner's model expects of it.
    public var model: UInt64 {
        GasModel.of(fork).gas(
            newPositions: kind.isKept ? 0 : kind.positions,
            keptPositions: kind.isKept ? kind.positions : 0,
            freshTicksBelow: kind.freshTicks.below, freshTicksAbove: kind.freshTicks.above)
    }
}

extension BundleGas.Seeding {
    /// Bundles on the grid, instead of on fresh ticks, that save what the seeding costs; 0 where
    /// nothing is saved.
    func usesToRepay(_ gas: BundleGas) -> UInt64 {
        guard let fresh = gas.row(.fresh, fork), let kept = gas.row(.kept, fork),
            fresh.gas > kept.gas
        else { return 0 }
        let saved = fresh.gas - kept.gas
        return (self.gas + saved - 1) / saved
    }
}
