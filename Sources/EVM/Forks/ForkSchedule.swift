import Ethereum

/// A named change of a network's rules: from where on, to what.
public struct ForkActivation: Equatable, Sendable {
    /// Where a change begins.
    public enum Start: Equatable, Sendable {
        /// A block number: the forks before the beacon chain drove the clock.
        case block(UInt64)
        /// The first block at or after this time, in Unix seconds.
        case time(UInt64)
    }

    /// The name by which the change is known, for people.
    public var name: String
    /// The rules of execution, which a change of blob parameters alone leaves as they were.
    public var fork: Fork
    public var start: Start
    /// Nil before there were blobs.
    public var blobs: BlobParameters?

    public init(_ name: String, _ fork: Fork, _ start: Start, blobs: BlobParameters? = nil) {
        self.name = name
        self.fork = fork
        self.start = start
        self.blobs = blobs
    }

    /// Whether a block is at or behind the start.
    public func isActive(number: UInt64, timestamp: UInt64) -> Bool {
        switch start {
        case .block(let first): number >= first
        case .time(let first): timestamp >= first
        }
    }

    /// Whether this program can execute transactions under these rules.
    public var canBeExecuted: Bool { ForkRules.of(fork) != nil }
}

/// Why there are no rules for a block: nothing about it can be simulated.
public enum ForkRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownChain(UInt64)
    /// The block is older than the oldest fork that is executed here.
    case tooOld(number: UInt64, oldest: String)
    /// The block is under a fork that this program does not execute.
    case notExecuted(name: String, chainId: UInt64, number: UInt64)
    /// The block's header has fields of a fork that by the schedule has not begun: the network went
    /// on and the schedule did not.
    case notScheduled(fork: Fork, scheduled: String, chainId: UInt64, number: UInt64)

    public var description: String {
        switch self {
        case .unknownChain(let chainId):
            "no fork schedule for chain \(chainId): configure its activations."
        case .tooOld(let number, let oldest):
            "block \(number) is older than \(oldest), the oldest fork that is executed here."
        case .notExecuted(let name, let chainId, let number):
            "block \(number) of chain \(chainId) is under \(name), which this version does not "
                + "execute: update the program."
        case .notScheduled(let fork, let scheduled, let chainId, let number):
            "block \(number) of chain \(chainId) has a header of \(fork), and by the schedule of "
                + "this version is under \(scheduled): update the program."
        }
    }
}

/// When a network changes its rules: data, so that a date may be configured or moved.
public struct ForkSchedule: Equatable, Sendable {
    public let chainId: UInt64
    /// From the oldest; each replaces the one before it.
    public private(set) var activations: [ForkActivation]
    /// Where deposits to the beacon chain are made (EIP-6110); nil where it is not known.
    public var depositContract: Address?

    public init(
        chainId: UInt64, depositContract: Address? = nil, activations: [ForkActivation]
    ) {
        self.chainId = chainId
        self.depositContract = depositContract
        self.activations = activations
    }

    /// The change that a block is under; nil before the first.
    public func active(number: UInt64, timestamp: UInt64) -> ForkActivation? {
        activations.last { $0.isActive(number: number, timestamp: timestamp) }
    }

    /// The change that comes after the one that a block is under; nil where none is known.
    public func next(number: UInt64, timestamp: UInt64) -> ForkActivation? {
        let index = activations.lastIndex { $0.isActive(number: number, timestamp: timestamp) }
        let after = (index ?? -1) + 1
        return after < activations.count ? activations[after] : nil
    }

    /// The rules that a block is under, or why it cannot be executed.
    public func rules(
        number: UInt64, timestamp: UInt64
    ) throws(ForkRefusal) -> ForkActivation {
        guard let active = active(number: number, timestamp: timestamp) else {
            throw .tooOld(number: number, oldest: activations.first?.name ?? "none")
        }
        guard active.canBeExecuted else {
            throw .notExecuted(name: active.name, chainId: chainId, number: number)
        }
        return active
    }

    /// The schedule with a change added behind the last, or the one of its name moved there.
    public func adding(_ activation: ForkActivation) -> ForkSchedule {
        var schedule = self
        schedule.activations.removeAll { $0.name == activation.name }
        schedule.activations.append(activation)
        return schedule
    }
}
