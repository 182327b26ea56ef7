import Contracts
import Ethereum
import UniswapV3

/// Finds out which pool an address is: the tokens and the fee of which the factory's formula gives
/// that address. A call of a pool says neither.
package enum PoolKeySearch {
    /// Tokens tried at most: the pairs of them are.
    private static let maximumTokens = 64
    private static let fees: [UInt32] = [100, 500, 3000, 10_000]

    /// The key of a pool of Uniswap V3 on mainnet among these tokens; nil where none fits.
    package static func key(of pool: Address, among tokens: [Address]) -> PoolKey? {
        let candidates = Array(tokens.prefix(maximumTokens))
        for (index, first) in candidates.enumerated() {
            for second in candidates[..<index] {
                for fee in fees {
                    guard let key = PoolKey(sorting: first, second, feePips: fee),
                        key.address(in: .uniswapV3Mainnet) == pool
                    else { continue }
                    return key
                }
            }
        }
        return nil
    }

    /// The addresses that calldata may name: the tokens of the routes in it, and whatever stands
    /// behind twelve zero bytes, as an address does in its word. Calls within calls shift words by
    /// the four bytes of a selector.
    package static func addresses(in calldata: [UInt8]) -> [Address] {
        var found = RouterCalldata.decode(calldata).swaps.flatMap(\.tokens)
        var seen = Set(found)
        var zeros = 0
        for (index, byte) in calldata.enumerated() {
            if byte == 0 {
                zeros += 1
                continue
            }
            if zeros >= 12, index % 4 == 0, index + 20 <= calldata.count,
                let address = Address(bytes: calldata[index..<index + 20]),
                seen.insert(address).inserted
            {
                found.append(address)
            }
            zeros = 0
        }
        return found
    }
}
