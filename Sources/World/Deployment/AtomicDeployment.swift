import Contracts
import Ethereum

/// The contracts of the atomic mode.
public struct AtomicDeployment: Equatable, Sendable {
    /// JitFlash.
    public var flash: Address
    public var trampoline: Address
}

extension Deployer {
    /// Deploys the atomic mode of an executor, of which `owner` is the owner.
    public mutating func deployAtomicMode(
        _ owner: inout Wallet, executor: Address
    ) throws -> AtomicDeployment {
        let trampoline = try create(
            &owner, sized: Hex.decode(JitTrampolineArtifact.creationCodeHex) ?? [])
        let flash = try create(
            &owner, code: Hex.decode(JitFlashArtifact.creationCodeHex) ?? [],
            arguments: JitFlash.constructorArguments(executor: executor, trampoline: trampoline))
        try settle()
        return AtomicDeployment(flash: flash, trampoline: trampoline)
    }

    /// Has the owner allow lenders, loans of tokens, and orders of targets.
    public mutating func configureAtomicMode(
        _ owner: inout Wallet, _ atomic: AtomicDeployment,
        lenders: [(address: Address, kind: JitFlash.LenderKind)],
        limits: [(token: Address, maxLoan: UInt256)],
        targets: [(contract: Address, selector: Selector)]
    ) throws {
        var calls = lenders.map { JitFlash.setLender($0.address, $0.kind) }
        calls += limits.map { JitFlash.setTokenLimit($0.token, maxLoan: $0.maxLoan) }
        calls += targets.map {
            JitFlash.setTarget($0.contract, selector: $0.selector, allowed: true)
        }
        for call in calls { try send(&owner, to: atomic.flash, data: call, gasLimit: 120_000) }
        try settle()
    }
}
