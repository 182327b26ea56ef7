# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title AccountDouble
@notice A test double of a smart account whose signed order anybody may submit: it holds the user's
        tokens and takes every order for signed. Not for production.
"""


@external
@payable
def __default__():
    pass


@external
def execute(target: address, payload: Bytes[4096]):
    raw_call(target, payload)
