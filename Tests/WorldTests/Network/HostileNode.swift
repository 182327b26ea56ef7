import Bot
import Ethereum
import JSON
import NIOCore
import TestSupport
import Wire

/// A node that lies, in front of a devnet: it damages some answers, announces what it is told to,
/// and can deny that there are blocks. It lives on the devnet's loop.
final class HostileNode {
    /// One of so many answers is damaged; 0 for none.
    var damagedOneIn = 0
    /// Whether every block is another one than it was.
    var deniesBlocks = false
    private(set) var damagedAnswers = 0
    private var damage: Damage
    private let devnet: JSONRPCClient
    private var peers: [JSONRPCPeer] = []

    init(_ devnet: JSONRPCClient, seed: UInt64) {
        self.devnet = devnet
        damage = Damage(seed: seed)
    }

    /// Starts it as a server on the loop.
    static func start(
        _ stage: DevnetStage, seed: UInt64
    ) throws -> (node: NIOLoopBound<HostileNode>, server: JSONRPCServer) {
        let loop = stage.loop
        let upstream = JSONRPCClient(
            try HTTPConnection(DevnetStage.endpoint(stage.server.rpcPort), on: loop))
        let node = try loop.submit {
            NIOLoopBound(HostileNode(upstream, seed: seed), eventLoop: loop)
        }.wait()
        let server = try JSONRPCServer.start(
            on: loop, makeHandler: { { node.value.answer($0, $1) } }
        ).wait()
        return (node, server)
    }

    private func answer(_ request: JSONRPCRequest, _ peer: JSONRPCPeer) -> JSONRPCReply {
        switch request.method {
        case "eth_subscribe":
            guard request.params[0] == "newHeads" else { return .result("0x2") }
            peers.append(peer)
            return .result("0x1")
        case "eth_getBlockByNumber" where deniesBlocks: return .result(.null)
        default:
            return .later(
                devnet.call(request.method, request.params).map { [self] in
                    guard damagedOneIn > 0, damage.below(damagedOneIn) == 0 else { return $0 }
                    damagedAnswers += 1
                    return damage.damaged($0)
                })
        }
    }

    /// Announces a head as it is.
    func announce(head: JSON) { notify("0x1", head) }

    /// Announces a head with fields changed and a hash that fits, where it can have one.
    func announceForged(head: JSON) {
        var forged = damage.damaged(head)
        if let hash = HeadMessage.hash(ofForged: forged), var members = forged.object {
            members.removeAll { $0.key == "hash" }
            members.append(.init("hash", .hash(hash)))
            forged = .object(members)
        }
        notify("0x1", forged)
    }

    /// Announces a damaged transaction.
    func announceForged(transaction: JSON) { notify("0x2", damage.damaged(transaction)) }

    private func notify(_ id: JSON, _ result: JSON) {
        for peer in peers {
            peer.notify([
                "jsonrpc": "2.0", "method": "eth_subscription",
                "params": ["subscription": id, "result": result],
            ])
        }
    }
}

extension HeadMessage {
    /// The hash that a header of these fields has; nil where they are no header.
    static func hash(ofForged head: JSON) -> Hash32? {
        guard let members = head.object else { return nil }
        let stated = JSON.object(
            members.filter { $0.key != "hash" } + [.init("hash", .hash(.zero))])
        let message = JSON.object([
            .init("jsonrpc", "2.0"), .init("method", "eth_subscription"),
            .init("params", ["subscription": "0x1", "result": stated]),
        ])
        var reader = HotMessageReader()
        reader.register("0x1", as: .newHeads)
        let read = try? message.bytes.withUnsafeBytes { (bytes) throws(HotMessageError) in
            try reader.read(bytes)
        }
        guard case .newHead(let head)? = read else { return nil }
        return head.header.hash
    }
}
