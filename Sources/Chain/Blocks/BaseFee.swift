import Ethereum

/// The base fee of the block after one with this gas (EIP-1559): an eighth up or down at most.
///
/// Rounded towards 0, but a rise is at least 1 wei.
public func nextBaseFeePerGas(
    parentBaseFeePerGas: UInt256, parentGasUsed: UInt64, parentGasLimit: UInt64
) -> UInt256 {
    let target = parentGasLimit / 2
    guard target > 0, parentGasUsed != target else { return parentBaseFeePerGas }
    let distance = parentGasUsed > target ? parentGasUsed - target : target - parentGasUsed
    let change = (parentBaseFeePerGas &* UInt256(distance))
        .dividedOrZero(by: UInt256(target)).dividedOrZero(by: 8)
    if parentGasUsed > target { return parentBaseFeePerGas &+ max(change, .one) }
    return parentBaseFeePerGas &- change
}

/// Wei per gas of the first block that has a base fee, whose parent has none (EIP-1559).
public let initialBaseFeePerGas: UInt256 = 1_000_000_000
