# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title JitTrampoline
@notice Makes the calls of users' orders for the atomic mode, so that they never come from a contract
        that has a role, an approval or a balance anywhere.
@dev It has no storage, no owner and no use for tokens: whatever is sent to it, anybody may take.
     Anybody may call it, so that being called by it says nothing.
"""


MAX_PAYLOAD: constant(uint256) = 4096


@external
def forward(target: address, payload: Bytes[MAX_PAYLOAD]):
    """
    @notice Calls the target with the payload; fails with the target's own error.
    """
    raw_call(target, payload)
