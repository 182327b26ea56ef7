# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title TokenDouble
@notice A test double of an ERC-20 token that anybody mints and makes misbehave. Not for production.
"""


PLAIN: constant(uint256) = 0
ANSWERS_NOTHING: constant(uint256) = 1
TAKES_A_FEE: constant(uint256) = 2
ANSWERS_FALSE: constant(uint256) = 3
TELLS_A_STRANGER: constant(uint256) = 4
HIDES_BALANCES: constant(uint256) = 5
REFUSES_APPROVALS: constant(uint256) = 6

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256


behaviour: public(uint256)
stranger: public(address)
balances: HashMap[address, uint256]
allowance: public(HashMap[address, HashMap[address, uint256]])


@external
def setBehaviour(behaviour: uint256, stranger: address):
    self.behaviour = behaviour
    self.stranger = stranger


@external
def mint(to: address, amount: uint256):
    self.balances[to] += amount
    log Transfer(sender=empty(address), receiver=to, amount=amount)


@external
@view
def balanceOf(account: address) -> uint256:
    assert self.behaviour != HIDES_BALANCES, "hidden"
    return self.balances[account]


@external
@raw_return
def transfer(to: address, amount: uint256) -> Bytes[32]:
    return self._move(msg.sender, to, amount)


@external
@raw_return
def transferFrom(owner: address, to: address, amount: uint256) -> Bytes[32]:
    self.allowance[owner][msg.sender] -= amount
    return self._move(owner, to, amount)


@external
@raw_return
def approve(spender: address, amount: uint256) -> Bytes[32]:
    if self.behaviour == REFUSES_APPROVALS:
        return abi_encode(False)
    self.allowance[msg.sender][spender] = amount
    return b"" if self.behaviour == ANSWERS_NOTHING else abi_encode(True)


@internal
def _move(sender: address, to: address, amount: uint256) -> Bytes[32]:
    behaviour: uint256 = self.behaviour
    if behaviour == ANSWERS_FALSE:
        return abi_encode(False)
    self.balances[sender] -= amount
    received: uint256 = amount
    if behaviour == TAKES_A_FEE:
        received -= amount // 1000
    self.balances[to] += received
    log Transfer(sender=sender, receiver=to, amount=received)
    if behaviour == TELLS_A_STRANGER:
        told: bool = raw_call(self.stranger, b"", revert_on_failure=False)
    return b"" if behaviour == ANSWERS_NOTHING else abi_encode(True)
