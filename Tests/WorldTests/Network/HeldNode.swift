import Ethereum
import JSON
import NIOCore
import Synchronization
import Wire

/// A door before a devnet that notes what is asked of it about one contract's storage and about new
/// heads, and can hold the first question about that storage until the test lets it go. It answers
/// nothing itself.
final class HeldNode: Sendable {
    /// What was asked.
    enum Question: Equatable, Sendable {
        /// A word of the contract's storage.
        case slot
        /// What a new head changed.
        case head
    }

    private let contract: Address
    private let holds: Bool
    private let held: EventLoopPromise<Void>
    private let go: EventLoopPromise<Void>
    private let questions = Mutex<[Question]>([])

    init(watching contract: Address, holds: Bool, on loop: any EventLoop) {
        self.contract = contract
        self.holds = holds
        held = loop.makePromise()
        go = loop.makePromise()
    }

    /// Everything that was asked since the first question about the contract.
    var asked: [Question] {
        questions.withLock { Array($0.drop { $0 != .slot }) }
    }

    /// Answers by asking the devnet.
    func handler(_ devnet: JSONRPCClient) -> JSONRPCHandler {
        { [self] request, _ in
            let (method, params) = (request.method, request.params)
            let isFirst = note(method, params)
            guard holds, isFirst else { return .later(devnet.call(method, params)) }
            held.succeed()
            return .later(go.futureResult.flatMap { devnet.call(method, params) })
        }
    }

    /// Whether it is the first question about the contract.
    private func note(_ method: String, _ params: JSON) -> Bool {
        let question: Question
        switch method {
        case "eth_getStorageAt" where params[0]?.address == contract: question = .slot
        case "debug_traceBlockByHash": question = .head
        default: return false
        }
        return questions.withLock { questions in
            let isFirst = question == .slot && !questions.contains(.slot)
            questions.append(question)
            return isFirst
        }
    }

    /// Returns when the first question about the contract is held.
    func waitUntilHeld() throws { try held.futureResult.wait() }

    /// Lets it go.
    func release() { go.succeed() }

    /// Ends what still waits.
    func end() {
        held.succeed()
        go.succeed()
    }
}
