import Contracts
import Ethereum

/// A contract that forwards calls to pools and pays whatever their callbacks ask for: what stands
/// between a test and a real pool.
///
/// Called with `forward`, it makes that call and answers what it answers, or reverts with it. A
/// mint's or a swap's callback is paid the two amounts that it names, a flash loan's what the data
/// says.
public struct PayingContract: Sendable {
    private let token0: Address
    private let token1: Address

    public init(token0: Address, token1: Address) {
        self.token0 = token0
        self.token1 = token1
    }

    /// Calldata that has the contract call `target`.
    public static func forward(to target: Address, _ data: [UInt8]) -> [UInt8] {
        Calldata(Selector("forward()"), target.word).bytes + data
    }

    /// Code that deploys the contract.
    public var creationCode: [UInt8] {
        let runtime = runtimeCode
        let count = [UInt8(runtime.count >> 8), UInt8(runtime.count & 0xFF)]
        // PUSH2 n, DUP1, PUSH1 12, PUSH0, CODECOPY, PUSH0, RETURN, padding; then the code.
        return [0x61] + count + [0x80, 0x60, 12, 0x5F, 0x39, 0x5F, 0xF3, 0, 0] + runtime
    }

    private static let flash = Selector("uniswapV3FlashCallback(uint256,uint256,bytes)").value
    private static let forward = Selector("forward()").value

    private var runtimeCode: [UInt8] {
        var code = Assembly()
        // The selector: CALLDATALOAD(0) >> 224.
        code.append([0x5F, 0x35, 0x60, 224, 0x1C])
        code.append([0x80, 0x63] + Self.bytes(Self.forward) + [0x14])
        code.jumpIf("forward")
        code.append([0x63] + Self.bytes(Self.flash) + [0x14])
        code.jumpIf("flash")
        // Mint and swap: the amounts are the first two arguments.
        code.pay(token0, amountAt: 4)
        code.pay(token1, amountAt: 36)
        code.append([0x00])
        // Flash: two words in the data, behind two fees, an offset and a length.
        code.label("flash")
        code.pay(token0, amountAt: 132)
        code.pay(token1, amountAt: 164)
        code.append([0x00])
        // CALLDATACOPY(0, 36, n), CALL(GAS, target, 0, 0, n, 0, 0) with n = CALLDATASIZE - 36.
        code.label("forward")
        code.append([0x60, 36, 0x36, 0x03, 0x80, 0x60, 36, 0x5F, 0x37])
        code.append([0x5F, 0x5F, 0x82, 0x5F, 0x5F, 0x60, 4, 0x35, 0x5A, 0xF1])
        // The answer: RETURNDATACOPY(0, 0, RETURNDATASIZE).
        code.append([0x3D, 0x5F, 0x5F, 0x3E])
        code.jumpIf("answer")
        code.append([0x3D, 0x5F, 0xFD])
        code.label("answer")
        code.append([0x3D, 0x5F, 0xF3])
        return code.bytes
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Code with labels that are filled in at the end.
    private struct Assembly {
        private var code: [UInt8] = []
        private var labels: [String: Int] = [:]
        private var uses: [(position: Int, label: String)] = []
        private var payments = 0

        mutating func append(_ bytes: [UInt8]) { code += bytes }

        mutating func label(_ name: String) {
            labels[name] = code.count
            code.append(0x5B)
        }

        mutating func jumpIf(_ name: String) {
            uses.append((code.count + 1, name))
            code += [0x61, 0, 0, 0x57]
        }

        /// Sends a token to the caller, the amount being a word of the calldata, if it is above 0.
        mutating func pay(_ token: Address, amountAt offset: UInt8) {
            payments += 1
            let skip = "skip \(payments)"
            // amount; jump if not (amount > 0), signed.
            append([0x60, offset, 0x35, 0x5F, 0x81, 0x13, 0x15])
            jumpIf(skip)
            // MSTORE(0, transfer selector << 224), MSTORE(4, caller), MSTORE(36, amount).
            let selector = PayingContract.bytes(Selector("transfer(address,uint256)").value)
            append([0x7F] + selector + [UInt8](repeating: 0, count: 28) + [0x5F, 0x52])
            append([0x33, 0x60, 4, 0x52, 0x80, 0x60, 36, 0x52])
            // CALL(GAS, token, 0, 0, 68, 0, 32)
            append(
                [0x60, 32, 0x5F, 0x60, 68, 0x5F, 0x5F, 0x73] + token.bytes + [0x5A, 0xF1, 0x50])
            label(skip)
            append([0x50])
        }

        var bytes: [UInt8] {
            var result = code
            for (position, label) in uses {
                let target = labels[label] ?? 0
                result[position] = UInt8(target >> 8)
                result[position + 1] = UInt8(target & 0xFF)
            }
            return result
        }
    }
}
