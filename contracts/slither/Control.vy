# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title Control
@notice Bugs on purpose, which the analysis must find: a clean answer for the others would otherwise
        say nothing. Never deployed.
"""


interface IERC20:
    def transfer(to: address, amount: uint256) -> bool: nonpayable


balances: HashMap[address, uint256]
owner: address


@deploy
def __init__():
    self.owner = msg.sender


@external
@payable
def deposit():
    self.balances[msg.sender] += msg.value


@external
def withdraw():
    # Pays before it forgets: reentrancy-eth.
    raw_call(msg.sender, b"", value=self.balances[msg.sender])
    self.balances[msg.sender] = 0


@external
def give(to: address, amount: uint256):
    # Anybody sends anybody everything: arbitrary-send-eth.
    raw_call(to, b"", value=amount)


@external
def pay(token: address, to: address, amount: uint256):
    # A token's no is not heard: unchecked-transfer.
    extcall IERC20(token).transfer(to, amount)


@external
def change(owner: address):
    # Whoever the owner calls can take over: tx-origin.
    assert tx.origin == self.owner
    self.owner = owner
