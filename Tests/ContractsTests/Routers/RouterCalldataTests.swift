import Contracts
import Ethereum
import Testing

@Suite("RouterCalldata")
struct RouterCalldataTests {
    static let weth = Address(word: 0xAAAA)
    static let usdc = Address(word: 0xBBBB)
    static let dai = Address(word: 0xCCCC)
    static let path = weth.bytes + [0, 0x0b, 0xb8] + usdc.bytes + [0, 1, 0xf4] + dai.bytes

    /// A V3_SWAP_EXACT_IN's input, in the form of version 1 or of 2.1.
    static func exactIn(newForm: Bool = false) throws -> [UInt8] {
        var values: [ABIValue] = [
            .address(Address(word: 1)), .uint(1000), .uint(990), .bytes(path), .bool(true),
        ]
        var types: [ABIType] = [.address, .uint(bits: 256), .uint(bits: 256), .bytes, .bool]
        if newForm {
            values.append(.array([.uint(7)]))
            types.append(.array(of: .uint(bits: 256)))
        }
        return try ABI.encode(values, as: types)
    }

    static func plan(_ commands: [UInt8], _ inputs: [[UInt8]]) throws -> [UInt8] {
        try ABI.encode(
            "execute(bytes,bytes[],uint256)",
            [.bytes(commands), .array(inputs.map { .bytes($0) }), .uint(99)])
    }

    @Test("a plan's swap is read in both forms of its input", arguments: [false, true])
    func swap(newForm: Bool) throws {
        let call = RouterCalldata.decode(try Self.plan([0x80], [Self.exactIn(newForm: newForm)]))
        guard case .plan(let plan) = call else {
            Issue.record("\(call)")
            return
        }
        #expect(plan.deadline == 99 && plan.steps.count == 1)
        #expect(plan.steps[0].allowsRevert && plan.steps[0].opcode == 0)
        let swap = try #require(call.swaps.first)
        #expect(swap.tokens == [Self.weth, Self.usdc, Self.dai] && swap.feesPips == [3000, 500])
        #expect(swap.isExactInput && swap.amount == 1000 && swap.bound == 990)
        #expect(!call.isOpaque)
        guard case .arguments(let arguments) = plan.steps[0].content else { return }
        #expect(arguments.map(\.name).contains("minHopPriceX36") == newForm)
    }

    @Test("plans within plans are opened, to a depth")
    func nested() throws {
        var commands: [UInt8] = [0x00]
        var input = try Self.exactIn()
        for depth in 1...12 {
            input = try ABI.encode(
                [.bytes(commands), .array([.bytes(input)])], as: [.bytes, .array(of: .bytes)])
            commands = [0x21]
            let call = RouterCalldata.decode(try Self.plan(commands, [input]))
            #expect(call.swaps.count == (depth < RouterCalldata.maximumDepth ? 1 : 0), "\(depth)")
            #expect(call.isOpaque == call.swaps.isEmpty)
        }
    }

    @Test("a multicall's calls are read, an exact output's route backwards")
    func multicall() throws {
        let inner = try ABI.encode(
            "exactOutput((bytes,address,uint256,uint256))",
            [.tuple([.bytes(Self.path), .address(Self.dai), .uint(5), .uint(6)])])
        let refund = try ABI.encode("refundETH()", [])
        let call = RouterCalldata.decode(
            try ABI.encode(
                "multicall(uint256,bytes[])",
                [.uint(7), .array([.bytes(inner), .bytes(refund)])]))
        guard case .multicall(_, 7, let calls) = call else {
            Issue.record("\(call)")
            return
        }
        #expect(calls.count == 2 && !call.isOpaque)
        let swap = try #require(call.swaps.first)
        #expect(!swap.isExactInput && swap.amount == 5 && swap.bound == 6)
        #expect(swap.tokens == [Self.dai, Self.usdc, Self.weth] && swap.feesPips == [500, 3000])
    }

    @Test("what is not understood is opaque, never a swap and never an end")
    func opaque() throws {
        let unknown: [UInt8] = [1, 2, 3, 4, 5]
        #expect(RouterCalldata.decode(unknown) == .opaque(calldata: unknown))
        #expect(RouterCalldata.decode([]).isOpaque && RouterCalldata.decode([0x35]).isOpaque)
        #expect(RouterCalldata.decode(try Self.plan([0x3e], [[]])).isOpaque)
        // As many commands as inputs, and a path of whole hops.
        #expect(RouterCalldata.decode(try Self.plan([0, 0], [Self.exactIn()])).isOpaque)
        let whole = try Self.plan([0], [Self.exactIn()])
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(RouterCalldata.decode(Array(whole.prefix(length))).swaps.isEmpty)
        }
        #expect(RouterCalldata.decode(whole).swaps.count == 1)
        #expect(SwapPath(packed: Array(Self.path.dropLast())) == nil)
        #expect(SwapPath(packed: Array(Self.path.prefix(20))) == nil)
    }

    @Test("every declaration of the tables is one")
    func tables() {
        #expect(RouterCalldata.isRouterCall([0x41, 0x4b, 0xf3, 0x89]))
        #expect(RouterCalldata.isRouterCall([0x04, 0xe4, 0x5a, 0xaf]))
        #expect(RouterCalldata.isRouterCall([0x35, 0x93, 0x56, 0x4c]))
        #expect(!RouterCalldata.isRouterCall([0xa9, 0x05, 0x9c, 0xbb]))
        #expect(RouterCalldata.functionCount == 30 && RouterCalldata.commandCount == 21)
    }
}
