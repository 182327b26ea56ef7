# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title HostileDouble
@notice A test double of whoever means harm: called for anything, with whatever, it makes the calls
        that it was taught and keeps which of them succeeded. Order target, token, coinbase, lender
        and pool in one. Not for production.
"""


MAX_CALLS: constant(uint256) = 24

struct Call:
    target: address
    payload: Bytes[2048]


calls: DynArray[Call, MAX_CALLS]
# One bit for each call, lowest first.
succeeded: public(uint256)
# How often it was called.
awakenings: public(uint256)
# What it answers.
answer: uint256
busy: bool


@external
def teach(target: address, payload: Bytes[2048]):
    self.calls.append(Call(target=target, payload=payload))


@external
def forget():
    self.calls = []
    self.succeeded = 0
    self.awakenings = 0


@external
def setAnswer(answer: uint256):
    self.answer = answer


@external
@payable
@raw_return
def __default__() -> Bytes[64]:
    if not self.busy:
        self.busy = True
        self.awakenings += 1
        bit: uint256 = 1
        for call: Call in self.calls:
            if raw_call(call.target, call.payload, revert_on_failure=False):
                self.succeeded = self.succeeded | bit
            bit = bit * 2
        self.busy = False
    return abi_encode(self.answer, self.answer)
