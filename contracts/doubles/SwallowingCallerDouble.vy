# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title SwallowingCallerDouble
@notice A test double of the one thing about an ERC-4337 EntryPoint that matters to whoever calls it:
        an operation that fails does not make handleOps fail. EntryPointDouble is the rest of it. Not
        for production.
"""


event UserOperationEvent:
    sender: indexed(address)
    success: bool


@external
def handleOps(sender: address, callData: Bytes[4096]):
    success: bool = raw_call(sender, callData, revert_on_failure=False)
    log UserOperationEvent(sender=sender, success=success)
