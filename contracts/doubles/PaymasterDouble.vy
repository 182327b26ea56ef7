# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title PaymasterDouble
@notice A test double of a paymaster of ERC-4337, whose behaviour the first byte of its own data in the
        operation chooses. Not for production.
"""


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


# Pays whatever comes, without storage and without postOp.
PAYS: constant(uint256) = 0
# Pays while its own storage says so: it may change its mind.
PAYS_WHILE_OPEN: constant(uint256) = 1
# Is called again behind the operation.
HAS_CONTEXT: constant(uint256) = 2
# Is called again, and fails then.
FAILS_BEHIND: constant(uint256) = 3

ENTRY_POINT: immutable(address)

isClosed: public(bool)
# Wei that postOp was told of, all together.
told: public(uint256)


@deploy
def __init__(entryPoint: address):
    ENTRY_POINT = entryPoint


@external
def setClosed(isClosed: bool):
    self.isClosed = isClosed


@external
@payable
def stake(delay: uint32):
    raw_call(ENTRY_POINT, abi_encode(delay, method_id=method_id("addStake(uint32)")), value=msg.value)


@external
def validatePaymasterUserOp(userOp: PackedUserOperation, userOpHash: bytes32, maxCost: uint256) -> (Bytes[64], uint256):
    assert msg.sender == ENTRY_POINT, "paymaster: not EntryPoint"
    mode: uint256 = convert(slice(userOp.paymasterAndData, 52, 1), uint256)
    if mode == PAYS_WHILE_OPEN:
        assert not self.isClosed, "paymaster: closed"
    if mode == HAS_CONTEXT or mode == FAILS_BEHIND:
        return abi_encode(mode), 0
    return b"", 0


@external
def postOp(mode: uint8, context: Bytes[64], actualGasCost: uint256, actualUserOpFeePerGas: uint256):
    assert msg.sender == ENTRY_POINT, "paymaster: not EntryPoint"
    assert abi_decode(context, uint256) != FAILS_BEHIND, "paymaster: no"
    self.told += actualGasCost
