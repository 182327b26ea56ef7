import Ethereum

/// A call of a swap router in the router's own terms: its function, and its arguments by the names
/// that the contract's source gives them.
public indirect enum DecodedCall: Equatable, Sendable {
    /// A function whose arguments say all there is.
    case function(signature: String, arguments: [DecodedArgument])
    /// Several calls in one; the deadline or the parent's hash only where the function has one.
    case multicall(signature: String, deadline: UInt256?, calls: [DecodedCall])
    /// Commands of the Universal Router, in order.
    case plan(RouterPlan)
    /// A function that is in no table, or one whose arguments are not what it takes.
    case opaque(calldata: [UInt8])
}

/// What the Universal Router's `execute` is asked for.
public struct RouterPlan: Equatable, Sendable {
    /// One byte a command.
    public var commands: [UInt8]
    /// Unix seconds after which the plan reverts; nil where the call has none.
    public var deadline: UInt256?
    public var steps: [RouterCommand]

    public init(commands: [UInt8], deadline: UInt256?, steps: [RouterCommand]) {
        self.commands = commands
        self.deadline = deadline
        self.steps = steps
    }
}

/// One command of a plan.
public struct RouterCommand: Equatable, Sendable {
    /// The command without its flag.
    public var opcode: UInt8
    /// Whether the plan goes on when the command fails: the flag 0x80.
    public var allowsRevert: Bool
    /// Nil for an opcode that no router of this table knows.
    public var name: String?
    public var content: Content

    /// What a command takes.
    public indirect enum Content: Equatable, Sendable {
        case arguments([DecodedArgument])
        /// EXECUTE_SUB_PLAN: commands within commands.
        case plan(RouterPlan)
        /// An unknown command, or an input that is not what the command takes.
        case opaque([UInt8])
    }

    public init(opcode: UInt8, allowsRevert: Bool, name: String?, content: Content) {
        self.opcode = opcode
        self.allowsRevert = allowsRevert
        self.name = name
        self.content = content
    }
}

/// An argument and its name.
public struct DecodedArgument: Equatable, Sendable {
    public var name: String
    public var value: DecodedValue

    public init(_ name: String, _ value: DecodedValue) {
        self.name = name
        self.value = value
    }
}

/// The value of an argument.
public indirect enum DecodedValue: Equatable, Sendable {
    case number(UInt256)
    case address(Address)
    case flag(Bool)
    case bytes([UInt8])
    /// A route through V3 pools.
    case path(SwapPath)
    case list([DecodedValue])
    case record([DecodedArgument])
}

/// A route through V3 pools as routers pack it: token, fee, token, … with 20 and 3 bytes. For an
/// exact output it runs backwards, from what is bought.
public struct SwapPath: Equatable, Hashable, Sendable {
    public var tokens: [Address]
    /// Hundredths of a basis point, one less than tokens. SwapRouter02 and the Universal Router
    /// take nothing else here.
    public var feesPips: [UInt32]

    public init(tokens: [Address], feesPips: [UInt32]) {
        self.tokens = tokens
        self.feesPips = feesPips
    }

    /// Unpacks a route; nil where the bytes are not of that length, or of no hop at all.
    public init?(packed bytes: [UInt8]) {
        guard bytes.count >= 43, (bytes.count - 20) % 23 == 0,
            let first = Address(bytes: bytes[..<20])
        else { return nil }
        tokens = [first]
        feesPips = []
        for start in stride(from: 20, to: bytes.count, by: 23) {
            let fee = bytes[start..<start + 3].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard let token = Address(bytes: bytes[(start + 3)..<(start + 23)]) else { return nil }
            feesPips.append(fee)
            tokens.append(token)
        }
    }

    /// The route as routers take it.
    public var packed: [UInt8] {
        var bytes = tokens.first?.bytes ?? []
        for (fee, token) in zip(feesPips, tokens.dropFirst()) {
            for shift: UInt32 in [16, 8, 0] {
                bytes.append(UInt8(truncatingIfNeeded: fee >> shift))
            }
            bytes += token.bytes
        }
        return bytes
    }
}
