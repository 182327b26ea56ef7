import EVM
import Ethereum
import JSON
import NIOCore
import Relay
import Store
import Strategy
import Wire

/// Something about an order that the loop is to do, one after the other.
enum OrderJob {
    /// Execute it and take it in, or say why not; after so many round trips.
    case admit(SignedOrder, EventLoopPromise<Void>, round: Int = 0)
    /// Decide upon it on the present head.
    case decide(Hash32, round: Int = 0)

    static let waitingLimit = 64
    /// Round trips for taking an order in: one with the trace of all that it reads, and what a
    /// variation reads besides. Nobody has paid for them.
    static let admissionRoundLimit = 4
    /// Round trips for deciding upon one on a head, at most; it is dropped where they do not do. A
    /// lender that is new to the bot takes up to twelve: his proxies lead from one to the next.
    static let decisionRoundLimit = 24
}

extension HotLoop {
    /// Takes a client's order in: succeeds when it was executed and waits to be served, fails with
    /// a `JSONRPCError`.
    func takeIn(_ order: SignedOrder, from client: String) -> EventLoopFuture<Void> {
        do throws(JSONRPCError) {
            guard configuration.atomic != nil else {
                throw .server("the atomic mode is not set up")
            }
            try requireRoom(order)
            do throws(OrderReputation.Refusal) {
                try reputation.spend(
                    client: client, account: order.account, entities: order.entities)
            } catch {
                throw JSONRPCError(code: OrderError.throttled, message: "\(error)")
            }
            guard orderJobs.count < OrderJob.waitingLimit else {
                throw .server("\(OrderJob.waitingLimit) orders are being looked at")
            }
            let promise = loop.makePromise(of: Void.self)
            orderJobs.append(.admit(order, promise))
            drain()
            return promise.futureResult
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    private func requireRoom(_ order: SignedOrder) throws(JSONRPCError) {
        do throws(OrderBook.Full) {
            try orders.admit(order)
        } catch {
            switch error {
            case .book(let limit): throw .server("\(limit) orders wait already")
            case .account(let waiting):
                throw JSONRPCError(
                    code: OrderError.throttled,
                    message: "another order of \(order.account) waits: \(waiting)")
            }
        }
    }

    /// A new head: every open order is decided upon again, in turns with the mempool.
    func beginOrders() {
        let block = (head?.number ?? 0) + 1
        reputation.beginHead()
        orderPurse.beginHead()
        isMempoolsTurn = false
        if block % 300 == 1 { reputation.decay() }
        orderJobs.removeAll { if case .decide = $0 { true } else { false } }
        for hash in orders.open(isKnown: reputation.hasLanded) {
            guard let entry = orders[hash] else { continue }
            if block >= entry.notBefore,
                reputation.maySend(for: entry.order.entities, in: block)
            {
                orderJobs.append(.decide(hash))
            } else {
                // Its bundles have kept pools from others, and none has landed.
                postpone(hash, "backing_off")
            }
        }
    }

    /// Not decided upon behind this head.
    private func postpone(_ hash: Hash32, _ outcome: String) {
        orders.decided(hash, outcome, for: (head?.number ?? 0) + 1, isSent: false)
        answered(hash, outcome)
    }

    func perform(_ job: OrderJob) {
        switch job {
        case .admit(let order, let promise, let round): validate(order, promise, round: round)
        case .decide(let hash, let round):
            guard let entry = orders[hash], entry.state.isOpen else { return finishOrder() }
            decide(entry.order, round: round)
        }
    }

    private func finishOrder() {
        isBusy = false
        drain()
    }

    // MARK: Taking in

    private func validate(_ order: SignedOrder, _ promise: EventLoopPromise<Void>, round: Int) {
        guard let terms = configuration.atomic else { return finishOrder() }
        let attempt = onHead(for: .admission) { state, machine, budget -> JSONRPCError? in
            do throws(OrderRefusal) {
                try OrderValidation(
                    head: state, machine: machine,
                    submitter: self.account((try? self.live.account()) ?? 0),
                    terms: terms, budget: budget
                ).validate(order)
                return nil
            } catch {
                return OrderError.of(error, order.form)
            }
        }
        switch attempt {
        case .noHead:
            promise.fail(JSONRPCError.server("no head yet"))
            finishOrder()
        case .noBudget:
            promise.fail(
                JSONRPCError(
                    code: OrderError.throttled,
                    message: "no time for more orders before the next block"))
            finishOrder()
        case .incomplete(let missing):
            retry(
                missing, order, round, OrderJob.admissionRoundLimit,
                gasLimit: OrderValidation.standardGasLimit,
                as: .admit(order, promise, round: round + 1)
            ) { [self] in
                validate(order, promise, round: round + 1)
            } failed: { [self] reason in
                promise.fail(JSONRPCError.internalError(reason))
                finishOrder()
            }
        case .done(let refusal?):
            observe(.orderRefused(order, code: refusal.code, reason: refusal.message))
            promise.fail(refusal)
            finishOrder()
        case .done(nil):
            reputation.validated(order.entities)
            // The same order, or another of the account's, may have come in while this one was
            // executed.
            if orders[order.hash]?.state.isOpen == true {
                promise.succeed(())
                return finishOrder()
            }
            do throws(JSONRPCError) {
                try requireRoom(order)
            } catch {
                promise.fail(error)
                return finishOrder()
            }
            orders.insert(order)
            observe(.orderTaken(order))
            promise.succeed(())
            decide(order, round: 0)
        }
    }

    // MARK: Deciding

    private func decide(_ order: SignedOrder, round: Int) {
        guard let terms = configuration.atomic else { return finishOrder() }
        typealias Decision = Result<SimulatedOrder, AtomicRejection>
        let attempt = onHead(for: .decision) { state, machine, budget -> Decision in
            Result { () throws(AtomicRejection) in
                let index: Int
                do throws(Rejection) {
                    index = try self.live.accountForOrder()
                } catch {
                    throw .common(error)
                }
                let atomic = AtomicPipeline(
                    head: state, terms: terms, parameters: self.configuration.parameters,
                    machine: machine, budget: budget)
                return try self.orderPipeline(state, machine, atomic).decide(
                    order, account: self.account(index), busy: self.live.busyPools,
                    reserved: self.live.reserved(besides: nil))
            }
        }
        switch attempt {
        case .noHead: finishOrder()
        case .noBudget:
            postpone(order.hash, "no_budget")
            finishOrder()
        case .incomplete(let missing):
            if round >= OrderJob.decisionRoundLimit {
                orders.set(order.hash, .dropped(reason: Self.tooManyRounds(round)))
            }
            retry(
                missing, order, round, OrderJob.decisionRoundLimit,
                gasLimit: AtomicPipeline.orderGasLimit,
                as: .decide(order.hash, round: round + 1)
            ) { [self] in
                decide(order, round: round + 1)
            } failed: { [self] reason in
                observe(.failed(what: "missing state of \(order.hash): \(reason)"))
                answered(order.hash, "state_unreachable")
                finishOrder()
            }
        case .done(let decision): conclude(order, decision)
        }
    }

    private func conclude(
        _ order: SignedOrder, _ decision: Result<SimulatedOrder, AtomicRejection>
    ) {
        let block = (head?.number ?? 0) + 1
        switch decision {
        case .failure(let rejection):
            observe(.orderDeclined(order, block: block, rejection))
            record(order, block, rejection)
            orders.decided(order.hash, rejection.label, for: block, isSent: false)
            switch rejection {
            // Alone it fails: its nonce is spent, or its signers have taken it back. Or it is for
            // nobody whom the owner serves.
            case .orderFails, .orderExpired, .targetNotAllowed:
                orders.set(order.hash, .dropped(reason: "\(rejection)"))
            // It does not allow to be called by us, or does nothing then.
            case .orderFailsWithin, .flashFails(_, jitError: 46, _):
                orders.failedWithin(order.hash, reason: "\(rejection)")
            default: break
            }
            answered(order.hash, rejection.label)
            finishOrder()
        case .success(let bundle):
            let sends = !configuration.simulates && !isHalted
            observe(bundle.event(sent: sends))
            let opportunity = record(bundle, label: sends ? "sent" : "simulated")
            orders.decided(
                order.hash, sends ? "sent" : "simulated", for: block, isSent: sends)
            guard sends else {
                answered(order.hash, "simulated")
                return finishOrder()
            }
            send(bundle, opportunity: opportunity).whenComplete { [self] _ in
                answered(order.hash, "sent")
                finishOrder()
            }
        }
    }

    /// A bundle of an order landed, or its block is gone.
    func orderResolved(_ order: Hash32, _ state: BundleState, transaction: Hash32) {
        guard let entry = orders[order] else { return }
        switch state {
        case .landed(let block, _):
            orders.set(order, .landed(block: block.number, transaction: transaction))
            reputation.landed(entry.order.entities)
        case .lost:
            guard entry.state.isOpen else { return }
            orders.lost(order, in: head?.number ?? 0)
            reputation.lost(entry.order.entities, in: head?.number ?? 0)
        case .orphaned: orders.set(order, .waiting)
        case .built, .sent, .unwound: break
        }
    }

    // MARK: Executing on what is known

    /// What came of an execution on the known state.
    enum Attempt<Value> {
        case noHead
        /// What orders may take behind this head is spent.
        case noBudget
        case done(Value)
        /// State is missing: it has shown nothing.
        case incomplete(Set<StateKey>)
    }

    /// Executes on the head, within what is left for orders behind it.
    private func onHead<Value>(
        for work: OrderPurse.Work, _ body: (HeadState, VirtualMachine, OrderBudget) -> Value
    ) -> Attempt<Value> {
        guard let (state, missing) = speculativeHead() else { return .noHead }
        let machine = reusedMachine(state)
        guard let value = orderPurse.spend(on: work, { body(state, machine, $0) }) else {
            return .noBudget
        }
        return missing.all.isEmpty ? .done(value) : .incomplete(missing.all)
    }

    private static func tooManyRounds(_ limit: Int) -> String {
        "its state leads from one key to the next, through more than \(limit) round trips"
    }

    /// Fetches what is missing and goes on with `again`, or, where a head came meanwhile, queues
    /// the job behind it. `gasLimit` is what the order was executed with: it can see it.
    private func retry(
        _ missing: Set<StateKey>, _ order: SignedOrder, _ round: Int, _ limit: Int,
        gasLimit: UInt64, as job: OrderJob, again: @escaping () -> Void,
        failed: @escaping (String) -> Void
    ) {
        guard round < limit else { return failed(Self.tooManyRounds(limit)) }
        let call: JSON = [
            "from": .address(account((try? live.account()) ?? 0).address),
            "to": .address(order.target), "input": .data(order.calldata),
            "gas": .quantity(min(gasLimit, head?.gasLimit ?? gasLimit)),
        ]
        fetch(missing, tracing: round == 0 ? call : nil).whenComplete { [self] result in
            switch result {
            case _ where headWaits:
                orderJobs.append(job)
                finishOrder()
            case .success: again()
            case .failure(let error): failed("\(error)")
            }
        }
    }

    // MARK: Books

    private func record(_ order: SignedOrder, _ block: UInt64, _ rejection: AtomicRejection) {
        let now = nowUnixMs()
        _ = keep("recording an opportunity") {
            try ledger.recordOpportunity(
                OpportunityRecord(
                    targetBlock: block, transactionHash: order.hash, pool: nil, amountInRaw: nil,
                    outcomeLabel: rejection.label, reason: rejection.description, plan: nil,
                    seenAtUnixMs: now, decidedAtUnixMs: now))
        }
    }
}
