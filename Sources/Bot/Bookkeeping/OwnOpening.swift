import Contracts
import Ethereum
import JSON
import Wire

/// An `open` of ours that stands in the chain, as its calldata describes it.
struct OwnOpening: Equatable {
    var transaction: Hash32
    var sender: Address
    /// The pool's contract.
    var pool: Address
    var poolArguments: JitExecutor.PoolArguments
    var positions: [JitPosition]
    /// What it paid, where the contract did not store it.
    var paid: JitExecutor.Paid?

    /// What this calldata opens, if it is an `open` on a pool that is followed; nil for positions
    /// that are meant to stay.
    init?(
        transaction: Hash32, sender: Address, data: [UInt8], _ configuration: BotConfiguration
    ) {
        // The contract lets dust alone be kept (JitError 55).
        guard let opened = JitExecutor.opened(by: data), !opened.keeps,
            let followed = configuration.pools.first(where: {
                $0.key.token0 == opened.pool.token0 && $0.key.token1 == opened.pool.token1
                    && $0.key.feePips == opened.pool.fee
            })
        else { return nil }
        self.transaction = transaction
        self.sender = sender
        pool = followed.address
        poolArguments = opened.pool
        positions = opened.positions
        paid = opened.paid
    }

    /// The openings of a block that succeeded and that no later transaction of an operator in it
    /// closed or took out. What was opened to be kept, a grid's dust, is none of them.
    ///
    /// It is read from the chain and not from the books, so that an opening is found whatever was
    /// written down before a process ended.
    static func all(
        in block: JSON, _ receipts: JSON, _ configuration: BotConfiguration
    ) throws -> [OwnOpening] {
        let operators = Set(configuration.operators.map(\.address))
        var open: [OwnOpening] = []
        for (transaction, receipt) in zip(
            block["transactions"]?.array ?? [], receipts.array ?? [])
        {
            guard let sender = transaction["from"]?.address, operators.contains(sender),
                receipt["status"]?.quantity == .one,
                transaction["to"]?.address == configuration.executor
            else { continue }
            guard let hash = transaction["hash"]?.hash, let data = transaction["input"]?.data
            else { throw BlockEntries.Malformed(what: "a transaction of an operator") }
            if let closed = JitExecutor.closed(by: data) {
                open.removeAll {
                    $0.poolArguments == closed.pool && $0.positions == closed.positions
                }
            } else if let opening = OwnOpening(
                transaction: hash, sender: sender, data: data, configuration)
            {
                open.append(opening)
            }
        }
        return open.sorted { $0.sender < $1.sender }
    }
}
