import Contracts
import Ethereum

/// Calls of the contracts in `contracts/doubles`, which stand for foreign ones.
public enum DoubleCalls {
    /// What the double of Morpho does instead of what Morpho does.
    public enum MorphoBehaviour: UInt64, CaseIterable, Sendable {
        case honest, doesNotCallBack, callsBackTwice, changesTheData, takesLess, takesMore,
            lendsNothing
    }

    /// What the double of a token does instead of what a token does.
    public enum TokenBehaviour: UInt64, CaseIterable, Sendable {
        case plain, answersNothing, takesAFee, answersFalse, tellsAStranger, hidesBalances,
            refusesApprovals
    }

    public static func setBehaviour(_ behaviour: MorphoBehaviour) -> [UInt8] {
        Calldata(Selector("setBehaviour(uint256)"), UInt256(behaviour.rawValue)).bytes
    }

    public static func setBehaviour(
        _ behaviour: TokenBehaviour, stranger: Address = .zero
    ) -> [UInt8] {
        Calldata(
            Selector("setBehaviour(uint256,address)"), UInt256(behaviour.rawValue), stranger.word
        ).bytes
    }

    /// The fee of the double of Balancer's vault, raw units.
    public static func setFee(_ fee: UInt256) -> [UInt8] {
        Calldata(Selector("setFee(uint256)"), fee).bytes
    }

    /// The share of each amount that the double of Balancer's vault takes, in parts of 10^18.
    public static func setFlashLoanFeePercentage(_ parts: UInt256) -> [UInt8] {
        Calldata(Selector("setFlashLoanFeePercentage(uint256)"), parts).bytes
    }

    public static func setPaused(_ paused: Bool) -> [UInt8] {
        Calldata(Selector("setPaused(bool)"), paused ? .one : .zero).bytes
    }

    public static func mint(to account: Address, amount: UInt256) -> [UInt8] {
        Calldata(Selector("mint(address,uint256)"), account.word, amount).bytes
    }

    public static let executeSelector = Selector("execute(address,bytes)")
    public static let handleOpsSelector = Selector("handleOps(address,bytes)")
    /// The function by which a hostile target is allow-listed: any would do.
    public static let lureSelector = Selector("lure()")

    /// The account's order: it calls the target.
    public static func execute(_ target: Address, _ payload: [UInt8]) -> [UInt8] {
        addressAndBytes(executeSelector, target, payload)
    }

    /// The entry point's operation of an account.
    public static func handleOps(_ sender: Address, _ callData: [UInt8]) -> [UInt8] {
        addressAndBytes(handleOpsSelector, sender, callData)
    }

    /// One more call for the hostile contract to make.
    public static func teach(_ target: Address, _ payload: [UInt8]) -> [UInt8] {
        addressAndBytes(Selector("teach(address,bytes)"), target, payload)
    }

    public static let forget = Calldata(Selector("forget()")).bytes
    public static let succeeded = Calldata(Selector("succeeded()")).bytes
    public static let awakenings = Calldata(Selector("awakenings()")).bytes
    public static let lure = Calldata(lureSelector).bytes

    public static func setAnswer(_ answer: UInt256) -> [UInt8] {
        Calldata(Selector("setAnswer(uint256)"), answer).bytes
    }

    private static func addressAndBytes(
        _ selector: Selector, _ address: Address, _ payload: [UInt8]
    ) -> [UInt8] {
        var call = Calldata(selector, address.word, 64, UInt256(payload.count))
        call.append(padded: payload)
        return call.bytes
    }
}
