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

    @Test("V4 swaps and calls of position managers are named, and what they do stays opaque")
    func opaqueCommands() throws {
        let v4 = try ABI.encode(
            [.bytes([6, 12, 15]), .array([.bytes([1])])], as: [.bytes, .array(of: .bytes)])
        let call = RouterCalldata.decode(try Self.plan([0x10, 0x00], [v4, Self.exactIn()]))
        guard case .plan(let plan) = call else {
            Issue.record("\(call)")
            return
        }
        #expect(plan.steps[0].name == "V4_SWAP" && call.isOpaque && call.swaps.count == 1)
        // The flag is one bit, the command the other seven (version 2; before it were six).
        for byte: UInt8 in [0x21, 0xA1, 0x40, 0xC0, 0x7F] {
            let inner = try ABI.encode(
                [.bytes([0x00]), .array([.bytes(Self.exactIn())])],
                as: [.bytes, .array(of: .bytes)])
            let decoded = RouterCalldata.decode(try Self.plan([byte], [inner]))
            guard case .plan(let plan) = decoded else {
                Issue.record("\(byte)")
                continue
            }
            #expect(plan.steps[0].opcode == byte & 0x7F)
            #expect(plan.steps[0].allowsRevert == (byte >= 0x80))
            #expect(decoded.swaps.count == (byte & 0x7F == 0x21 ? 1 : 0))
        }
    }

    @Test("Permit2's batches are read", arguments: [1, 3])
    func permits(count: Int) throws {
        let detail: ABIValue = .tuple([
            .address(Self.weth), .uint(5), .uint(6), .uint(7),
        ])
        let permit = try ABI.encode(
            [
                .tuple([
                    .array(Array(repeating: detail, count: count)), .address(Self.dai), .uint(9),
                ]), .bytes([1, 2, 3]),
            ],
            as: [
                .tuple([
                    .array(
                        of: .tuple([
                            .address, .uint(bits: 160), .uint(bits: 48), .uint(bits: 48),
                        ])), .address, .uint(bits: 256),
                ]), .bytes,
            ])
        let call = RouterCalldata.decode(try Self.plan([0x03], [permit]))
        #expect(!call.isOpaque)
        guard case .plan(let plan) = call, case .arguments(let arguments) = plan.steps[0].content,
            case .record(let fields)? = arguments.first?.value,
            case .list(let details)? = fields.first?.value
        else {
            Issue.record("\(call)")
            return
        }
        #expect(details.count == count && plan.steps[0].name == "PERMIT2_PERMIT_BATCH")
    }

    @Test("hostile calldata takes no more time than its length allows, and never ends the process")
    func hostile() throws {
        let size = 128 * 1024
        let word = { (value: Int) in UInt256(UInt64(value)).bigEndianBytes }
        let multicall: [UInt8] = [0xAC, 0x96, 0x50, 0xD8]
        var bombs: [[UInt8]] = []
        // Thousands of calls that all refer to the same bytes, which are such a call again.
        for shared in [32, 1024, size / 2] {
            let count = (size - shared) / 32
            var bomb = multicall + word(32) + word(count)
            for _ in 0..<count { bomb += word(32 * count) }
            bomb += word(shared) + multicall + [UInt8](repeating: 0, count: shared)
            bombs.append(bomb)
        }
        // Calls within calls, as deep as the bytes reach.
        var deep: [UInt8] = [0x12, 0x21, 0x0E, 0x8A]
        while deep.count < size { deep = SwapRouter.multicall([deep]) }
        bombs.append(deep)
        // Offsets that point at themselves, before the beginning, and far behind the end.
        for offset in [UInt256.zero, 1, 31, 32, .max, UInt256(UInt64.max), UInt256.one << 63] {
            bombs.append(multicall + offset.bigEndianBytes + word(1) + offset.bigEndianBytes)
            bombs.append(multicall + word(32) + offset.bigEndianBytes + word(32))
        }
        // A plan of one command for every byte.
        var plan: [UInt8] = [0x24, 0x85, 0x6B, 0xC3] + word(64) + word(64 + 32 + size / 4)
        plan += word(size / 4) + [UInt8](repeating: 0x21, count: size / 4)
        plan += word(size / 4)
        for _ in 0..<size / 64 { plan += word(0) }
        bombs.append(plan)
        let start = ContinuousClock.now
        for bomb in bombs {
            let call = RouterCalldata.decode(bomb)
            #expect(call.swaps.isEmpty)
        }
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("damaged calls are read or not, and never end the process")
    func damaged() throws {
        let whole = try Self.plan(
            [0x00, 0x21],
            [
                Self.exactIn(newForm: true),
                ABI.encode(
                    [.bytes([0x00]), .array([.bytes(Self.exactIn())])],
                    as: [.bytes, .array(of: .bytes)]),
            ])
        for index in whole.indices {
            for value: UInt8 in [0x00, 0x01, 0x20, 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[index] = value
                _ = RouterCalldata.decode(bytes).swaps
            }
        }
        #expect(RouterCalldata.decode(whole).swaps.count == 2)
    }
}
