import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Contracts that pass for pools: they answer `token0()`, `token1()` and `fee()` as a pool does and
/// write its event.
@Suite("Look-alikes of pools")
struct LookAlikeTests {
    private static let selectors = ["token0()", "token1()", "fee()"].map { Selector($0).value }

    /// Runtime code that answers these three calls with constants, and any other call with a
    /// `Swap` event of zeros.
    private static func runtime(_ answers: [UInt256]) -> [UInt8] {
        // PUSH0 CALLDATALOAD PUSH1 E0 SHR: the selector.
        var code: [UInt8] = [0x5F, 0x35, 0x60, 0xE0, 0x1C]
        for (selector, answer) in zip(selectors, answers) {
            let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: selector >> $0) }
            // DUP1 PUSH4 selector EQ ISZERO PUSH2 next JUMPI
            code += [0x80, 0x63] + bytes + [0x14, 0x15]
            let next = code.count + 4 + 33 + 6
            code += [0x61, UInt8(next >> 8), UInt8(next & 0xFF), 0x57]
            // PUSH32 answer PUSH0 MSTORE PUSH1 20 PUSH0 RETURN
            code += [0x7F] + answer.bigEndianBytes + [0x5F, 0x52, 0x60, 0x20, 0x5F, 0xF3]
            code += [0x5B]
        }
        // LOG3 with 160 bytes of zeros.
        return code + [0x5F, 0x5F, 0x7F] + UniswapV3PoolContract.swapTopic.bytes
            + [0x60, 0xA0, 0x5F, 0xA3, 0x00]
    }

    private static func creation(_ runtime: [UInt8]) -> [UInt8] {
        let size = [UInt8(runtime.count >> 8), UInt8(runtime.count & 0xFF)]
        // PUSH2 size DUP1 PUSH1 0B PUSH0 CODECOPY PUSH0 RETURN STOP
        return [0x61] + size + [0x80, 0x60, 0x0B, 0x5F, 0x39, 0x5F, 0xF3, 0x00] + runtime
    }

    private static func probe(_ scene: Scene, _ target: PendingTransaction) throws -> Rejection? {
        let head = try scene.head()
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        do throws(Rejection) {
            _ = try SwapProbe.run(target, on: head, machine: machine)
            return nil
        } catch { return error }
    }

    @Test("one that names the real pool's tokens and fee is none: it is not where that pool is")
    func liar() throws {
        var scene = try Scene(.standard())
        let key = scene.world.key
        let code = Self.runtime([key.token0.word, key.token1.word, UInt256(UInt64(key.feePips))])
        let created = try scene.send(.stranger, to: nil, data: Self.creation(code))
        let liar = try #require(created.createdAddress)
        try scene.seal()
        // It answers as the pool does, and the event is the pool's.
        let answer = try scene.machine.call(
            from: .zero, to: liar, value: .zero, data: Calldata(Selector("fee()")).bytes,
            gasLimit: 100_000)
        #expect(ABIWords(answer.output)[0] == 3000)
        let target = try scene.pending([1, 2, 3, 4], to: liar)
        let alone = try scene.send(.stranger, to: liar, data: [1, 2, 3, 4])
        #expect(alone.logs.first.flatMap { UniswapV3PoolContract.Swap($0) } != nil)
        #expect(try Self.probe(scene, target) == .noSwap)
        #expect(try Self.probe(scene, scene.pendingSale()) == nil)
    }

    @Test("answers of another kind are borne: none, too wide, tokens in the wrong order")
    func strange() throws {
        let wide: [[UInt256]] = [
            [.max, .max, .max], [2, 1, 500], [1, 2, .max], [1, 2, 1_000_000], [0, 0, 0],
        ]
        for answers in wide {
            var scene = try Scene(.standard())
            let created = try scene.send(
                .stranger, to: nil, data: Self.creation(Self.runtime(answers)))
            let address = try #require(created.createdAddress)
            try scene.seal()
            #expect(try Self.probe(scene, scene.pending([1, 2, 3, 4], to: address)) == .noSwap)
        }
    }

    @Test("Uniswap's and SushiSwap's pools on mainnet are told apart by their factories")
    func mainnet() {
        let usdc = Address(hex: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")!
        let weth = Address(hex: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2")!
        let key = PoolKey(sorting: usdc, weth, feePips: 500)!
        let addresses = PoolVenue.mainnet.map { key.address(in: $0.deployment) }
        #expect(PoolVenue.mainnet.map(\.name) == ["Uniswap V3", "SushiSwap V3"])
        #expect(
            addresses == [
                Address(hex: "0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640"),
                Address(hex: "0x35644Fb61aFBc458bf92B15AdD6ABc1996Be5014"),
            ])
    }
}
