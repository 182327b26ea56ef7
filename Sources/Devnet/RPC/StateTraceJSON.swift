import EVM
import Ethereum
import JSON
import Wire

/// Accounts as geth's `prestateTracer` writes them.
enum StateTraceJSON {
    /// Accounts as they were: balance, nonce, code and the slots that were named.
    static func prestate(_ accounts: [TracedAccount]) -> JSON {
        .object(
            accounts.map { traced in
                var members: [JSON.Member] = [
                    .init("balance", .quantity(traced.account?.balance ?? .zero))
                ]
                if let account = traced.account, account.nonce > 0 {
                    members.append(.init("nonce", .integer(account.nonce)))
                }
                if !traced.code.bytes.isEmpty { members += code(traced.code) }
                if !traced.storage.isEmpty {
                    members.append(.init("storage", words(traced.storage)))
                }
                return .init(traced.address.description, .object(members))
            })
    }

    /// What changed, before and after: fields that did not change are absent after, accounts that
    /// did not change from both. A slot that becomes 0 stands in `pre` alone, one that was 0 in
    /// `post`.
    static func difference(before: [TracedAccount], after: [TracedAccount]) -> JSON {
        var pre: [JSON.Member] = []
        var post: [JSON.Member] = []
        for (old, new) in zip(before, after) where old != new {
            let name = old.address.description
            let changed = zip(old.storage, new.storage).filter { $0.value != $1.value }
            let oldSlots = changed.map(\.0).filter { !$0.value.isZero }
            let newSlots = changed.map(\.1).filter { !$0.value.isZero }
            if let account = old.account {
                var members: [JSON.Member] = [.init("balance", .quantity(account.balance))]
                if account.nonce > 0 { members.append(.init("nonce", .integer(account.nonce))) }
                if !old.code.bytes.isEmpty { members += code(old.code) }
                if !oldSlots.isEmpty { members.append(.init("storage", words(oldSlots))) }
                pre.append(.init(name, .object(members)))
            }
            guard let account = new.account else { continue }
            var members: [JSON.Member] = []
            if old.account?.balance != account.balance {
                members.append(.init("balance", .quantity(account.balance)))
            }
            if old.account?.nonce ?? 0 != account.nonce {
                members.append(.init("nonce", .integer(account.nonce)))
            }
            if old.code != new.code { members += code(new.code) }
            if !newSlots.isEmpty { members.append(.init("storage", words(newSlots))) }
            post.append(.init(name, .object(members)))
        }
        return ["pre": .object(pre), "post": .object(post)]
    }

    private static func code(_ code: Code) -> [JSON.Member] {
        [.init("code", .data(code.bytes)), .init("codeHash", .hash(code.hash))]
    }

    private static func words(_ slots: [(slot: UInt256, value: UInt256)]) -> JSON {
        .object(slots.map { .init($0.slot.hexWord, .string($0.value.hexWord)) })
    }
}
