import Ethereum

/// What a bundle uses by the rules of a fork, as a sum: for choosing what the EVM then executes.
/// No bundle is judged by it.
///
/// The numbers are fitted to what `jit-bot strategy modes` measures with the real bytecode, and
/// `BundleGasTests` compares them with the EVM.
public struct GasModel: Equatable, Sendable {
    /// `open` and `close` together, apart from their positions.
    public var bundle: UInt64
    /// A position in a range that we hold nothing in.
    public var position: UInt64
    /// A position in a range in which dust of ours stays.
    public var keptPosition: UInt64
    /// A bound that no position uses: initialised by `open`, cleared by `close`.
    public var freshTick: UInt64
    /// What the swapper pays when his swap crosses such a bound.
    public var freshTickCrossed: UInt64

    public init(
        bundle: UInt64, position: UInt64, keptPosition: UInt64, freshTick: UInt64,
        freshTickCrossed: UInt64
    ) {
        self.bundle = bundle
        self.position = position
        self.keptPosition = keptPosition
        self.freshTick = freshTick
        self.freshTickCrossed = freshTickCrossed
    }

    /// London to Osaka: what a bundle does costs the same in all of them.
    public static let osaka = GasModel(
        bundle: 110_000, position: 220_000, keptPosition: 140_000, freshTick: 60_000,
        freshTickCrossed: 50_000)

    /// Amsterdam, which reprices the state's growth (EIP-8037, EIP-8038).
    public static let amsterdam = GasModel(
        bundle: 150_000, position: 520_000, keptPosition: 180_000, freshTick: 260_000,
        freshTickCrossed: 133_000)

    /// The model of a fork.
    public static func of(_ fork: Fork) -> GasModel { fork >= .amsterdam ? .amsterdam : .osaka }

    /// Gas of `open` and `close` together.
    public func gas(newPositions: Int, keptPositions: Int, freshTicks: Int) -> UInt64 {
        bundle + UInt64(newPositions) * position + UInt64(keptPositions) * keptPosition
            + UInt64(freshTicks) * freshTick
    }

    /// Less than any such bundle was measured to use: what a plan earns before gas less this is
    /// more than it can earn.
    static func lowerBound(_ gas: UInt64) -> UInt64 { gas - gas / 5 }
}
