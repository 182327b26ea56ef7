# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title MorphoDouble
@notice A test double of Morpho Blue's flash loan: lends what it holds, without a fee, and takes the
        same amount back. Anybody may make it misbehave. Not for production.
"""


interface IERC20:
    def transfer(to: address, amount: uint256) -> bool: nonpayable
    def transferFrom(owner: address, to: address, amount: uint256) -> bool: nonpayable

interface IBorrower:
    def onMorphoFlashLoan(assets: uint256, data: Bytes[8192]): nonpayable


HONEST: constant(uint256) = 0
DOES_NOT_CALL_BACK: constant(uint256) = 1
CALLS_BACK_TWICE: constant(uint256) = 2
CHANGES_THE_DATA: constant(uint256) = 3
TAKES_LESS: constant(uint256) = 4
TAKES_MORE: constant(uint256) = 5
LENDS_NOTHING: constant(uint256) = 6

behaviour: public(uint256)


@external
def setBehaviour(behaviour: uint256):
    self.behaviour = behaviour


@external
def flashLoan(token: address, assets: uint256, data: Bytes[8192]):
    behaviour: uint256 = self.behaviour
    if behaviour != LENDS_NOTHING:
        assert extcall IERC20(token).transfer(msg.sender, assets, default_return_value=True)
    if behaviour == DOES_NOT_CALL_BACK:
        return
    if behaviour == CHANGES_THE_DATA:
        extcall IBorrower(msg.sender).onMorphoFlashLoan(assets, b"other data")
    else:
        extcall IBorrower(msg.sender).onMorphoFlashLoan(assets, data)
    if behaviour == CALLS_BACK_TWICE:
        extcall IBorrower(msg.sender).onMorphoFlashLoan(assets, data)
    taken: uint256 = assets
    if behaviour == TAKES_LESS:
        taken -= 1
    elif behaviour == TAKES_MORE:
        taken += 1
    assert extcall IERC20(token).transferFrom(msg.sender, self, taken, default_return_value=True)
