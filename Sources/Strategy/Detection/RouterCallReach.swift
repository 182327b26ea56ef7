import Contracts
import Ethereum

/// Whether a router's decoded call can run code besides the router's, the pools' that it names, and
/// plain tokens': only where it cannot does its calldata tell all the swaps there are.
struct RouterCallReach {
    /// Tokens that call nobody.
    let plainTokens: Set<Address>
    /// Accounts whose code, run by ether that they are sent, is of no account: the sender, who
    /// signs himself, and the router.
    let harmless: Set<Address>

    /// The routers' words for the sender and for themselves.
    private static let standIns: Set<Address> = [
        .zero, Address(word: 1), Address(word: 2),
    ]

    init(plainTokens: Set<Address>, sender: Address, router: Address) {
        self.plainTokens = plainTokens
        harmless = Self.standIns.union([sender, router])
    }

    /// Whether the call runs nothing else.
    func isContained(_ call: DecodedCall) -> Bool {
        switch call {
        case .function(let signature, let arguments):
            let name = signature.prefix { $0 != "(" }
            return name != "callPositionManager"
                && isContained(arguments, paysEther: name.hasPrefix("unwrapWETH9"))
        case .multicall(_, _, let calls): return calls.allSatisfy(isContained)
        case .plan(let plan): return isContained(plan)
        case .opaque: return false
        }
    }

    private func isContained(_ plan: RouterPlan) -> Bool {
        plan.steps.allSatisfy { step in
            switch step.content {
            case .arguments(let arguments):
                // V4 swaps and calls of position managers carry bytes of their own.
                !(0x10...0x14).contains(step.opcode)
                    && isContained(arguments, paysEther: step.name == "UNWRAP_WETH")
            case .plan(let inner): isContained(inner)
            case .opaque: false
            }
        }
    }

    private func isContained(_ arguments: [DecodedArgument], paysEther: Bool) -> Bool {
        // Ether is the token of address 0.
        let sendsEther =
            paysEther
            || arguments.contains { $0.name == "token" && $0.value == .address(.zero) }
        return arguments.allSatisfy { argument in
            switch (argument.name, argument.value) {
            case ("recipient", .address(let account)), ("feeRecipient", .address(let account)):
                !sendsEther || harmless.contains(account)
            default: hasPlainTokens(argument)
            }
        }
    }

    private func hasPlainTokens(_ argument: DecodedArgument) -> Bool {
        switch argument.value {
        case .address(let address):
            !argument.name.hasPrefix("token") || address == .zero || plainTokens.contains(address)
        case .path(let path): path.tokens.allSatisfy(plainTokens.contains)
        case .list(let items):
            items.allSatisfy { item in
                // A V2 path is a list of addresses.
                if argument.name == "path", case .address(let token) = item {
                    return plainTokens.contains(token)
                }
                return hasPlainTokens(DecodedArgument(argument.name, item))
            }
        case .record(let fields): fields.allSatisfy(hasPlainTokens)
        case .number, .flag, .bytes: true
        }
    }
}
