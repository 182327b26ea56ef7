# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title BalancerVaultDouble
@notice A test double of the flash loan of Balancer V2's vault: lends what it holds for a fee that
        anybody sets, and expects to be paid back by transfer. Not for production.
"""


interface IERC20:
    def balanceOf(account: address) -> uint256: view
    def transfer(to: address, amount: uint256) -> bool: nonpayable

interface IBorrower:
    def receiveFlashLoan(tokens: DynArray[address, 4], amounts: DynArray[uint256, 4], feeAmounts: DynArray[uint256, 4], userData: Bytes[8192]): nonpayable


fee: public(uint256)


@external
def setFee(fee: uint256):
    self.fee = fee


@external
@nonreentrant
def flashLoan(recipient: address, tokens: DynArray[address, 4], amounts: DynArray[uint256, 4], userData: Bytes[8192]):
    assert len(tokens) == len(amounts), "lengths"
    before: DynArray[uint256, 4] = []
    fees: DynArray[uint256, 4] = []
    for i: uint256 in range(len(tokens), bound=4):
        before.append(staticcall IERC20(tokens[i]).balanceOf(self))
        fees.append(self.fee)
        assert extcall IERC20(tokens[i]).transfer(recipient, amounts[i], default_return_value=True)
    extcall IBorrower(recipient).receiveFlashLoan(tokens, amounts, fees, userData)
    for i: uint256 in range(len(tokens), bound=4):
        assert staticcall IERC20(tokens[i]).balanceOf(self) >= before[i] + self.fee, "BAL#515"
