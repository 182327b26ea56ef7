import Strategy

/// What a demo is to show.
public struct DemoPlan: Sendable {
    /// The seed of all chance.
    public var seed: UInt64
    /// Blocks with users' swaps.
    public var blocks: Int
    /// What goes wrong on purpose; nil for nothing.
    public var fault: DemoFault?
    /// The file of this program, which is run again for the devnet and the bot.
    public var program: String
    /// The folder of the contracts' artefacts.
    public var artifacts: String
    /// A folder for the ledger, of this demo alone.
    public var folder: String
    /// Seconds between blocks where the demo runs in real time; nil for a logical clock, on which a
    /// slot ends when the bot has answered for each pending transaction.
    public var realSecondsPerBlock: Double?
    /// Whether the bot keeps dust around the price, and takes it out when the users have gone.
    public var keepsGrid: Bool

    /// How signed orders may be served. The demo's are there to show loans, unless it is told
    /// otherwise.
    public var orderModes: Set<BundleMode>

    /// Ranges to either side of the price in which it does.
    static let gridRangesPerSide = 4
    /// Blocks between two seedings of a pool.
    static let gridMinimumBlocks = 8

    public init(
        seed: UInt64, blocks: Int, fault: DemoFault? = nil, program: String, artifacts: String,
        folder: String, realSecondsPerBlock: Double? = nil, keepsGrid: Bool = false,
        orderModes: Set<BundleMode> = [.atomic]
    ) {
        self.orderModes = orderModes
        self.keepsGrid = keepsGrid
        self.seed = seed
        self.blocks = blocks
        self.fault = fault
        self.program = program
        self.artifacts = artifacts
        self.folder = folder
        self.realSecondsPerBlock = realSecondsPerBlock
    }

    /// Blocks at the start in which the bot simulates and sends nothing: an eighth.
    public var simulatedBlocks: Int { blocks < 2 ? 0 : max(1, blocks / 8) }

    var ledgerPath: String { folder + "/ledger.sqlite" }
}
