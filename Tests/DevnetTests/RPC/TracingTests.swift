import Chain
import Devnet
import EVM
import Ethereum
import JSON
import Testing
import Wire

@Suite("Prestate tracer")
struct TracingTests {
    private let rpc = SmallChain.rpc()
    private let tracer: JSON = ["tracer": "prestateTracer"]
    private let diffTracer: JSON = [
        "tracer": "prestateTracer", "tracerConfig": ["diffMode": true],
    ]

    @Test("a transaction's prestate is what its execution read, as it was before")
    func prestate() throws {
        try rpc.send(SmallChain.transaction(0))
        try rpc.buildBlock()
        let second = try SmallChain.transaction(0, nonce: 1)
        try rpc.send(second)
        try rpc.buildBlock()
        let chain = rpc.node.chain
        let before = try #require(chain.state(after: 1))
        let trace = try rpc.ask("debug_traceTransaction", .hash(second.signed.hash), tracer)
        // The block's own call (EIP-4788) reads its caller and the contract of the beacon roots
        // besides.
        let caller = Address(hex: "0xfffffffffffffffffffffffffffffffffffffffe")
        let read = chain.head.accessed.entries.filter {
            $0.address != BeaconRoots.address && $0.address != caller
        }
        let traced = try #require(trace.object)
        #expect(Set(traced.map(\.key)) == Set(read.map(\.address.description)))
        for entry in read {
            let member = try #require(trace[entry.address.description])
            let account = before.account(entry.address)
            #expect(member["balance"] == .quantity(account?.balance ?? .zero))
            #expect(member["nonce"]?.uint64 ?? 0 == account?.nonce ?? 0)
            let slots = member["storage"]?.object ?? []
            #expect(slots.map(\.key) == entry.storage.map(\.slot.hexWord))
            for slot in entry.storage {
                #expect(
                    member["storage"]?[slot.slot.hexWord]?.string
                        == before.storage(entry.address, slot: slot.slot).hexWord)
            }
        }
        let counter = try #require(trace[SmallChain.counter.description])
        #expect(counter["storage"]?.object?.map(\.value.string) == [UInt256.one.hexWord])
        #expect(counter["code"] != nil)
    }

    @Test("a call's prestate is that of the transaction that it becomes")
    func calls() throws {
        let candidate = try SmallChain.transaction(0)
        let traced = try rpc.ask(
            "debug_traceCall",
            [
                "from": .address(candidate.sender), "to": .address(SmallChain.counter),
                "gas": .quantity(100_000 as UInt64),
            ], "latest", tracer)
        try rpc.send(candidate)
        try rpc.buildBlock()
        let mined = try rpc.ask("debug_traceTransaction", .hash(candidate.signed.hash), tracer)
        #expect(traced == mined)
        // Who names no price needs no ether; who names one does.
        let poor = JSON.address(SmallChain.wallet(9).address)
        let call: JSON = ["from": poor, "to": .address(SmallChain.counter)]
        #expect(try rpc.ask("debug_traceCall", call, "latest", tracer).object?.isEmpty == false)
        let priced: JSON = [
            "from": poor, "to": .address(SmallChain.counter), "gasPrice": "0x2540be400",
        ]
        #expect(throws: JSONRPCError.self) {
            try rpc.ask("debug_traceCall", priced, "latest", tracer)
        }
        #expect(throws: JSONRPCError.self) { try rpc.ask("debug_traceCall", call, "latest") }
    }

    @Test("the diffs of a block's transactions sum to the block's change of the state")
    func diffs() throws {
        let created = try SmallChain.transaction(
            2, to: nil, data: [0x60, 1, 0x5F, 0x55, 0x5F, 0x5F, 0xF3])
        for candidate in try [
            SmallChain.transaction(0), SmallChain.transaction(1), created,
            SmallChain.transaction(0, nonce: 1, to: Address(word: 0x77), value: 3),
            SmallChain.transaction(3, to: SmallChain.reverter),
            SmallChain.transaction(1, nonce: 1, to: SmallChain.coinbase, value: 9),
        ] {
            try rpc.send(candidate)
        }
        try rpc.buildBlock()
        let chain = rpc.node.chain
        #expect(chain.head.transactions.count == 6)
        var state = try #require(chain.state(after: 0))
        let traces = try rpc.ask("debug_traceBlockByNumber", "0x1", diffTracer)
        #expect(traces.array?.count == 6)
        for (index, trace) in (traces.array ?? []).enumerated() {
            #expect(trace["txHash"] == .hash(chain.head.transactions[index].signed.hash))
            try Self.apply(try #require(trace["result"]), to: &state)
        }
        // The block's own call writes to the contract of the beacon roots.
        let after = chain.state
        let addresses = Set(after.addresses).union(state.addresses)
        for address in addresses where address != BeaconRoots.address {
            #expect(state.account(address)?.balance == after.account(address)?.balance)
            #expect(state.account(address)?.nonce == after.account(address)?.nonce)
            #expect(
                state.storage(of: address).map { [$0.slot, $0.value] }
                    == after.storage(of: address).map { [$0.slot, $0.value] })
        }
        #expect(after.storage(SmallChain.counter, slot: .zero) == 2)
    }

    /// Does what a diff says, as a client does that keeps a state by diffs.
    private static func apply(_ diff: JSON, to state: inout WorldState) throws {
        for member in diff["pre"]?.object ?? [] {
            let address = try #require(Address(hex: member.key))
            let old = member.value
            #expect(old["balance"]?.quantity == state.account(address)?.balance)
            #expect(old["nonce"]?.uint64 ?? 0 == state.account(address)?.nonce)
            for slot in old["storage"]?.object ?? [] {
                let key = try #require(UInt256(hex: slot.key))
                #expect(slot.value.quantity == state.storage(address, slot: key))
                // Absent from `post`, it becomes 0.
                state.set(.zero, at: address, slot: key)
            }
            #expect(diff["post"]?[member.key] != nil, "no account is deleted here")
        }
        for member in diff["post"]?.object ?? [] {
            let address = try #require(Address(hex: member.key))
            var account = state.account(address) ?? Account()
            if let balance = member.value["balance"]?.quantity { account.balance = balance }
            if let nonce = member.value["nonce"]?.uint64 { account.nonce = nonce }
            state.set(account, at: address)
            for slot in member.value["storage"]?.object ?? [] {
                let key = try #require(UInt256(hex: slot.key))
                state.set(try #require(slot.value.quantity), at: address, slot: key)
            }
        }
    }
}
