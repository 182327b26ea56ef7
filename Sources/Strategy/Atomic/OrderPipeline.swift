import Contracts
import EVM
import Ethereum
import UniswapV3

/// Decides how an order that anybody may submit is served: in one transaction with a flash loan,
/// or with our own tokens in front of and behind its submission by our operator, on new positions
/// or on dust. Each mode is executed and proven on the head; the one that leaves most is taken, and
/// what came of the others is told with it.
public struct OrderPipeline {
    private let head: HeadState
    private let parameters: StrategyParameters
    private let machine: VirtualMachine
    private let atomic: AtomicPipeline
    private let modes: Set<BundleMode>

    /// A pipeline on one head, on which `atomic` stands with the same machine. `modes` are those
    /// that the operator allows: `atomic`, `inventory`; the latter with the kept grid where one
    /// stands.
    public init(
        head: HeadState, parameters: StrategyParameters, machine: VirtualMachine,
        atomic: AtomicPipeline, modes: Set<BundleMode> = [.atomic, .inventory]
    ) {
        self.head = head
        self.parameters = parameters
        self.machine = machine
        self.atomic = atomic
        self.modes = modes
    }

    private typealias Decision = Result<SimulatedOrder, AtomicRejection>

    /// What to do with an order: a bundle that is proven, or why there is none. `busy` are pools on
    /// which other bundles for the same block rest, `reserved` what they may deposit.
    public func decide(
        _ order: SignedOrder, account: OperatorAccount, busy: Set<Address> = [],
        reserved: [Address: UInt256] = [:]
    ) throws(AtomicRejection) -> SimulatedOrder {
        var decisions: [(mode: BundleMode, decision: Decision)] = []
        if modes.contains(.atomic) {
            decisions.append(
                (
                    .atomic,
                    Result { () throws(AtomicRejection) in
                        .atomic(try atomic.decide(order, account: account, busy: busy))
                    }
                ))
        }
        if modes.contains(.inventory) {
            decisions += inventory(order, account, busy: busy, reserved: reserved)
        }
        let proven = decisions.compactMap { try? $0.decision.get() }
        guard let best = ModeOffer.best(of: proven.map(\.offer)),
            let chosen = proven.first(where: { $0.offer == best })
        else {
            for case (_, .failure(let rejection)) in decisions { throw rejection }
            throw .noProfitableRange
        }
        let others = decisions.filter { $0.mode != best.mode }.map {
            (mode, decision) -> ModeOutcome in
            switch decision {
            case .success(let order): .proven(order.offer)
            case .failure(let rejection):
                .refused(mode, label: rejection.label, reason: rejection.description)
            }
        }
        return chosen.with(others)
    }

    // MARK: With our own tokens

    private func inventory(
        _ order: SignedOrder, _ account: OperatorAccount, busy: Set<Address>,
        reserved: [Address: UInt256]
    ) -> [(mode: BundleMode, decision: Decision)] {
        let simulator = OrderInventorySimulator(base: atomic.simulator(order, account))
        let way: TargetWay
        do throws(AtomicRejection) {
            try atomic.admit(order)
            way = try self.way(of: order, simulator.base, busy: busy)
        } catch {
            return [(.inventory, .failure(error))]
        }
        func decision(_ choice: PositionChoice) -> Decision {
            Result { () throws(AtomicRejection) in
                .inventory(try best(way, choice, reserved: reserved, simulator))
            }
        }
        guard !way.pool.keptRanges.isEmpty else { return [(.inventory, decision(.any))] }
        return [(.inventory, decision(.new)), (.keptGrid, decision(.kept))]
    }

    /// The order's swap as a way through its pool. Gas is ours, so that none of it bounds a plan.
    private func way(
        of order: SignedOrder, _ simulator: AtomicSimulator, busy: Set<Address>
    ) throws(AtomicRejection) -> TargetWay {
        let probe = try atomic.probe(order, simulator)
        guard !busy.contains(probe.pool.address) else {
            throw .poolBusy(pool: probe.pool.address)
        }
        let swap = probe.swap
        return TargetWay(
            pool: probe.pool, zeroForOne: probe.zeroForOne,
            amountIn: (probe.zeroForOne ? swap.amount0 : swap.amount1).magnitude,
            amountOut: (probe.zeroForOne ? swap.amount1 : swap.amount0).magnitude, gasUsed: 0,
            gasLimit: head.nextBlock.gasLimit)
    }

    private func best(
        _ way: TargetWay, _ choice: PositionChoice, reserved: [Address: UInt256],
        _ simulator: OrderInventorySimulator
    ) throws(AtomicRejection) -> SimulatedOrderBundle {
        let option: JitPipeline.Option
        do throws(Rejection) {
            option = try JitPipeline(head: head, parameters: parameters, machine: machine)
                .option(way, choice, reserved: reserved, opening: nil)
        } catch {
            throw .common(error)
        }
        // The swap leaves us more of what came in: the fair price is worst where that is cheap.
        let worst =
            way.zeroForOne
            ? option.fairPrice.lowSqrtPriceX96 : option.fairPrice.highSqrtPriceX96
        var trials: [OrderInventorySimulator.Trial] = []
        var rejection: AtomicRejection?
        for plan in option.plans.prefix(parameters.simulatedCandidates) {
            do throws(AtomicRejection) {
                trials.append(try simulator.trial(of: plan, worstSqrtPriceX96: worst))
            } catch {
                rejection = rejection ?? error
            }
        }
        trials.sort { $0.profitAfterGasWei > $1.profitAfterGasWei }
        for trial in trials {
            do throws(AtomicRejection) {
                return try simulator.prove(trial)
            } catch {
                rejection = rejection ?? error
            }
        }
        throw rejection ?? .noProfitableRange
    }
}
