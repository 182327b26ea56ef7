import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// What the search for the best range costs, by the length of the swap's way.
struct PlannerMeasurement {
    /// One search.
    struct Search {
        /// Spacings from the price before to the price after.
        var spacings: Int
        /// The thread's CPU time, in µs.
        var micros: Double
        /// Whether a plan was found.
        var found: Bool
    }

    let scene: PipelineScene

    /// Every swap's search, so many times; the first time is not counted.
    func searches(rounds: Int) throws -> [Search] {
        let machine = VirtualMachine(block: scene.head.nextBlock, state: scene.head.state)
        var searches: [Search] = []
        for message in scene.messages {
            guard case .pendingTransaction(let pending) = try scene.reader.read(message) else {
                throw PipelineMeasurement.Unreadable()
            }
            let target = PendingTransaction(signed: pending.signed, sender: pending.statedFrom)
            guard let found = try? SwapProbe.run(target, on: scene.head, machine: machine),
                let probe = try? found.ways(
                    weth: scene.head.weth,
                    calls: RouterCalldata.decode(target.signed.transaction.data).swaps
                ).first, let fairPrice = probe.pool.fairPrice,
                let state = try PoolState(
                    key: probe.pool.key, window: .words(2),
                    reading: { (slot: UInt256) throws(StateNotLoaded) -> UInt256 in
                        try machine.storage(probe.pool.address, slot: slot)
                    })
            else { continue }
            let passive = try state.swap(
                zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified)
            let optimizer = PositionOptimizer(
                probe: probe, state: state, fairPrice: fairPrice,
                wethIsToken0: probe.pool.key.token0 == scene.head.weth,
                available0: probe.pool.maxDeposit0, available1: probe.pool.maxDeposit1)
            for round in 0...rounds {
                let start = PipelineMeasurement.Moment.now
                let plans = try? optimizer.rankedPlans()
                let took = PipelineMeasurement.Moment.now - start
                guard round > 0 else { continue }
                searches.append(
                    Search(
                        spacings: Int(
                            (passive.tickAfter - state.tick).magnitude
                                / state.tickSpacing.magnitude),
                        micros: took.cpu, found: plans != nil))
            }
        }
        return searches
    }
}
