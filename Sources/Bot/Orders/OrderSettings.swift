import Ethereum
import Strategy
import UniswapV3

/// What the operator sets for signed orders and the atomic mode.
public struct OrderSettings: Sendable {
    /// Where the intake listens; port 0 takes a free one.
    public var host: String
    public var port: Int
    /// Names besides addresses and `localhost` by which clients may call it.
    public var hostNames: [String]
    /// The JitFlash contract.
    public var flash: Address
    /// Who may be asked for loans, in the order in which equals are preferred.
    public var lenders: [LenderSetting]
    /// Pools on which the change may be traded back, besides the followed ones.
    public var hedgePools: [PoolKey]
    /// The EntryPoint (0.7) whose operations are taken.
    public var entryPoint: Address
    /// How an order may be served: by a loan (`atomic`), by our own tokens (`inventory`), or by
    /// whichever leaves more.
    public var modes: Set<BundleMode> = [.atomic, .inventory]

    public init(
        host: String = "127.0.0.1", port: Int, flash: Address, lenders: [LenderSetting],
        hedgePools: [PoolKey] = [], entryPoint: Address, hostNames: [String] = []
    ) {
        self.hostNames = hostNames
        self.host = host
        self.port = port
        self.flash = flash
        self.lenders = lenders
        self.hedgePools = hedgePools
        self.entryPoint = entryPoint
    }
}

extension OrderSettings {
    /// Whether nobody but this machine's own programs can reach a host.
    public static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

/// A lender as settings name it: `uniswap-v3:TOKEN/TOKEN/FEE`, or `aave-v3:ADDRESS` and the like.
public enum LenderSetting: Equatable, Sendable {
    case pool(PoolKey)
    case contract(FlashLender.Kind, Address)

    /// Why a text names no lender.
    public struct Malformed: Error, CustomStringConvertible {
        public var text: String
        public var description: String {
            "\"\(text)\" is no lender: write uniswap-v3:TOKEN/TOKEN/FEE, aave-v3:ADDRESS, "
                + "balancer-v2:ADDRESS or morpho:ADDRESS"
        }
    }

    public init(_ text: some StringProtocol) throws(Malformed) {
        let malformed = Malformed(text: String(text))
        guard let colon = text.firstIndex(of: ":") else { throw malformed }
        let rest = text[text.index(after: colon)...]
        let kind: FlashLender.Kind
        switch text[..<colon] {
        case "uniswap-v3":
            let parts = rest.split(separator: "/")
            guard parts.count == 3, let a = Address(hex: parts[0]), let b = Address(hex: parts[1]),
                let fee = UInt32(parts[2]), let key = PoolKey(sorting: a, b, feePips: fee)
            else { throw malformed }
            self = .pool(key)
            return
        case "aave-v3": kind = .aaveV3
        case "balancer-v2": kind = .balancerV2
        case "morpho": kind = .morpho
        default: throw malformed
        }
        guard let address = Address(hex: rest) else { throw malformed }
        self = .contract(kind, address)
    }

    /// The lenders of a list separated by commas.
    public static func list(_ text: String) throws(Malformed) -> [LenderSetting] {
        var lenders: [LenderSetting] = []
        for part in text.split(separator: ",") { lenders.append(try LenderSetting(part)) }
        return lenders
    }

    /// The lender, a pool's address derived from its factory.
    public func lender(in deployment: Deployment) -> FlashLender {
        switch self {
        case .pool(let key):
            FlashLender(kind: .uniswapV3(key), address: key.address(in: deployment))
        case .contract(let kind, let address): FlashLender(kind: kind, address: address)
        }
    }

    /// Where nobody says otherwise: who lends on Ethereum's mainnet without a fee, then Aave.
    public static let mainnet: [LenderSetting] = [
        .contract(.morpho, Address(hex: "0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb")!),
        .contract(.balancerV2, Address(hex: "0xBA12222222228d8Ba445958a75a0704d566BF2C8")!),
        .contract(.aaveV3, Address(hex: "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2")!),
    ]
}
