import JSON
import NIOCore
import NIOHTTP1

/// Turns a body into calls of the handler, and what it says into the answer's body.
struct JSONRPCDispatch {
    let loop: any EventLoop
    let handler: JSONRPCHandler
    let limits: JSON.Limits
    let maximumBatch: Int

    /// The answer, nil where none is due: to notifications.
    enum Answer {
        case now(ByteBuffer?)
        case later(EventLoopFuture<ByteBuffer?>)
    }

    /// Calls the handler for everything in the body, in its order.
    func answer(
        _ body: ByteBuffer, headers: HTTPHeaders, transport: JSONRPCRequest.Transport,
        peer: JSONRPCPeer
    ) -> Answer {
        let envelope = JSONRPCEnvelope(body, limits: limits, maximumBatch: maximumBatch)
        let run = { (call: Result<JSONRPCEnvelope.Call, JSONRPCEnvelope.Refusal>) -> Reply in
            switch call {
            case .failure(let refusal):
                return .now(JSONRPC.answer(id: refusal.id, .failure(refusal.error)))
            case .success(let call):
                let request = JSONRPCRequest(
                    method: call.method, params: call.params, id: call.id, body: body,
                    headers: headers, transport: transport)
                return reply(handler(request, peer), id: call.id)
            }
        }
        switch envelope {
        case .single(let call):
            switch run(call) {
            case .now(let json): return .now(json?.buffer)
            case .later(let future): return .later(future.map { $0?.buffer })
            }
        case .batch(let calls): return batch(calls.map(run))
        }
    }

    private enum Reply {
        case now(JSON?)
        case later(EventLoopFuture<JSON?>)

        var json: JSON?? {
            if case .now(let json) = self { .some(json) } else { nil }
        }
    }

    private func reply(_ reply: JSONRPCReply, id: JSON?) -> Reply {
        switch reply {
        case .result(let result): return .now(id.map { JSONRPC.answer(id: $0, .success(result)) })
        case .failure(let error): return .now(id.map { JSONRPC.answer(id: $0, .failure(error)) })
        case .later(let future):
            let answer = future.map { result in
                id.map { JSONRPC.answer(id: $0, .success(result)) }
            }.flatMapErrorThrowing { error in
                let error = error as? JSONRPCError ?? .internalError("\(error)")
                return id.map { JSONRPC.answer(id: $0, .failure(error)) }
            }
            return .later(answer.hop(to: loop))
        }
    }

    /// An array of the answers in the order of the calls; nothing where all are notifications.
    private func batch(_ replies: [Reply]) -> Answer {
        let ready = replies.compactMap(\.json)
        if ready.count == replies.count { return .now(JSONRPCDispatch.array(ready)) }
        let futures = replies.map { reply in
            switch reply {
            case .now(let json): loop.makeSucceededFuture(json)
            case .later(let future): future
            }
        }
        return .later(
            EventLoopFuture.whenAllSucceed(futures, on: loop).map(JSONRPCDispatch.array))
    }

    private static func array(_ answers: [JSON?]) -> ByteBuffer? {
        let due = answers.compactMap { $0 }
        return due.isEmpty ? nil : JSON.array(due).buffer
    }
}
