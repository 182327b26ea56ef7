import Ethereum

/// A block as the network carries it, with its parent's header: all that execution needs beside the
/// state.
public struct NetworkBlock: Sendable {
    /// A block that lost against one of its height and was named by a later one, before Paris.
    public struct Ommer: Equatable, Sendable {
        public var number: UInt64
        public var miner: Address

        public init(number: UInt64, miner: Address) {
            self.number = number
            self.miner = miner
        }
    }

    public var chainId: UInt64
    public var header: BlockHeader
    public var parent: BlockHeader
    public var transactions: [SignedTransaction]
    public var withdrawals: [Withdrawal]
    public var ommers: [Ommer]

    public init(
        chainId: UInt64, header: BlockHeader, parent: BlockHeader,
        transactions: [SignedTransaction], withdrawals: [Withdrawal] = [], ommers: [Ommer] = []
    ) {
        self.chainId = chainId
        self.header = header
        self.parent = parent
        self.transactions = transactions
        self.withdrawals = withdrawals
        self.ommers = ommers
    }

    /// Bytes of the block's RLP: header, transactions, ommers (none from Paris on), withdrawals.
    public var encodedSize: Int {
        var lists = RLPWriter(capacity: 1 << 16)
        lists.list { items in
            for transaction in transactions {
                // A legacy transaction is a list itself, others are byte strings in the list.
                if transaction.transaction.type == .legacy {
                    items.appendEncoded(transaction.raw)
                } else {
                    items.append(transaction.raw)
                }
            }
        }
        lists.list { _ in }
        if header.withdrawalsRoot != nil {
            lists.list { items in
                for withdrawal in withdrawals { items.appendEncoded(withdrawal.encoded) }
            }
        }
        let payload = header.encoded.count + lists.bytes.count
        let lengthBytes = (UInt64.bitWidth - UInt64(payload).leadingZeroBitCount + 7) / 8
        return payload + (payload < 56 ? 1 : 1 + lengthBytes)
    }
}
