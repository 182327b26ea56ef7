# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title AccountFactoryDouble
@notice A test double of a factory of smart accounts: minimal proxies by CREATE2. Not for production.
"""


interface IAccount:
    def initialize(owner: address): nonpayable
    def setBehaviour(behaviour: uint256, witness: address): nonpayable


IMPLEMENTATION: immutable(address)


@deploy
def __init__(implementation: address):
    IMPLEMENTATION = implementation


@external
@payable
def __default__():
    pass


@external
def createAccount(owner: address, salt: bytes32, behaviour: uint256, witness: address) -> address:
    account: address = create_minimal_proxy_to(IMPLEMENTATION, salt=salt)
    extcall IAccount(account).initialize(owner)
    if behaviour != 0:
        extcall IAccount(account).setBehaviour(behaviour, witness)
    return account


@external
@payable
def stake(entryPoint: address, delay: uint32):
    raw_call(entryPoint, abi_encode(delay, method_id=method_id("addStake(uint32)")), value=msg.value)
