# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title OperationAccountDouble
@notice A test double of a smart account of ERC-4337 with one owner, who signs with ECDSA; and of the
        ways in which an account may break the rules for validation (ERC-7562). Not for production.
@dev A signature is r, s, v (65 bytes) over the operation's hash as an Ethereum signed message, and may
     be followed by 6 bytes, the last second of its validity, which it does not cover.
"""


interface IToken:
    def balanceOf(account: address) -> uint256: view

struct PackedUserOperation:
    sender: address
    nonce: uint256
    initCode: Bytes[512]
    callData: Bytes[3072]
    accountGasLimits: bytes32
    preVerificationGas: uint256
    gasFees: bytes32
    paymasterAndData: Bytes[256]
    signature: Bytes[256]

struct Call:
    target: address
    payload: Bytes[1024]


# What it does in validation besides validating.
HONEST: constant(uint256) = 0
READS_THE_TIME: constant(uint256) = 1
READS_THE_COINBASE: constant(uint256) = 2
# A stranger's balance of itself, which anybody may change.
READS_A_STRANGERS_SLOT: constant(uint256) = 3
# Its own balance: a slot that is tied to it.
READS_ITS_OWN_ENTRY: constant(uint256) = 4
# Has a call inside run out of gas, and goes on.
RUNS_OUT_OF_GAS: constant(uint256) = 5
CALLS_NOTHING: constant(uint256) = 6
PAYS_A_STRANGER: constant(uint256) = 7
READS_A_BALANCE: constant(uint256) = 8

# Vyper reads the gas long before a call that names none, which the rules forbid.
ALL_GAS: constant(uint256) = max_value(uint256)

ENTRY_POINT: immutable(address)

owner: public(address)
behaviour: public(uint256)
witness: public(address)


@deploy
def __init__(entryPoint: address):
    ENTRY_POINT = entryPoint


@external
@payable
def __default__():
    pass


@external
def initialize(owner: address):
    assert self.owner == empty(address), "already initialized"
    self.owner = owner


@external
def setBehaviour(behaviour: uint256, witness: address):
    self.behaviour = behaviour
    self.witness = witness


@external
def execute(target: address, amount: uint256, payload: Bytes[2048]):
    assert msg.sender == ENTRY_POINT, "account: not EntryPoint"
    raw_call(target, payload, value=amount)


@external
def executeBatch(calls: DynArray[Call, 3]):
    assert msg.sender == ENTRY_POINT, "account: not EntryPoint"
    for call: Call in calls:
        raw_call(call.target, call.payload)


@external
def validateUserOp(userOp: PackedUserOperation, userOpHash: bytes32, missingAccountFunds: uint256) -> uint256:
    assert msg.sender == ENTRY_POINT, "account: not EntryPoint"
    self._misbehave()
    if missingAccountFunds != 0:
        # Whether it is enough is the EntryPoint's business.
        paid: bool = raw_call(msg.sender, b"", value=missingAccountFunds, gas=ALL_GAS, revert_on_failure=False)
    digest: bytes32 = keccak256(concat(b"\x19Ethereum Signed Message:\n32", userOpHash))
    signature: Bytes[256] = userOp.signature
    if len(signature) < 65:
        return 1
    signer: address = ecrecover(
        digest,
        convert(slice(signature, 64, 1), uint256),
        convert(slice(signature, 0, 32), uint256),
        convert(slice(signature, 32, 32), uint256),
    )
    if signer == empty(address) or signer != self.owner:
        return 1
    if len(signature) >= 71:
        return convert(slice(signature, 65, 6), uint256) << 160
    return 0


@internal
def _misbehave():
    behaviour: uint256 = self.behaviour
    if behaviour == HONEST:
        return
    witness: address = self.witness
    if behaviour == READS_THE_TIME:
        assert block.timestamp != 0
    elif behaviour == READS_THE_COINBASE:
        assert block.coinbase != self
    elif behaviour == READS_A_STRANGERS_SLOT:
        assert staticcall IToken(witness).balanceOf(witness) != max_value(uint256)
    elif behaviour == READS_ITS_OWN_ENTRY:
        assert staticcall IToken(witness).balanceOf(self) != max_value(uint256)
    elif behaviour == RUNS_OUT_OF_GAS:
        succeeded: bool = raw_call(self, method_id("spin()"), gas=2000, revert_on_failure=False)
        assert not succeeded
    elif behaviour == CALLS_NOTHING:
        raw_call(witness, b"", gas=ALL_GAS)
    elif behaviour == PAYS_A_STRANGER:
        raw_call(witness, b"", value=1, gas=ALL_GAS)
    elif behaviour == READS_A_BALANCE:
        assert witness.balance != max_value(uint256)


@external
def spin():
    for index: uint256 in range(1000000):
        assert index != max_value(uint256)
