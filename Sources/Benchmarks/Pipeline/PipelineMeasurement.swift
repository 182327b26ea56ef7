import EVM
import Ethereum
import NIOCore
import Relay
import Strategy
import Wire

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The way of pending transactions from their bytes to the bytes of a signed request, timed stage
/// by stage: the calls that the hot loop makes, in its order, on one machine.
struct PipelineMeasurement {
    /// A moment by two clocks, in µs.
    struct Moment {
        var cpu: Double
        var wall: Double

        static var now: Moment {
            var (cpu, wall) = (timespec(), timespec())
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu)
            clock_gettime(CLOCK_MONOTONIC, &wall)
            return Moment(cpu: micros(cpu), wall: micros(wall))
        }

        private static func micros(_ time: timespec) -> Double {
            Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
        }

        static func - (later: Moment, earlier: Moment) -> Moment {
            Moment(cpu: later.cpu - earlier.cpu, wall: later.wall - earlier.wall)
        }
    }

    /// The stages of the way.
    enum Stage: String, CaseIterable {
        case read = "read the notification"
        case decide = "decide: probe, plan, simulate, prove"
        case sign = "sign open and close"
        case request = "write and sign the request"
    }

    /// One transaction's way.
    struct Way {
        var stages: [Stage: Moment] = [:]
        var whole = Moment(cpu: 0, wall: 0)
        /// The rejection's label; nil where there is a bundle.
        var rejection: String?
        /// Bytes of the request, with its signature.
        var requestBytes = 0
    }

    let scene: PipelineScene

    /// What is wrong with a message of the scene.
    struct Unreadable: Error {}

    /// All transactions, one after the other, so many times; the first time is not counted.
    func ways(rounds: Int) throws -> [Way] {
        let machine = VirtualMachine(block: scene.head.nextBlock, state: scene.head.state)
        var ways: [Way] = []
        for round in 0...rounds {
            for message in scene.messages {
                let way = try way(of: message, machine)
                if round > 0 { ways.append(way) }
            }
        }
        return ways
    }

    private func way(of message: ByteBuffer, _ machine: VirtualMachine) throws -> Way {
        var way = Way()
        let start = Moment.now
        guard case .pendingTransaction(let pending) = try scene.reader.read(message) else {
            throw Unreadable()
        }
        let target = PendingTransaction(signed: pending.signed, sender: pending.statedFrom)
        let read = Moment.now
        way.stages[.read] = read - start
        let pipeline = JitPipeline(
            head: scene.head, parameters: scene.parameters, machine: machine)
        let bundle: SimulatedBundle
        do throws(Rejection) {
            bundle = try pipeline.decide(target, account: scene.account)
        } catch {
            let end = Moment.now
            way.stages[.decide] = end - read
            way.whole = end - start
            way.rejection = error.label
            return way
        }
        let decided = Moment.now
        let signed = try SignedBundle(bundle, key: scene.operatorKey)
        let signing = Moment.now
        let request = SendBundleRequest(
            transactions: signed.transactions.map(\.raw), blockNumber: bundle.targetBlock,
            replacementUuid: BundleUuid.from(bundle.headHash))
        let body = JSONRPCCall("eth_sendBundle", request.params).body
        let header = FlashbotsSignature.headerValue(
            body: Array(body.readableBytesView), key: scene.relayKey)
        let end = Moment.now
        way.stages[.decide] = decided - read
        way.stages[.sign] = signing - decided
        way.stages[.request] = end - signing
        way.whole = end - start
        way.requestBytes = body.readableBytes + header.utf8.count
        return way
    }

    /// What one recovery of a signer costs, in µs of CPU: the unit. Median over the scene's
    /// transactions.
    func recoverMicros() throws -> Double {
        var times: [Double] = []
        for message in scene.messages {
            guard case .pendingTransaction(let pending) = try scene.reader.read(message) else {
                throw Unreadable()
            }
            let start = Moment.now
            _ = try pending.signed.sender()
            times.append((Moment.now - start).cpu)
        }
        return Quantiles(times)[0.5]
    }
}
