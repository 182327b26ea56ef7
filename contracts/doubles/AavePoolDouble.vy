# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title AavePoolDouble
@notice A test double of what Aave V3's pool does in flashLoanSimple: lends what it holds, names the
        caller as the initiator, and takes the amount and the premium. Not for production.
"""


interface IERC20:
    def transfer(to: address, amount: uint256) -> bool: nonpayable
    def transferFrom(owner: address, to: address, amount: uint256) -> bool: nonpayable

interface IBorrower:
    def executeOperation(asset: address, amount: uint256, premium: uint256, initiator: address, params: Bytes[8192]) -> bool: nonpayable


# Hundredths of a percent.
FLASHLOAN_PREMIUM_TOTAL: public(constant(uint256)) = 5


@external
def flashLoanSimple(receiverAddress: address, asset: address, amount: uint256, params: Bytes[8192], referralCode: uint16):
    premium: uint256 = (amount * FLASHLOAN_PREMIUM_TOTAL + 5_000) // 10_000
    assert extcall IERC20(asset).transfer(receiverAddress, amount, default_return_value=True)
    assert extcall IBorrower(receiverAddress).executeOperation(asset, amount, premium, msg.sender, params), "executor return"
    assert extcall IERC20(asset).transferFrom(receiverAddress, self, amount + premium, default_return_value=True)
