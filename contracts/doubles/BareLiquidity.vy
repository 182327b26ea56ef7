# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
# SPDX-License-Identifier: Apache-2.0
"""
@title BareLiquidity
@notice The least that just-in-time liquidity can cost: the calls of pools and tokens that cannot be
        left out, and nothing else. No role, no guard, no record, no check of a profit: anybody may
        empty it. It is measured beside JitExecutor and JitFlash to know the floor. Not for production.
@dev All that does not change stands in the code, so that it reads no storage of its own. token0 is WETH.
     Amounts are in each token's smallest unit.
"""


interface IERC20:
    def transfer(to: address, amount: uint256): nonpayable

interface IWETH:
    def withdraw(amount: uint256): nonpayable

interface IUniswapV3Pool:
    def mint(recipient: address, tickLower: int24, tickUpper: int24, amount: uint128, data: Bytes[1]) -> (uint256, uint256): nonpayable
    def burn(tickLower: int24, tickUpper: int24, amount: uint128): nonpayable
    def collect(recipient: address, tickLower: int24, tickUpper: int24, amount0Requested: uint128, amount1Requested: uint128) -> (uint256, uint256): nonpayable
    def swap(recipient: address, zeroForOne: bool, amountSpecified: int256, sqrtPriceLimitX96: uint160, data: Bytes[1]) -> (uint256, uint256): nonpayable
    def flash(recipient: address, amount0: uint256, amount1: uint256, data: Bytes[MAX_DATA]): nonpayable


MAX_DATA: constant(uint256) = 4096
MAX_PAYLOAD: constant(uint256) = 3584

# Uniswap's lowest price, exclusive.
MIN_SQRT_RATIO: constant(uint160) = 4295128739

POOL: immutable(address)
HEDGE_POOL: immutable(address)
LENDER: immutable(address)
WETH: immutable(address)
TOKEN: immutable(address)
RECIPIENT: immutable(address)


@deploy
def __init__(pool: address, hedgePool: address, lender: address, weth: address, token: address, recipient: address):
    POOL = pool
    HEDGE_POOL = hedgePool
    LENDER = lender
    WETH = weth
    TOKEN = token
    RECIPIENT = recipient


@external
@payable
def __default__():
    pass


@external
def open(tickLower: int24, tickUpper: int24, liquidity: uint128):
    """
    @notice One call of the pool's mint.
    """
    extcall IUniswapV3Pool(POOL).mint(self, tickLower, tickUpper, liquidity, b"")


@external
def close(tickLower: int24, tickUpper: int24, liquidity: uint128, profit: uint256, tip: uint256):
    """
    @notice Burns and collects; sends a profit and a tip, of which the caller says how much it is.
    """
    extcall IUniswapV3Pool(POOL).burn(tickLower, tickUpper, liquidity)
    extcall IUniswapV3Pool(POOL).collect(self, tickLower, tickUpper, max_value(uint128), max_value(uint128))
    self._settle(profit, tip)


@external
def atomic(loan: uint256, data: Bytes[MAX_DATA]):
    """
    @notice Borrows TOKEN; the lender hands the data on, in which everything else is.
    """
    extcall IUniswapV3Pool(LENDER).flash(self, 0, loan, data)


@external
def uniswapV3FlashCallback(fee0: uint256, fee1: uint256, data: Bytes[MAX_DATA]):
    """
    @notice Mints, calls the order's target, burns and collects, buys back in the hedge's pool what is
            lacking of TOKEN, repays.
    """
    tickLower: int24 = 0
    tickUpper: int24 = 0
    liquidity: uint128 = 0
    loan: uint256 = 0
    profit: uint256 = 0
    tip: uint256 = 0
    target: address = empty(address)
    payload: Bytes[MAX_PAYLOAD] = b""
    tickLower, tickUpper, liquidity, loan, profit, tip, target, payload = abi_decode(
        data, (int24, int24, uint128, uint256, uint256, uint256, address, Bytes[MAX_PAYLOAD])
    )
    amount0: uint256 = 0
    paid: uint256 = 0
    received: uint256 = 0
    amount0, paid = extcall IUniswapV3Pool(POOL).mint(self, tickLower, tickUpper, liquidity, b"")
    raw_call(target, payload)
    extcall IUniswapV3Pool(POOL).burn(tickLower, tickUpper, liquidity)
    amount0, received = extcall IUniswapV3Pool(POOL).collect(
        self, tickLower, tickUpper, max_value(uint128), max_value(uint128)
    )
    extcall IUniswapV3Pool(HEDGE_POOL).swap(
        self, True, convert(received, int256) - convert(paid + fee1, int256), MIN_SQRT_RATIO + 1, b""
    )
    extcall IERC20(TOKEN).transfer(LENDER, loan + fee1)
    self._settle(profit, tip)


@external
def uniswapV3MintCallback(amount0Owed: uint256, amount1Owed: uint256, data: Bytes[1]):
    if amount0Owed != 0:
        extcall IERC20(WETH).transfer(msg.sender, amount0Owed)
    if amount1Owed != 0:
        extcall IERC20(TOKEN).transfer(msg.sender, amount1Owed)


@external
def uniswapV3SwapCallback(amount0Delta: int256, amount1Delta: int256, data: Bytes[1]):
    extcall IERC20(WETH).transfer(msg.sender, convert(amount0Delta, uint256))


@internal
def _settle(profit: uint256, tip: uint256):
    extcall IWETH(WETH).withdraw(tip)
    extcall IERC20(WETH).transfer(RECIPIENT, profit)
    raw_call(block.coinbase, b"", value=tip)
