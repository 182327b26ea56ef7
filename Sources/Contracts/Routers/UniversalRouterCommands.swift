import Ethereum

/// Commands of the Universal Router, versions 1 to 2.1 (universal-router, Commands.sol and
/// Dispatcher.sol). Those of marketplaces, which version 1 had from 0x10 on, are not in it.
enum UniversalRouterCommands {
    /// The bits of a command's byte that choose it, and the one that lets it fail.
    static let opcodeMask: UInt8 = 0x7f
    static let allowRevertFlag: UInt8 = 0x80
    static let executeSubPlan: UInt8 = 0x21

    static let execute = Selector("execute(bytes,bytes[])").value
    static let executeWithDeadline = Selector("execute(bytes,bytes[],uint256)").value

    /// A command and the forms of its input, the newest last.
    struct Entry: Sendable {
        let name: String
        let layouts: [ArgumentLayout]
        /// How many forms were declared.
        let declared: Int

        init(_ name: String, _ declarations: String...) {
            self.name = name
            declared = declarations.count
            layouts = declarations.compactMap { ArgumentLayout($0) }
        }

        /// The arguments of an input. A form with more arguments begins its first dynamic value
        /// behind its longer head, which tells it from the older one.
        func decode(_ input: [UInt8]) -> [DecodedArgument]? {
            for layout in layouts.reversed() {
                if layouts.count > 1, !Self.startsBehindHead(input, layout) { continue }
                if let arguments = layout.decode(input) { return arguments }
            }
            return nil
        }

        private static func startsBehindHead(_ input: [UInt8], _ layout: ArgumentLayout) -> Bool {
            let words = ABIWords(input)
            let head = layout.types.reduce(0) { $0 + $1.headWords }
            var index = 0
            for type in layout.types {
                if type.isDynamic { return words[index] == UInt256(32 * head) }
                index += type.headWords
            }
            return true
        }
    }

    static let byOpcode: [UInt8: Entry] = [
        0x00: Entry("V3_SWAP_EXACT_IN", exactIn("bytes"), exactIn("bytes") + minimumPrices),
        0x01: Entry("V3_SWAP_EXACT_OUT", exactOut("bytes"), exactOut("bytes") + minimumPrices),
        0x02: Entry("PERMIT2_TRANSFER_FROM", "address token, address recipient, uint160 amount"),
        0x03: Entry(
            "PERMIT2_PERMIT_BATCH",
            "((address token, uint160 amount, uint48 expiration, uint48 nonce)[] details, "
                + "address spender, uint256 sigDeadline) struct, bytes data"),
        0x04: Entry("SWEEP", "address token, address recipient, uint256 amountMin"),
        0x05: Entry("TRANSFER", "address token, address recipient, uint256 value"),
        0x06: Entry("PAY_PORTION", "address token, address recipient, uint256 bips"),
        0x07: Entry(
            "PAY_PORTION_FULL_PRECISION", "address token, address recipient, uint256 portion"),
        0x08: Entry("V2_SWAP_EXACT_IN", exactIn("address[]"), exactIn("address[]") + minimumPrices),
        0x09: Entry(
            "V2_SWAP_EXACT_OUT", exactOut("address[]"), exactOut("address[]") + minimumPrices),
        0x0a: Entry(
            "PERMIT2_PERMIT",
            "((address token, uint160 amount, uint48 expiration, uint48 nonce) details, "
                + "address spender, uint256 sigDeadline) struct, bytes data"),
        0x0b: Entry("WRAP_ETH", "address recipient, uint256 amountMin"),
        0x0c: Entry("UNWRAP_WETH", "address recipient, uint256 amountMin"),
        0x0d: Entry(
            "PERMIT2_TRANSFER_FROM_BATCH",
            "(address from, address to, uint160 amount, address token)[] batch_details"),
        0x0e: Entry("BALANCE_CHECK_ERC20", "address owner, address token, uint256 minBalance"),
        0x10: Entry("V4_SWAP", "bytes actions, bytes[] params"),
        0x11: Entry(
            "V3_POSITION_MANAGER_PERMIT",
            "bytes4 selector, address spender, uint256 tokenId, uint256 deadline, uint8 v, "
                + "bytes32 r, bytes32 s"),
        0x12: Entry("V3_POSITION_MANAGER_CALL", "bytes data"),
        0x13: Entry(
            "V4_INITIALIZE_POOL",
            "(address currency0, address currency1, uint24 fee, int24 tickSpacing, "
                + "address hooks) poolKey, uint160 sqrtPriceX96"),
        0x14: Entry("V4_POSITION_MANAGER_CALL", "bytes data"),
        executeSubPlan: Entry("EXECUTE_SUB_PLAN", "bytes commands, bytes[] inputs"),
    ]

    private static func exactIn(_ path: String) -> String {
        "address recipient, uint256 amountIn, uint256 amountOutMin, \(path) path, bool payerIsUser"
    }

    private static func exactOut(_ path: String) -> String {
        "address recipient, uint256 amountOut, uint256 amountInMax, \(path) path, bool payerIsUser"
    }

    /// What version 2.1 appends to swaps.
    private static let minimumPrices = ", uint256[] minHopPriceX36"
}
