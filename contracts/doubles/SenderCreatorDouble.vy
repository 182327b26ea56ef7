# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title SenderCreatorDouble
@notice A test double of the contract by which an ERC-4337 EntryPoint calls factories, so that none is
        called by the EntryPoint itself. Not for production.
"""


@external
def createSender(initCode: Bytes[512]) -> address:
    """
    @notice Calls the factory that the first twenty bytes name with the rest; zero where it fails.
    """
    succeeded: bool = False
    answer: Bytes[32] = b""
    succeeded, answer = raw_call(
        convert(slice(initCode, 0, 20), address),
        slice(initCode, 20, len(initCode) - 20),
        max_outsize=32,
        # All there is: Vyper reads the gas long before a call that names none.
        gas=max_value(uint256),
        revert_on_failure=False,
    )
    if not succeeded or len(answer) != 32:
        return empty(address)
    return convert(convert(answer, uint256) & (2**160 - 1), address)
