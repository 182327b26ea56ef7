import Ethereum
import Strategy

extension Rejection {
    /// The reason as it stands in a table: amounts in WETH, and no address that the row names
    /// anyway.
    package var shortReason: String {
        switch self {
        case .belowMinimumProfit(let netProfitWei, let floorWei):
            "would net " + Amounts.ether(netProfitWei, decimals: 5) + " WETH, the minimum is "
                + Amounts.ether(Int256(bitPattern: floorWei), decimals: 5, signed: false)
        case .poolBusy: "another bundle has this pool in this block"
        default: description
        }
    }
}
