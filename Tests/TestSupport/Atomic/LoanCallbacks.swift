import Contracts
import Ethereum

/// What lenders call, with data of nobody's.
public enum LoanCallbacks {
    /// The callbacks of all four kinds, each with this payload.
    public static func all(initiator: Address, payload: [UInt8] = []) -> [[UInt8]] {
        let length = UInt256(payload.count)
        var calls = [
            Calldata(
                Selector("uniswapV3FlashCallback(uint256,uint256,bytes)"), 1, 1, 96, length),
            Calldata(Selector("onMorphoFlashLoan(uint256,bytes)"), 1, 64, length),
            Calldata(
                Selector("executeOperation(address,uint256,uint256,address,bytes)"), 1, 1, 1,
                initiator.word, 160, length),
            Calldata(
                Selector("receiveFlashLoan(address[],uint256[],uint256[],bytes)"), 128, 160, 192,
                224, .zero, .zero, .zero, length),
        ]
        for index in calls.indices { calls[index].append(padded: payload) }
        return calls.map(\.bytes)
    }
}
