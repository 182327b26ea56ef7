# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title LiquidityProvider
@notice A passive liquidity provider with which real pools' histories are re-enacted: exact
        liquidity in, exact liquidity out. Not for production.
@dev Amounts are in each token's smallest unit. The tokens are this contract's own balances; they
     come in by plain transfers. Every call is the owner's alone.
"""


interface IERC20:
    def transfer(to: address, amount: uint256) -> bool: nonpayable

interface IUniswapV3Pool:
    def token0() -> address: view
    def token1() -> address: view
    def mint(recipient: address, tickLower: int24, tickUpper: int24, amount: uint128, data: Bytes[1]) -> (uint256, uint256): nonpayable
    def burn(tickLower: int24, tickUpper: int24, amount: uint128) -> (uint256, uint256): nonpayable
    def collect(recipient: address, tickLower: int24, tickUpper: int24, amount0Requested: uint128, amount1Requested: uint128) -> (uint128, uint128): nonpayable


owner: public(immutable(address))

# The pool that may call back: set only around our own mint.
mintingPool: transient(address)


@deploy
def __init__():
    """
    @notice The caller becomes the owner, for ever.
    """
    owner = msg.sender


@external
@nonreentrant
def mint(pool: address, tickLower: int24, tickUpper: int24, liquidity: uint128) -> (uint256, uint256):
    """
    @notice Adds liquidity and pays for it. Owner only.
    @return token0 and token1 paid, rounded up by the pool.
    """
    self._requireOwner()
    amount0: uint256 = 0
    amount1: uint256 = 0
    self.mintingPool = pool
    amount0, amount1 = extcall IUniswapV3Pool(pool).mint(self, tickLower, tickUpper, liquidity, b"")
    self.mintingPool = empty(address)
    return amount0, amount1


@external
@nonreentrant
def burn(pool: address, tickLower: int24, tickUpper: int24, liquidity: uint128) -> (uint256, uint256):
    """
    @notice Removes liquidity; the tokens stay owed by the pool until `collect`. Zero liquidity
            only brings the position's fees up to date. Owner only.
    @return token0 and token1 newly owed for the liquidity, without fees, rounded down by the pool.
    """
    self._requireOwner()
    return extcall IUniswapV3Pool(pool).burn(tickLower, tickUpper, liquidity)


@external
@nonreentrant
def collect(pool: address, tickLower: int24, tickUpper: int24) -> (uint128, uint128):
    """
    @notice Takes everything that the pool owes a position. Owner only.
    @return token0 and token1 received.
    """
    self._requireOwner()
    return extcall IUniswapV3Pool(pool).collect(
        self, tickLower, tickUpper, max_value(uint128), max_value(uint128)
    )


@external
def uniswapV3MintCallback(amount0Owed: uint256, amount1Owed: uint256, data: Bytes[1]):
    """
    @notice Pays a pool for the mint that this contract has just asked of it.
    @dev With idle transient storage the expected pool is the zero address, which is refused too.
    """
    assert msg.sender == self.mintingPool and msg.sender != empty(address), "stranger"
    if amount0Owed != 0:
        token0: address = staticcall IUniswapV3Pool(msg.sender).token0()
        assert extcall IERC20(token0).transfer(msg.sender, amount0Owed, default_return_value=True)
    if amount1Owed != 0:
        token1: address = staticcall IUniswapV3Pool(msg.sender).token1()
        assert extcall IERC20(token1).transfer(msg.sender, amount1Owed, default_return_value=True)


@internal
@view
def _requireOwner():
    assert msg.sender == owner, "owner only"
