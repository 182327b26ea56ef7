import Ethereum

/// Reads calls of SwapRouter, SwapRouter02 and the Universal Router, calls and plans in each other
/// included. It serves the cheap look at a pending transaction, minimum outputs and reports; what a
/// transaction does is found out by executing it.
public enum RouterCalldata {
    /// Calls and plans in each other that are opened. Real ones have three.
    public static let maximumDepth = 8
    /// Calls and commands of one call that are opened: hostile calldata may refer to the same bytes
    /// again and again.
    public static let maximumCalls = 1024

    /// The call; `opaque` where its function is none of a router's. Never fails, whatever the
    /// bytes.
    public static func decode(_ calldata: [UInt8]) -> DecodedCall {
        var reader = Reader()
        return reader.call(calldata, depth: 0)
    }

    /// Whether the selector is one of a router's.
    public static func isRouterCall(_ calldata: [UInt8]) -> Bool {
        guard let selector = selector(calldata) else { return false }
        return RouterFunctions.bySelector[selector] != nil || containers.contains(selector)
    }

    /// Functions and commands that the tables know; a declaration that cannot be read would be
    /// missing from them.
    package static var functionCount: Int { RouterFunctions.bySelector.count }
    package static var commandCount: Int {
        UniversalRouterCommands.byOpcode.count { $0.value.layouts.count == $0.value.declared }
    }

    private static let containers: Set<UInt32> = [
        RouterFunctions.multicall, RouterFunctions.multicallWithDeadline,
        RouterFunctions.multicallWithParent, UniversalRouterCommands.execute,
        UniversalRouterCommands.executeWithDeadline,
    ]

    private static func selector(_ calldata: [UInt8]) -> UInt32? {
        guard calldata.count >= 4 else { return nil }
        return calldata.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Counts what is opened.
    private struct Reader {
        var opened = 0

        mutating func call(_ calldata: [UInt8], depth: Int) -> DecodedCall {
            opened += 1
            guard let selector = RouterCalldata.selector(calldata),
                depth <= maximumDepth, opened <= maximumCalls
            else { return .opaque(calldata: calldata) }
            let body = Array(calldata.dropFirst(4))
            return container(selector, body, depth: depth)
                ?? function(selector, body)
                ?? .opaque(calldata: calldata)
        }

        private func function(_ selector: UInt32, _ body: [UInt8]) -> DecodedCall? {
            guard let entry = RouterFunctions.bySelector[selector] else { return nil }
            var fields = body
            if entry.isStruct, entry.signature.arguments.contains(where: \.isDynamic) {
                // A struct with dynamic fields stands behind an offset; the fields' own offsets
                // count from its start.
                guard let offset = ABIWords(body)[0]?.asUInt64, offset <= UInt64(body.count) else {
                    return nil
                }
                fields = Array(body[Int(offset)...])
            }
            guard let arguments = entry.arguments.decode(fields) else { return nil }
            return .function(signature: entry.signature.description, arguments: arguments)
        }

        private mutating func container(
            _ selector: UInt32, _ body: [UInt8], depth: Int
        ) -> DecodedCall? {
            switch selector {
            case RouterFunctions.multicall:
                return multicall("multicall(bytes[])", body, [], depth)
            case RouterFunctions.multicallWithDeadline:
                return multicall("multicall(uint256,bytes[])", body, [.uint(bits: 256)], depth)
            case RouterFunctions.multicallWithParent:
                return multicall("multicall(bytes32,bytes[])", body, [.uint(bits: 256)], depth)
            case UniversalRouterCommands.execute:
                return plan(body, deadline: [], depth).map { .plan($0) }
            case UniversalRouterCommands.executeWithDeadline:
                return plan(body, deadline: [.uint(bits: 256)], depth).map { .plan($0) }
            default: return nil
            }
        }

        private mutating func multicall(
            _ signature: String, _ body: [UInt8], _ condition: [ABIType], _ depth: Int
        ) -> DecodedCall? {
            guard
                let values = try? ABI.decode(body, as: condition + [.array(of: .bytes)]),
                case .array(let items)? = values.last
            else { return nil }
            var deadline: UInt256?
            if values.count == 2, case .uint(let value) = values[0] { deadline = value }
            var calls: [DecodedCall] = []
            for case .bytes(let inner) in items { calls.append(call(inner, depth: depth + 1)) }
            return .multicall(signature: signature, deadline: deadline, calls: calls)
        }

        private mutating func plan(
            _ body: [UInt8], deadline: [ABIType], _ depth: Int
        ) -> RouterPlan? {
            guard
                let values = try? ABI.decode(
                    body, as: [.bytes, .array(of: .bytes)] + deadline),
                case .bytes(let commands) = values[0], case .array(let inputs) = values[1],
                commands.count == inputs.count
            else { return nil }
            var plan = RouterPlan(commands: commands, deadline: nil, steps: [])
            if values.count == 3, case .uint(let value) = values[2] { plan.deadline = value }
            for (command, input) in zip(commands, inputs) {
                guard case .bytes(let bytes) = input else { continue }
                plan.steps.append(step(command, bytes, depth: depth))
            }
            return plan
        }

        private mutating func step(_ byte: UInt8, _ input: [UInt8], depth: Int) -> RouterCommand {
            opened += 1
            let opcode = byte & UniversalRouterCommands.opcodeMask
            let entry = UniversalRouterCommands.byOpcode[opcode]
            var command = RouterCommand(
                opcode: opcode,
                allowsRevert: byte & UniversalRouterCommands.allowRevertFlag != 0,
                name: entry?.name, content: .opaque(input))
            guard let entry, depth < maximumDepth, opened <= maximumCalls else { return command }
            if opcode == UniversalRouterCommands.executeSubPlan {
                if let inner = plan(input, deadline: [], depth + 1) {
                    command.content = .plan(inner)
                }
            } else if let arguments = entry.decode(input) {
                command.content = .arguments(arguments)
            }
            return command
        }
    }
}
