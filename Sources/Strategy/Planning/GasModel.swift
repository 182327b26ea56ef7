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
    /// A bound at or below the price that no position uses: `open` initialises it and writes the
    /// fees that have grown, since all growth counts as having happened below it.
    public var freshTickBelow: UInt64
    /// One above the price, whose growth is 0 until it is crossed.
    public var freshTickAbove: UInt64
    /// What the swapper pays when his swap comes down across such a bound: its words are written.
    public var crossedDownwards: UInt64
    /// When it comes up across one: he is the first to write its growth.
    public var crossedUpwards: UInt64

    public init(
        bundle: UInt64, position: UInt64, keptPosition: UInt64, freshTickBelow: UInt64,
        freshTickAbove: UInt64, crossedDownwards: UInt64, crossedUpwards: UInt64
    ) {
        self.bundle = bundle
        self.position = position
        self.keptPosition = keptPosition
        self.freshTickBelow = freshTickBelow
        self.freshTickAbove = freshTickAbove
        self.crossedDownwards = crossedDownwards
        self.crossedUpwards = crossedUpwards
    }

    /// London to Osaka: what a bundle does costs the same in all of them.
    public static let osaka = GasModel(
        bundle: 158_000, position: 166_000, keptPosition: 125_000, freshTickBelow: 80_000,
        freshTickAbove: 45_000, crossedDownwards: 21_000, crossedUpwards: 59_000)

    /// Amsterdam, which reprices the state's growth (EIP-8037, EIP-8038).
    public static let amsterdam = GasModel(
        bundle: 205_000, position: 328_000, keptPosition: 191_000, freshTickBelow: 460_000,
        freshTickAbove: 260_000, crossedDownwards: 36_000, crossedUpwards: 243_000)

    /// The model of a fork.
    public static func of(_ fork: Fork) -> GasModel { fork >= .amsterdam ? .amsterdam : .osaka }

    /// Gas of `open` and `close` together.
    public func gas(
        newPositions: Int, keptPositions: Int, freshTicksBelow: Int, freshTicksAbove: Int
    ) -> UInt64 {
        bundle + UInt64(newPositions) * position + UInt64(keptPositions) * keptPosition
            + UInt64(freshTicksBelow) * freshTickBelow
            + UInt64(freshTicksAbove) * freshTickAbove
    }

    /// What ticks crossed anew cost the swapper.
    func crossing(_ ticks: Int, zeroForOne: Bool) -> UInt64 {
        UInt64(ticks) * (zeroForOne ? crossedDownwards : crossedUpwards)
    }

    /// Less than any such bundle was measured to use: what a plan earns before gas less this is
    /// more than it can earn.
    static func lowerBound(_ gas: UInt64) -> UInt64 { gas - gas / 4 }
}
