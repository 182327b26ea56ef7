import Chain
import Contracts

extension BlockBuilder.Refusal {
    /// Which of a bundle's transactions fails, and how.
    var shortReason: String {
        guard case .bundleTransactionFails(let index, let status, let output) = self,
            index < 3
        else { return description }
        let name = ["open", "the swap", "close"][index]
        if let code = JitExecutor.errorCode(of: output) {
            return "\(name) would fail with JitError(\(code))"
        }
        return "\(name) would fail: \(status)"
    }
}
