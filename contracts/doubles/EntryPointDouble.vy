# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title EntryPointDouble
@notice A test double of ERC-4337's EntryPoint 0.7, written after its published source: packed
        operations and their hash, validation by account and paymaster, nonces by key, prefunds,
        deposits and stakes, the inner call whose failure is swallowed, postOp, the penalty for unused
        gas, and the beneficiary's pay, with the contract's own errors and events. Not for production.
@dev What it is not: its code, and so its gas, is not the EntryPoint's; there are no aggregators and no
     simulation methods; one operation a call, of bounded length; the lock is in transient storage.
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

struct DepositInfo:
    deposit: uint256
    staked: bool
    stake: uint256
    unstakeDelaySec: uint256
    withdrawTime: uint256

# UserOpInfo, with the parts of MemoryUserOp that are needed behind validation.
struct Info:
    userOpHash: bytes32
    sender: address
    nonce: uint256
    verificationGasLimit: uint256
    callGasLimit: uint256
    paymasterVerificationGasLimit: uint256
    paymasterPostOpGasLimit: uint256
    preVerificationGas: uint256
    paymaster: address
    maxFeePerGas: uint256
    maxPriorityFeePerGas: uint256
    prefund: uint256
    preOpGas: uint256


event BeforeExecution:
    pass

event UserOperationEvent:
    userOpHash: indexed(bytes32)
    sender: indexed(address)
    paymaster: indexed(address)
    nonce: uint256
    success: bool
    actualGasCost: uint256
    actualGasUsed: uint256

event AccountDeployed:
    userOpHash: indexed(bytes32)
    sender: indexed(address)
    factory: address
    paymaster: address

event UserOperationRevertReason:
    userOpHash: indexed(bytes32)
    sender: indexed(address)
    nonce: uint256
    revertReason: Bytes[2048]

event PostOpRevertReason:
    userOpHash: indexed(bytes32)
    sender: indexed(address)
    nonce: uint256
    revertReason: Bytes[2048]

event UserOperationPrefundTooLow:
    userOpHash: indexed(bytes32)
    sender: indexed(address)
    nonce: uint256

event Deposited:
    account: indexed(address)
    totalDeposit: uint256

event Withdrawn:
    account: indexed(address)
    withdrawAddress: address
    amount: uint256

event StakeLocked:
    account: indexed(address)
    totalStaked: uint256
    unstakeDelaySec: uint256

event StakeUnlocked:
    account: indexed(address)
    withdrawTime: uint256


# IPaymaster.PostOpMode
OP_SUCCEEDED: constant(uint256) = 0
OP_REVERTED: constant(uint256) = 1
POST_OP_REVERTED: constant(uint256) = 2

INNER_GAS_OVERHEAD: constant(uint256) = 10_000
PENALTY_PERCENT: constant(uint256) = 10
# 0xdeaddead and 0xdeadaa51 at the head of a word.
INNER_OUT_OF_GAS: constant(uint256) = 3735936685 * 2**224
INNER_REVERT_LOW_PREFUND: constant(uint256) = 3735923281 * 2**224
UINT160_MASK: constant(uint256) = 2**160 - 1
UINT128_MASK: constant(uint256) = 2**128 - 1
UINT48_MASK: constant(uint256) = 2**48 - 1

# The mappings stand in the EntryPoint's order.
deposits: public(HashMap[address, DepositInfo])
nonceSequenceNumber: public(HashMap[address, HashMap[uint256, uint256]])

SENDER_CREATOR: immutable(address)


@deploy
def __init__(senderCreator: address):
    SENDER_CREATOR = senderCreator


@external
@payable
def __default__():
    assert len(msg.data) == 0
    self._deposit(msg.sender, msg.value)


# ---------------------------------------------------------------- operations


@external
@nonreentrant
def handleOps(ops: DynArray[PackedUserOperation, 1], beneficiary: address):
    op: PackedUserOperation = ops[0]
    info: Info = empty(Info)
    context: Bytes[256] = b""
    info, context = self._validatePrepayment(op)
    log BeforeExecution()
    collected: uint256 = self._executeUserOp(op.callData, info, context)
    if beneficiary == empty(address):
        raise "AA90 invalid beneficiary"
    if not raw_call(beneficiary, b"", value=collected, revert_on_failure=False):
        raise "AA91 failed send to beneficiary"


@external
@view
def getUserOpHash(userOp: PackedUserOperation) -> bytes32:
    return self._hash(userOp)


@external
@view
def getNonce(sender: address, key: uint256) -> uint256:
    return self.nonceSequenceNumber[sender][key] | (key << 64)


@internal
@view
def _hash(op: PackedUserOperation) -> bytes32:
    inner: bytes32 = keccak256(
        abi_encode(
            op.sender,
            op.nonce,
            keccak256(op.initCode),
            keccak256(op.callData),
            op.accountGasLimits,
            op.preVerificationGas,
            op.gasFees,
            keccak256(op.paymasterAndData),
        )
    )
    return keccak256(abi_encode(inner, self, chain.id))


# ---------------------------------------------------------------- validation


@internal
def _validatePrepayment(op: PackedUserOperation) -> (Info, Bytes[256]):
    preGas: uint256 = msg.gas
    info: Info = empty(Info)
    info.userOpHash = self._hash(op)
    info.sender = op.sender
    info.nonce = op.nonce
    limits: uint256 = convert(op.accountGasLimits, uint256)
    info.verificationGasLimit = limits >> 128
    info.callGasLimit = limits & UINT128_MASK
    info.preVerificationGas = op.preVerificationGas
    fees: uint256 = convert(op.gasFees, uint256)
    info.maxPriorityFeePerGas = fees >> 128
    info.maxFeePerGas = fees & UINT128_MASK
    if len(op.paymasterAndData) > 0:
        if len(op.paymasterAndData) < 52:
            raise "AA93 invalid paymasterAndData"
        info.paymaster = convert(slice(op.paymasterAndData, 0, 20), address)
        info.paymasterVerificationGasLimit = convert(slice(op.paymasterAndData, 20, 16), uint256)
        info.paymasterPostOpGasLimit = convert(slice(op.paymasterAndData, 36, 16), uint256)
    largest: uint256 = info.verificationGasLimit | info.callGasLimit | info.preVerificationGas
    largest = largest | info.paymasterVerificationGasLimit | info.paymasterPostOpGasLimit
    largest = largest | info.maxFeePerGas | info.maxPriorityFeePerGas
    if largest >= 2**120:
        self._fail("AA94 gas values overflow")
    info.prefund = (
        info.verificationGasLimit
        + info.callGasLimit
        + info.paymasterVerificationGasLimit
        + info.paymasterPostOpGasLimit
        + info.preVerificationGas
    ) * info.maxFeePerGas

    validationData: uint256 = self._validateAccount(op, info)
    key: uint256 = op.nonce >> 64
    sequence: uint256 = self.nonceSequenceNumber[op.sender][key]
    self.nonceSequenceNumber[op.sender][key] = unsafe_add(sequence, 1)
    if sequence != op.nonce & (2**64 - 1):
        self._fail("AA25 invalid account nonce")
    if preGas - msg.gas > info.verificationGasLimit:
        self._fail("AA26 over verificationGasLimit")
    context: Bytes[256] = b""
    paymasterData: uint256 = 0
    if info.paymaster != empty(address):
        context, paymasterData = self._validatePaymaster(op, info)
    info.preOpGas = preGas - msg.gas + op.preVerificationGas

    if validationData & UINT160_MASK != 0:
        self._fail("AA24 signature error")
    if self._isOutOfTime(validationData):
        self._fail("AA22 expired or not due")
    if paymasterData & UINT160_MASK != 0:
        self._fail("AA34 signature error")
    if self._isOutOfTime(paymasterData):
        self._fail("AA32 paymaster expired or not due")
    return info, context


@internal
@view
def _isOutOfTime(validationData: uint256) -> bool:
    validUntil: uint256 = (validationData >> 160) & UINT48_MASK
    validAfter: uint256 = validationData >> 208
    return (validUntil != 0 and block.timestamp > validUntil) or block.timestamp < validAfter


@internal
def _validateAccount(op: PackedUserOperation, info: Info) -> uint256:
    if len(op.initCode) != 0:
        self._createSender(op, info)
    missing: uint256 = 0
    if info.paymaster == empty(address):
        balance: uint256 = self.deposits[op.sender].deposit
        missing = 0 if balance > info.prefund else info.prefund - balance
    assert op.sender.is_contract
    succeeded: bool = False
    answer: Bytes[2048] = b""
    succeeded, answer = raw_call(
        op.sender,
        abi_encode(
            op,
            info.userOpHash,
            missing,
            method_id=method_id(
                "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)"
            ),
        ),
        max_outsize=2048,
        gas=info.verificationGasLimit,
        revert_on_failure=False,
    )
    if not succeeded:
        self._failWithRevert("AA23 reverted", answer)
    assert len(answer) >= 32
    if info.paymaster == empty(address):
        deposit: uint256 = self.deposits[op.sender].deposit
        if info.prefund > deposit:
            self._fail("AA21 didn't pay prefund")
        self.deposits[op.sender].deposit = deposit - info.prefund
    return convert(slice(answer, 0, 32), uint256)


@internal
def _createSender(op: PackedUserOperation, info: Info):
    if op.sender.is_contract:
        self._fail("AA10 sender already constructed")
    if len(op.initCode) < 20:
        raise "AA99 initCode too small"
    answer: Bytes[32] = raw_call(
        SENDER_CREATOR,
        abi_encode(op.initCode, method_id=method_id("createSender(bytes)")),
        max_outsize=32,
        gas=info.verificationGasLimit,
    )
    created: address = convert(convert(answer, uint256) & UINT160_MASK, address)
    if created == empty(address):
        self._fail("AA13 initCode failed or OOG")
    if created != op.sender:
        self._fail("AA14 initCode must return sender")
    if not created.is_contract:
        self._fail("AA15 initCode must create sender")
    log AccountDeployed(
        userOpHash=info.userOpHash,
        sender=op.sender,
        factory=convert(slice(op.initCode, 0, 20), address),
        paymaster=info.paymaster,
    )


@internal
def _validatePaymaster(op: PackedUserOperation, info: Info) -> (Bytes[256], uint256):
    preGas: uint256 = msg.gas
    deposit: uint256 = self.deposits[info.paymaster].deposit
    if deposit < info.prefund:
        self._fail("AA31 paymaster deposit too low")
    self.deposits[info.paymaster].deposit = deposit - info.prefund
    assert info.paymaster.is_contract
    succeeded: bool = False
    answer: Bytes[2048] = b""
    succeeded, answer = raw_call(
        info.paymaster,
        abi_encode(
            op,
            info.userOpHash,
            info.prefund,
            method_id=method_id(
                "validatePaymasterUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)"
            ),
        ),
        max_outsize=2048,
        gas=info.paymasterVerificationGasLimit,
        revert_on_failure=False,
    )
    if not succeeded:
        self._failWithRevert("AA33 reverted", answer)
    context: Bytes[256] = b""
    validationData: uint256 = 0
    context, validationData = abi_decode(answer, (Bytes[256], uint256))
    if preGas - msg.gas > info.paymasterVerificationGasLimit:
        self._fail("AA36 over paymasterVerificationGasLimit")
    return context, validationData


# ---------------------------------------------------------------- execution


@internal
def _executeUserOp(callData: Bytes[3072], info: Info, context: Bytes[256]) -> uint256:
    preGas: uint256 = msg.gas
    succeeded: bool = False
    answer: Bytes[2048] = b""
    succeeded, answer = raw_call(
        self,
        abi_encode(
            callData,
            info,
            context,
            method_id=method_id(
                "innerHandleOp(bytes,(bytes32,address,uint256,uint256,uint256,uint256,uint256,uint256,address,uint256,uint256,uint256,uint256),bytes)"
            ),
        ),
        max_outsize=2048,
        revert_on_failure=False,
    )
    if succeeded:
        return convert(slice(answer, 0, 32), uint256)
    code: uint256 = 0
    if len(answer) == 32:
        code = convert(slice(answer, 0, 32), uint256)
    if code == INNER_OUT_OF_GAS:
        # handleOps was called with too little gas: the whole is void.
        self._fail("AA95 out of gas")
    if code == INNER_REVERT_LOW_PREFUND:
        # Too little was paid in advance: all of it is the cost.
        actualGas: uint256 = preGas - msg.gas + info.preOpGas
        log UserOperationPrefundTooLow(userOpHash=info.userOpHash, sender=info.sender, nonce=info.nonce)
        self._logOperation(info, False, info.prefund, actualGas)
        return info.prefund
    log PostOpRevertReason(userOpHash=info.userOpHash, sender=info.sender, nonce=info.nonce, revertReason=answer)
    return self._postExecution(POST_OP_REVERTED, info, context, preGas - msg.gas + info.preOpGas)


@external
def innerHandleOp(callData: Bytes[3072], info: Info, context: Bytes[256]) -> uint256:
    preGas: uint256 = msg.gas
    assert msg.sender == self, "AA92 internal call only"
    if msg.gas * 63 // 64 < info.callGasLimit + info.paymasterPostOpGasLimit + INNER_GAS_OVERHEAD:
        raw_revert(abi_encode(INNER_OUT_OF_GAS))
    mode: uint256 = OP_SUCCEEDED
    if len(callData) > 0:
        succeeded: bool = False
        answer: Bytes[2048] = b""
        succeeded, answer = raw_call(
            info.sender, callData, max_outsize=2048, gas=info.callGasLimit, revert_on_failure=False
        )
        if not succeeded:
            if len(answer) > 0:
                log UserOperationRevertReason(
                    userOpHash=info.userOpHash, sender=info.sender, nonce=info.nonce, revertReason=answer
                )
            mode = OP_REVERTED
    return self._postExecution(mode, info, context, preGas - msg.gas + info.preOpGas)


@internal
def _postExecution(mode: uint256, info: Info, context: Bytes[256], gasBefore: uint256) -> uint256:
    preGas: uint256 = msg.gas
    actualGas: uint256 = gasBefore
    gasPrice: uint256 = info.maxFeePerGas
    if info.maxFeePerGas != info.maxPriorityFeePerGas:
        gasPrice = min(info.maxFeePerGas, info.maxPriorityFeePerGas + block.basefee)
    refunded: address = info.sender
    if info.paymaster != empty(address):
        refunded = info.paymaster
        if len(context) > 0 and mode != POST_OP_REVERTED:
            succeeded: bool = False
            answer: Bytes[2048] = b""
            succeeded, answer = raw_call(
                info.paymaster,
                abi_encode(
                    mode,
                    context,
                    actualGas * gasPrice,
                    gasPrice,
                    method_id=method_id("postOp(uint8,bytes,uint256,uint256)"),
                ),
                max_outsize=2048,
                gas=info.paymasterPostOpGasLimit,
                revert_on_failure=False,
            )
            if not succeeded:
                raw_revert(abi_encode(answer, method_id=method_id("PostOpReverted(bytes)")))
    actualGas += preGas - msg.gas
    # A tenth of the gas that was asked for and not used.
    limit: uint256 = info.callGasLimit + info.paymasterPostOpGasLimit
    used: uint256 = actualGas - info.preOpGas
    if limit > used:
        actualGas += (limit - used) * PENALTY_PERCENT // 100
    actualGasCost: uint256 = actualGas * gasPrice
    if info.prefund < actualGasCost:
        if mode != POST_OP_REVERTED:
            raw_revert(abi_encode(INNER_REVERT_LOW_PREFUND))
        log UserOperationPrefundTooLow(userOpHash=info.userOpHash, sender=info.sender, nonce=info.nonce)
        self._logOperation(info, False, info.prefund, actualGas)
        return info.prefund
    self.deposits[refunded].deposit += info.prefund - actualGasCost
    self._logOperation(info, mode == OP_SUCCEEDED, actualGasCost, actualGas)
    return actualGasCost


@internal
def _logOperation(info: Info, success: bool, actualGasCost: uint256, actualGas: uint256):
    log UserOperationEvent(
        userOpHash=info.userOpHash,
        sender=info.sender,
        paymaster=info.paymaster,
        nonce=info.nonce,
        success=success,
        actualGasCost=actualGasCost,
        actualGasUsed=actualGas,
    )


@internal
@pure
def _fail(reason: String[64]):
    raw_revert(abi_encode(convert(0, uint256), reason, method_id=method_id("FailedOp(uint256,string)")))


@internal
@pure
def _failWithRevert(reason: String[64], inner: Bytes[2048]):
    raw_revert(
        abi_encode(
            convert(0, uint256), reason, inner, method_id=method_id("FailedOpWithRevert(uint256,string,bytes)")
        )
    )


# ---------------------------------------------------------------- deposits and stakes


@external
@view
def balanceOf(account: address) -> uint256:
    return self.deposits[account].deposit


@external
@view
def getDepositInfo(account: address) -> DepositInfo:
    return self.deposits[account]


@external
@payable
def depositTo(account: address):
    self._deposit(account, msg.value)


@internal
def _deposit(account: address, amount: uint256):
    self.deposits[account].deposit += amount
    log Deposited(account=account, totalDeposit=self.deposits[account].deposit)


@external
def withdrawTo(withdrawAddress: address, amount: uint256):
    deposit: uint256 = self.deposits[msg.sender].deposit
    assert amount <= deposit, "Withdraw amount too large"
    self.deposits[msg.sender].deposit = deposit - amount
    log Withdrawn(account=msg.sender, withdrawAddress=withdrawAddress, amount=amount)
    raw_call(withdrawAddress, b"", value=amount)


@external
@payable
def addStake(unstakeDelaySec: uint32):
    info: DepositInfo = self.deposits[msg.sender]
    delay: uint256 = convert(unstakeDelaySec, uint256)
    assert delay > 0, "must specify unstake delay"
    assert delay >= info.unstakeDelaySec, "cannot decrease unstake time"
    stake: uint256 = info.stake + msg.value
    assert stake > 0, "no stake specified"
    self.deposits[msg.sender] = DepositInfo(
        deposit=info.deposit, staked=True, stake=stake, unstakeDelaySec=delay, withdrawTime=0
    )
    log StakeLocked(account=msg.sender, totalStaked=stake, unstakeDelaySec=delay)


@external
def unlockStake():
    info: DepositInfo = self.deposits[msg.sender]
    assert info.unstakeDelaySec != 0, "not staked"
    assert info.staked, "already unstaking"
    self.deposits[msg.sender].withdrawTime = block.timestamp + info.unstakeDelaySec
    self.deposits[msg.sender].staked = False
    log StakeUnlocked(account=msg.sender, withdrawTime=block.timestamp + info.unstakeDelaySec)
