# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title BalancerVaultStateDouble
@notice A test double of Balancer V2's vault that tells its pause and its fee, as the bot asks for
        them: lends what it holds, and expects to be paid back by transfer. It is its own collector of
        fees, and anybody may pause it. Not for production.
"""


interface IERC20:
    def balanceOf(account: address) -> uint256: view
    def transfer(to: address, amount: uint256) -> bool: nonpayable

interface IBorrower:
    def receiveFlashLoan(tokens: DynArray[address, 4], amounts: DynArray[uint256, 4], feeAmounts: DynArray[uint256, 4], userData: Bytes[8192]): nonpayable


# Parts of 10**18 of each amount, rounded up, as the vault's collector tells it.
getFlashLoanFeePercentage: public(uint256)
paused: public(bool)


@external
def setFlashLoanFeePercentage(percentage: uint256):
    self.getFlashLoanFeePercentage = percentage


@external
def setPaused(paused: bool):
    self.paused = paused


@external
@view
def getPausedState() -> (bool, uint256, uint256):
    return self.paused, 0, 0


@external
@view
def getProtocolFeesCollector() -> address:
    return self


@external
@nonreentrant
def flashLoan(recipient: address, tokens: DynArray[address, 4], amounts: DynArray[uint256, 4], userData: Bytes[8192]):
    assert not self.paused, "BAL#402"
    assert len(tokens) == len(amounts), "lengths"
    before: DynArray[uint256, 4] = []
    fees: DynArray[uint256, 4] = []
    for i: uint256 in range(len(tokens), bound=4):
        before.append(staticcall IERC20(tokens[i]).balanceOf(self))
        fees.append(self._share(amounts[i]))
        assert extcall IERC20(tokens[i]).transfer(recipient, amounts[i], default_return_value=True)
    extcall IBorrower(recipient).receiveFlashLoan(tokens, amounts, fees, userData)
    for i: uint256 in range(len(tokens), bound=4):
        assert staticcall IERC20(tokens[i]).balanceOf(self) >= before[i] + fees[i], "BAL#515"


@internal
@view
def _share(amount: uint256) -> uint256:
    product: uint256 = amount * self.getFlashLoanFeePercentage
    return 0 if product == 0 else (product - 1) // 10**18 + 1
