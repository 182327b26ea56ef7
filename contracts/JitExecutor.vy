# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# SPDX-License-Identifier: Apache-2.0
"""
@title JitExecutor
@notice Holds the searcher's inventory and provides it as just-in-time liquidity to Uniswap V3
        pools, in the inventory mode: a bundle [open | the swapper's transaction | close].
@dev
Amounts are in each token's smallest unit; profit, tip and thresholds in WETH wei. Prices are
Uniswap's sqrtPriceX96 (square root of token1 per token0, 96 fractional bits). WETH is the only
numeraire: a pool without WETH is refused.

Roles
  owner      one address, two-step transfer. Sets everything; receives every withdrawal.
  operator   hot keys of the searcher. open, close, unwind, pause.
  guardian   the on-call engineer. pause, unwind, withdraw (to the owner only); never opens or sets.

What a stolen operator key can do. It chooses its own guard and reference price, so neither
protects: it can move the pool's price, open there, move it back and never close. The bounds are
the owner's pool record: the pool's tick and every position's ticks must lie inside the owner's
band, which limits the reference price and the hedge of `close` too, and deposits are capped per open
and per block. A tip that a closing does not earn in WETH counts as a deposit of WETH: it may have been
earned in the other token at the worst price of the band. What a block can lose in a pool is then at most
the band's width in price of the block's cap (plus the market's distance from the band when the owner
lets it go stale). Every block can lose it again, until somebody pauses or the key loses its role.

Errors, all `JitError(uint8)`. Numbers keep their meaning for ever; gaps belong to the atomic mode.
   1 constructor: a zero address (profit recipient or position manager)
   2 constructor: the position manager names no factory or no WETH
   4 caller is not the owner
   5 caller is not an operator
   6 caller is not the pending owner
   8 caller has no role that allows this
   9 transfer to the owner failed
  10 tokens not in order: token0 must be below token1
  11 paused
  12 block number is not the guard's target
  13 parent hash is not the guard's
  14 pool price outside the guard's bounds
  15 neither token of the pool is WETH
  16 profit below the floor
  17 the pool asks more than the guard's maximum amounts
  18 this set of positions is already open
  19 this set of positions is not open
  22 the hedge's pool is the positions' pool
  25 no function for this call data
  26 hedge: partial, or above its maximum input
  27 pool callback from a stranger
  28 token transfer failed, for want of balance as a rule
  32 block timestamp past the guard's maximum
  33 pool liquidity outside the guard's bounds
  34 the owner does not allow deposits into this pool
  35 pool tick or position ticks outside the owner's band
  36 deposit, or tip that was not earned in WETH, above the owner's cap per open
  37 these in one block above the owner's cap per block
  38 the guard has a zero target block, parent hash or timestamp
  39 tip above the owner's maximum
  40 reference price outside the owner's band
  41 pool record invalid: band or caps
  42 no positions
  43 an address cannot be operator and guardian at once (no longer raised: it has one role)
  44 no pool is deployed for this key
  45 zero address
  49 no such role
  52 constructor: more wei than there will ever be
"""


interface IERC20:
    def balanceOf(account: address) -> uint256: view

interface IWETH:
    def withdraw(amount: uint256): nonpayable

interface IPositionManager:
    def factory() -> address: view
    def WETH9() -> address: view

# Sums of pool amounts below are unchecked: an amount stays under 2**192 and there are at most four.
# Answers are read as whole words and only as far as needed: a pool is genuine, because its address
# is derived, so its answers need no range checks.
interface IUniswapV3Pool:
    def slot0() -> (uint256, int256): view
    def liquidity() -> uint256: view
    def positions(key: bytes32) -> uint256: view
    def mint(recipient: address, tickLower: int24, tickUpper: int24, amount: uint128, data: Bytes[1]) -> (uint256, uint256): nonpayable
    def burn(tickLower: int24, tickUpper: int24, amount: uint128): nonpayable
    def collect(recipient: address, tickLower: int24, tickUpper: int24, amount0Requested: uint128, amount1Requested: uint128) -> (int256, int256): nonpayable
    def swap(recipient: address, zeroForOne: bool, amountSpecified: int256, sqrtPriceLimitX96: uint160, data: Bytes[1]) -> (int256, int256): nonpayable


# A pool as its deployer names it. The pool's address is derived, never taken from the caller.
struct PoolKey:
    token0: address
    token1: address
    fee: uint256

struct Position:
    tickLower: int24
    tickUpper: int24
    liquidity: uint128

# The state on which the bundle was proven. All bounds are inclusive. The block number and the
# parent's hash do not stop a replay when a block is orphaned and the next slot builds on the same
# parent; the timestamp does.
struct Guard:
    targetBlock: uint256
    parentHash: bytes32
    maxTimestamp: uint256
    minSqrtPriceX96: uint256
    maxSqrtPriceX96: uint256
    minLiquidity: uint256
    maxLiquidity: uint256
    maxAmount0: uint256
    maxAmount1: uint256

# How a closing is valued and what becomes of the profit. minProfit and tip are in WETH wei. A
# hedgeFee other than zero names the pool of the same tokens in which the whole change of the token
# that is not WETH is traded back, for at most hedgeMaxIn of the token that is paid.
struct Settle:
    refSqrtPriceX96: uint256
    minProfit: uint256
    tip: uint256
    sweep: bool
    hedgeFee: uint256
    hedgeMaxIn: uint256

# The owner's terms for a pool; in storage all of it is one slot. A blockMultiple of zero allows no
# deposit and leaves the band in force for closing.
struct Terms:
    bandLower: int256
    bandUpper: int256
    maxDeposit0: uint256
    maxDeposit1: uint256
    blockMultiple: uint256


event JitExecuted:
    pool: indexed(address)
    numeraire: indexed(address)
    mode: uint8
    profit: uint256
    tip: uint256

event ProfitTransferred:
    token: indexed(address)
    to: indexed(address)
    amount: uint256

event Withdrawal:
    token: indexed(address)
    to: indexed(address)
    amount: uint256

event WithdrawalFailed:
    token: indexed(address)

event OwnershipTransferStarted:
    previousOwner: indexed(address)
    newOwner: indexed(address)

event OwnershipTransferred:
    previousOwner: indexed(address)
    newOwner: indexed(address)

event RoleSet:
    account: indexed(address)
    role: uint256

event PoolSet:
    pool: indexed(address)
    bandLower: int24
    bandUpper: int24
    maxDeposit0: uint96
    maxDeposit1: uint96
    blockMultiple: uint8

event ProfitRulesSet:
    minProfitThreshold: uint256
    maxTip: uint256
    profitRecipient: indexed(address)

event Paused:
    caller: indexed(address)

event Unpaused:
    caller: indexed(address)


MAX_POSITIONS: constant(uint256) = 4
MAX_TOKENS: constant(uint256) = 16
MODE_INVENTORY: constant(uint8) = 1

OPERATOR: constant(uint256) = 1
GUARDIAN: constant(uint256) = 2

# keccak256 of the creation code of Ethereum mainnet's Uniswap V3 pool.
POOL_INIT_CODE_HASH: constant(bytes32) = 0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54

MAX_TICK: constant(int256) = 887272
UINT24_MASK: constant(uint256) = 2**24 - 1
UINT64_MASK: constant(uint256) = 2**64 - 1
UINT96_MASK: constant(uint256) = 2**96 - 1
UINT128_MASK: constant(uint256) = 2**128 - 1
UINT160_MASK: constant(uint256) = 2**160 - 1

# Gas for one call of a withdrawal, so that a hostile token cannot burn it all.
WITHDRAWAL_GAS: constant(uint256) = 300_000

# 1 / sqrt(1.0001) in 128 fractional bits, rounded to the nearest.
SQRT_TICK_RATIO_X128: constant(uint256) = 340265354078544963557816517032075149313

FACTORY: public(immutable(address))
WETH: public(immutable(address))
POSITION_MANAGER: public(immutable(address))
# Largest loan of the atomic mode, in WETH wei. The inventory mode takes none.
maxLoanSize: public(immutable(uint256))

owner: public(address)
pendingOwner: public(address)
paused: public(bool)
# account => NOBODY, OPERATOR or GUARDIAN; one word, so nobody is both.
roleOf: public(HashMap[address, uint256])

profitRecipient: public(address)
# Least profit that `close` accepts, and largest tip that it pays; WETH wei. A new contract pays
# no tip until the owner sets one.
minProfitThreshold: public(uint256)
maxTip: public(uint256)

# pool => the packed Terms: bandLower + MAX_TICK at bit 0, bandUpper + MAX_TICK at bit 24,
# maxDeposit0 at bit 48, maxDeposit1 at bit 144, blockMultiple at bit 240.
poolRecords: HashMap[address, uint256]
# pool => deposits of one block: block number at bit 0, token0 at bit 64, token1 at bit 160.
blockSpending: HashMap[address, uint256]
# record key => what the opening paid: token0 in the low, token1 in the high 128 bits. Kept per set
# of positions and not as a balance, so that overlapping bundles and donations do not disturb it.
# Zero means not open: an opening pays at least one unit, because the pool rounds up.
openings: public(HashMap[bytes32, uint256])

# The pool that may call back, and its tokens: set only around our own mint or hedge.
armedPool: transient(address)
armedToken0: transient(address)
armedToken1: transient(address)


@deploy
def __init__(minProfitThreshold: uint256, maxLoan: uint256, profitRecipient: address, positionManager: address):
    """
    @notice The caller becomes the owner. There is no operator, guardian, pool or tip yet.
    @param minProfitThreshold Least profit of a closing, WETH wei.
    @param maxLoan Largest loan of the atomic mode, WETH wei.
    @param profitRecipient Where swept profit goes.
    @param positionManager Uniswap's NonfungiblePositionManager; names the factory and WETH.
    """
    self._require(profitRecipient != empty(address) and positionManager != empty(address), 1)
    self._require(max(minProfitThreshold, maxLoan) <= UINT96_MASK, 52)
    FACTORY = staticcall IPositionManager(positionManager).factory()
    WETH = staticcall IPositionManager(positionManager).WETH9()
    self._require(FACTORY != empty(address) and WETH != empty(address), 2)
    POSITION_MANAGER = positionManager
    maxLoanSize = maxLoan
    self.minProfitThreshold = minProfitThreshold
    self.profitRecipient = profitRecipient
    self.owner = msg.sender
    log OwnershipTransferred(previousOwner=empty(address), newOwner=msg.sender)


@external
@payable
def __default__():
    """
    @notice Accepts plain ETH (WETH's withdrawal among others); any call data is refused.
    """
    self._require(len(msg.data) == 0, 25)


# ---------------------------------------------------------------- providing liquidity


@external
@nonreentrant
def open(key: PoolKey, positions: DynArray[Position, MAX_POSITIONS], guard: Guard) -> (uint256, uint256):
    """
    @notice Deposits up to four positions from the inventory. Operators only, not while paused.
    @dev Only adds liquidity; cannot swap. What was paid is recorded for `close`.
    @return token0 and token1 paid, smallest units, rounded up by the pool.
    """
    pool: address = empty(address)
    terms: Terms = empty(Terms)
    pool, terms = self._admit(msg.sender, key, guard)
    recordKey: bytes32 = self._recordKey(pool, positions)
    self._require(self.openings[recordKey] == 0, 18)

    paid0: uint256 = 0
    paid1: uint256 = 0
    self._arm(pool, key)
    for position: Position in positions:
        self._require(
            terms.bandLower <= convert(position.tickLower, int256) and convert(position.tickUpper, int256) <= terms.bandUpper, 35
        )
        amount0: uint256 = 0
        amount1: uint256 = 0
        amount0, amount1 = extcall IUniswapV3Pool(pool).mint(self, position.tickLower, position.tickUpper, position.liquidity, b"")
        paid0 = unsafe_add(paid0, amount0)
        paid1 = unsafe_add(paid1, amount1)
    self.armedPool = empty(address)

    self._require(paid0 <= guard.maxAmount0 and paid1 <= guard.maxAmount1, 17)
    paid: uint256 = paid0 | (paid1 << 128)
    self._chargeCaps(pool, terms, paid)
    self.openings[recordKey] = paid
    return paid0, paid1


@external
@nonreentrant
def close(key: PoolKey, positions: DynArray[Position, MAX_POSITIONS], settle: Settle) -> uint256:
    """
    @notice Withdraws an opening, in this or any later block, if it was profitable; pays the tip.
            Operators only, not while paused (`unwind` is for that).
    @dev profit = value of (received - paid) at the reference price - tip, every division rounded
         against us. It must reach the larger of settle.minProfit and minProfitThreshold. A hedge
         comes first, inside the owner's band, and leaves nothing to value but WETH.
         A sweep sends the profit as WETH, at most what is there, to profitRecipient. The tip goes
         to the block's coinbase last of all; WETH is unwrapped for what the ETH balance lacks.
    @return profit after the tip, WETH wei.
    """
    self._requireWorking(msg.sender)
    self._require(settle.tip <= self.maxTip, 39)
    pool: address = self._pool(key)
    terms: Terms = self._terms(pool)
    reference: uint256 = settle.refSqrtPriceX96
    lowest: uint256 = self._sqrtRatioAtTick(terms.bandLower)
    highest: uint256 = self._sqrtRatioAtTick(terms.bandUpper)
    self._require(lowest <= reference and reference < highest, 40)

    paid: uint256 = 0
    received0: int256 = 0
    received1: int256 = 0
    paid, received0, received1 = self._takeOut(pool, positions, False)
    delta0: int256 = unsafe_sub(received0, convert(paid & UINT128_MASK, int256))
    delta1: int256 = unsafe_sub(received1, convert(paid >> 128, int256))
    wethIs0: bool = key.token0 == WETH
    delta: int256 = delta1 if wethIs0 else delta0
    if settle.hedgeFee != 0 and delta != 0:
        self._require(settle.hedgeFee != key.fee, 22)
        # What was gained is sold to the last unit, what was lost is bought to the last unit: the
        # pool's sign for "exactly so much out" is ours for what we lack.
        zeroForOne: bool = wethIs0 == (delta < 0)
        hedgePool: address = self._pool(PoolKey(token0=key.token0, token1=key.token1, fee=settle.hedgeFee))
        self._arm(hedgePool, key)
        amount0: int256 = 0
        amount1: int256 = 0
        amount0, amount1 = extcall IUniswapV3Pool(hedgePool).swap(
            self, zeroForOne, delta, convert(unsafe_add(lowest, 1) if zeroForOne else unsafe_sub(highest, 1), uint160), b""
        )
        self.armedPool = empty(address)
        self._require(
            (amount1 if wethIs0 else amount0) == delta
            and max(amount0, amount1) <= convert(settle.hedgeMaxIn, int256),
            26,
        )
        delta0 = unsafe_sub(delta0, amount0)
        delta1 = unsafe_sub(delta1, amount1)
    # The tip is bounded by maxTip, amounts of pools by 2 ** 194, values by 2 ** 127.
    value: int256 = unsafe_sub(0, convert(settle.tip, int256))
    # Not earned in WETH: then it leaves the inventory like a deposit, at the operator's price.
    if unsafe_add(delta0 if wethIs0 else delta1, value) < 0:
        self._chargeCaps(pool, terms, settle.tip << (0 if wethIs0 else 128))
    if wethIs0:
        # The price turned over, rounded so that token1 counts against us.
        inverseX96: uint256 = unsafe_add(unsafe_div(2**192, reference), convert(delta1 < 0, uint256))
        value = unsafe_add(value, unsafe_add(delta0, self._valueOf(delta1, inverseX96)))
    else:
        value = unsafe_add(value, unsafe_add(delta1, self._valueOf(delta0, reference)))
    self._require(value >= convert(max(settle.minProfit, self.minProfitThreshold), int256), 16)
    profit: uint256 = convert(value, uint256)
    log JitExecuted(pool=pool, numeraire=WETH, mode=MODE_INVENTORY, profit=profit, tip=settle.tip)

    if self.balance < settle.tip:
        extcall IWETH(WETH).withdraw(unsafe_sub(settle.tip, self.balance))
    if settle.sweep:
        amount: uint256 = min(profit, staticcall IERC20(WETH).balanceOf(self))
        self._pay(WETH, self.profitRecipient, amount)
        log ProfitTransferred(token=WETH, to=self.profitRecipient, amount=amount)
    if settle.tip != 0:
        raw_call(block.coinbase, b"", value=settle.tip)
    return profit


@external
@nonreentrant
def unwind(key: PoolKey, positions: DynArray[Position, MAX_POSITIONS]):
    """
    @notice Rescue: withdraws positions without a profit check, also while paused and also when
            they were never recorded. Owner, operators and guardian.
    @dev A position that holds less liquidity than named is withdrawn as far as it goes, so that a
         half-withdrawn opening can still be cleared. A token that cannot be transferred stays owed by
         the pool and does not hold back the other one; the record, if there is one, is cleared when
         everything has come, so that `unwind` can be repeated. What came is in the pool's logs: an
         unwinding has them without a JitExecuted.
    """
    self._requireRescuer()
    self._takeOut(self._pool(key), positions, True)


@external
def uniswapV3MintCallback(amount0Owed: uint256, amount1Owed: uint256, data: Bytes[1]):
    """
    @notice Pays a pool for the mint that this contract has just asked of it.
    @dev With idle transient storage the expected pool is the zero address, which is refused too.
         The data is ignored: everything needed was stored before the mint.
    """
    self._payPool(convert(amount0Owed, int256), convert(amount1Owed, int256))


@external
def uniswapV3SwapCallback(amount0Delta: int256, amount1Delta: int256, data: Bytes[1]):
    """
    @notice Pays a pool for the hedge that this contract has just asked of it.
    """
    self._payPool(amount0Delta, amount1Delta)


# ---------------------------------------------------------------- the owner's settings


@external
def setPool(key: PoolKey, bandLower: int24, bandUpper: int24, maxDeposit0: uint96, maxDeposit1: uint96, blockMultiple: uint8):
    """
    @notice Sets a pool's terms. Owner only.
    @param bandLower Lowest tick allowed for the pool's price, positions and reference price.
    @param bandUpper Positions end at or below it; the two prices stay strictly below it.
    @param maxDeposit0 Cap of one opening, token0's smallest units; likewise maxDeposit1.
    @param blockMultiple A block may take this many times the cap; 0 allows no deposit.
    """
    self._requireOwner()
    pool: address = self._pool(key)
    self._require(pool.codesize != 0, 44)
    lower: int256 = convert(bandLower, int256)
    upper: int256 = convert(bandUpper, int256)
    cap0: uint256 = convert(maxDeposit0, uint256)
    cap1: uint256 = convert(maxDeposit1, uint256)
    multiple: uint256 = convert(blockMultiple, uint256)
    self._require(
        lower >= -MAX_TICK and lower < upper and upper <= MAX_TICK and (multiple == 0 or cap0 | cap1 != 0), 41
    )
    self.poolRecords[pool] = (
        convert(unsafe_add(lower, MAX_TICK), uint256)
        | (convert(unsafe_add(upper, MAX_TICK), uint256) << 24)
        | (cap0 << 48)
        | (cap1 << 144)
        | (multiple << 240)
    )
    log PoolSet(
        pool=pool,
        bandLower=bandLower,
        bandUpper=bandUpper,
        maxDeposit0=maxDeposit0,
        maxDeposit1=maxDeposit1,
        blockMultiple=blockMultiple,
    )


@external
def setRole(account: address, role: uint256):
    """
    @notice Makes an account an operator (1), a guardian (2) or neither (0). Owner only.
    """
    self._requireOwner()
    self._require(account != empty(address), 45)
    self._require(role <= GUARDIAN, 49)
    self.roleOf[account] = role
    log RoleSet(account=account, role=role)


@external
def setProfitRules(minProfitThreshold: uint256, maxTip: uint256, profitRecipient: address):
    """
    @notice Sets the least profit (WETH wei) and the largest tip (wei) of a closing, and where swept
            profit goes. Owner only.
    """
    self._requireOwner()
    self._require(profitRecipient != empty(address), 45)
    self.minProfitThreshold = minProfitThreshold
    self.maxTip = maxTip
    self.profitRecipient = profitRecipient
    log ProfitRulesSet(minProfitThreshold=minProfitThreshold, maxTip=maxTip, profitRecipient=profitRecipient)


@external
def transferOwnership(newOwner: address):
    """
    @notice Offers the ownership; the new owner must accept it. The zero address takes the offer
            back. Owner only.
    """
    self._requireOwner()
    self.pendingOwner = newOwner
    log OwnershipTransferStarted(previousOwner=self.owner, newOwner=newOwner)


@external
def acceptOwnership():
    """
    @notice Takes the ownership that was offered. Pending owner only.
    """
    self._require(msg.sender == self.pendingOwner and msg.sender != empty(address), 6)
    log OwnershipTransferred(previousOwner=self.owner, newOwner=msg.sender)
    self.owner = msg.sender
    self.pendingOwner = empty(address)


# ---------------------------------------------------------------- stopping and taking out


@external
def pause():
    """
    @notice Stops open and close. Owner, operators and guardian.
    """
    self._requireRescuer()
    self.paused = True
    log Paused(caller=msg.sender)


@external
def unpause():
    """
    @notice Lets open and close work again. Owner only.
    """
    self._requireOwner()
    self.paused = False
    log Unpaused(caller=msg.sender)


@external
@nonreentrant
def withdraw(token: address, amount: uint256):
    """
    @notice Sends an amount of a token (zero address: ETH) to the owner. Owner and guardian.
    """
    self._require(self._sendToOwner(token, amount), 9)


@external
@nonreentrant
def emergencyWithdraw(tokens: DynArray[address, MAX_TOKENS]):
    """
    @notice Sends the whole balance of each token (zero address: ETH) to the owner. Owner and
            guardian. A token that fails is reported by an event and does not stop the others.
    @dev Does not touch liquidity in pools: `unwind` first.
    """
    self._requireOwnerOrGuardian()
    for token: address in tokens:
        succeeded: bool = token == empty(address)
        amount: uint256 = self.balance
        if not succeeded:
            answer: Bytes[32] = b""
            succeeded, answer = raw_call(
                token,
                abi_encode(self, method_id=method_id("balanceOf(address)")),
                max_outsize=32,
                gas=WITHDRAWAL_GAS,
                is_static_call=True,
                revert_on_failure=False,
            )
            succeeded = succeeded and len(answer) == 32
            amount = convert(answer, uint256)
        if not (succeeded and self._sendToOwner(token, amount)):
            log WithdrawalFailed(token=token)


# ---------------------------------------------------------------- reading


@external
@view
def admit(account: address, key: PoolKey, guard: Guard) -> (address, uint256, uint256, address):
    """
    @notice What `open` asks before it deposits, for the atomic mode: the account is an operator,
            nothing is paused, the guard holds, the owner allows the pool and its price. Reverts
            like `open`.
    @return The pool, maxTip, minProfitThreshold, profitRecipient.
    """
    pool: address = empty(address)
    terms: Terms = empty(Terms)
    pool, terms = self._admit(account, key, guard)
    return pool, self.maxTip, self.minProfitThreshold, self.profitRecipient


@external
@view
def poolRecord(pool: address) -> Terms:
    """
    @notice The owner's terms for a pool. Never set: both ticks are the lowest tick, the rest zero.
    """
    return self._terms(pool)


# ---------------------------------------------------------------- paying


@internal
def _transfer(token: address, to: address, amount: uint256, gasLimit: uint256) -> bool:
    """
    @dev False if the transfer failed. A token that answers nothing is taken at its word; one that
         has no code is not.
    """
    answer: Bytes[32] = b""
    succeeded: bool = False
    succeeded, answer = raw_call(
        token,
        abi_encode(to, amount, method_id=method_id("transfer(address,uint256)")),
        max_outsize=32,
        gas=gasLimit,
        revert_on_failure=False,
    )
    return succeeded and token.codesize != 0 and (len(answer) == 0 or convert(answer, uint256) == 1)


@internal
def _pay(token: address, to: address, amount: uint256):
    self._require(self._transfer(token, to, amount, max_value(uint256)), 28)


@internal
def _payPool(amount0: int256, amount1: int256):
    """
    @dev Pays what the pool that we called asks of us. With idle transient storage the expected pool
         is the zero address, which is refused too. No callback's data is read: everything needed
         was stored before the call.
    """
    self._require(msg.sender == self.armedPool and msg.sender != empty(address), 27)
    if amount0 > 0:
        self._pay(self.armedToken0, msg.sender, convert(amount0, uint256))
    if amount1 > 0:
        self._pay(self.armedToken1, msg.sender, convert(amount1, uint256))


@internal
def _arm(pool: address, key: PoolKey):
    self.armedPool = pool
    self.armedToken0 = key.token0
    self.armedToken1 = key.token1


@internal
def _sendToOwner(token: address, amount: uint256) -> bool:
    """
    @dev For the owner and guardians only. The zero address is ETH. False if the transfer failed.
    """
    self._requireOwnerOrGuardian()
    to: address = self.owner
    succeeded: bool = False
    if token == empty(address):
        succeeded = raw_call(to, b"", value=amount, gas=WITHDRAWAL_GAS, revert_on_failure=False)
    else:
        succeeded = self._transfer(token, to, amount, WITHDRAWAL_GAS)
    if succeeded:
        log Withdrawal(token=token, to=to, amount=amount)
    return succeeded


# ---------------------------------------------------------------- roles and checks


@internal
@pure
def _require(condition: bool, code: uint8):
    if not condition:
        raw_revert(abi_encode(code, method_id=method_id("JitError(uint8)")))


@internal
@view
def _requireOwner():
    self._require(msg.sender == self.owner, 4)


@internal
@view
def _requireOwnerOrGuardian():
    if msg.sender != self.owner:
        self._require(self.roleOf[msg.sender] == GUARDIAN, 8)


@internal
@view
def _requireRescuer():
    self._require(msg.sender == self.owner or self.roleOf[msg.sender] != 0, 8)


@internal
@view
def _requireWorking(account: address):
    self._require(self.roleOf[account] == OPERATOR, 5)
    self._require(not self.paused, 11)


@internal
@view
def _admit(account: address, key: PoolKey, guard: Guard) -> (address, Terms):
    """
    @dev Whether an operator may provide liquidity to a pool in the present state; the pool and the
         owner's terms.
    """
    self._requireWorking(account)
    pool: address = self._pool(key)
    self._require(guard.targetBlock != 0 and guard.parentHash != empty(bytes32) and guard.maxTimestamp != 0, 38)
    self._require(block.number == guard.targetBlock, 12)
    self._require(blockhash(unsafe_sub(block.number, 1)) == guard.parentHash, 13)
    self._require(block.timestamp <= guard.maxTimestamp, 32)
    sqrtPriceX96: uint256 = 0
    tick: int256 = 0
    sqrtPriceX96, tick = staticcall IUniswapV3Pool(pool).slot0()
    self._require(
        guard.minSqrtPriceX96 <= sqrtPriceX96 and sqrtPriceX96 <= guard.maxSqrtPriceX96, 14
    )
    liquidity: uint256 = staticcall IUniswapV3Pool(pool).liquidity()
    self._require(
        guard.minLiquidity <= liquidity and liquidity <= guard.maxLiquidity, 33
    )
    terms: Terms = self._terms(pool)
    self._require(terms.blockMultiple != 0, 34)
    self._require(terms.bandLower <= tick and tick < terms.bandUpper, 35)
    return pool, terms


@internal
def _chargeCaps(pool: address, terms: Terms, paid: uint256):
    """
    @dev Refuses a deposit above the caps and adds it to the block's; token0 in the low, token1 in
         the high 128 bits.
    """
    spent0: uint256 = paid & UINT128_MASK
    spent1: uint256 = paid >> 128
    self._require(spent0 <= terms.maxDeposit0 and spent1 <= terms.maxDeposit1, 36)
    packed: uint256 = self.blockSpending[pool]
    if packed & UINT64_MASK == block.number:
        spent0 = unsafe_add(spent0, (packed >> 64) & UINT96_MASK)
        spent1 = unsafe_add(spent1, packed >> 160)
    # Caps near 2**96 can let a sum through that the slot cannot hold.
    self._require(
        spent0 <= min(unsafe_mul(terms.maxDeposit0, terms.blockMultiple), UINT96_MASK)
        and spent1 <= min(unsafe_mul(terms.maxDeposit1, terms.blockMultiple), UINT96_MASK),
        37,
    )
    self.blockSpending[pool] = block.number | (spent0 << 64) | (spent1 << 160)


# ---------------------------------------------------------------- pools


@internal
@view
def _pool(key: PoolKey) -> address:
    """
    @dev The CREATE2 address, so that only pools of the genuine factory can be named; only those
         with WETH.
    """
    self._require(convert(key.token0, uint160) < convert(key.token1, uint160), 10)
    self._require(key.token0 == WETH or key.token1 == WETH, 15)
    digest: bytes32 = keccak256(
        slice(
            abi_encode(convert(FACTORY, uint256) | (255 << 160), keccak256(abi_encode(key)), POOL_INIT_CODE_HASH), 11, 85
        )
    )
    return convert(convert(digest, uint256) & UINT160_MASK, address)


@internal
@pure
def _recordKey(pool: address, positions: DynArray[Position, MAX_POSITIONS]) -> bytes32:
    """
    @dev keccak256(abi.encode(pool, positions)): the same positions in another order are another set.
    """
    self._require(len(positions) != 0, 42)
    return keccak256(abi_encode(pool, positions))


@internal
def _takeOut(pool: address, positions: DynArray[Position, MAX_POSITIONS], rescue: bool) -> (uint256, int256, int256):
    """
    @dev Clears the record and returns what the opening paid (packed; zero without a record) and
         what was received. Burns and collects. A position is collected whole: what was burnt and
         every fee, also of liquidity that somebody else added in our name.
         A rescue may go without a record, and returns nothing that was received. A position that
         holds less than named is burnt as far as it goes instead of reverting; the pool keys it by
         keccak256(abi.encodePacked(owner, tickLower, tickUpper)). Each token is collected by itself,
         and the record stays when one of them fails.
    """
    recordKey: bytes32 = self._recordKey(pool, positions)
    paid: uint256 = self.openings[recordKey]
    self._require(rescue or paid != 0, 19)
    self.openings[recordKey] = 0
    received0: int256 = 0
    received1: int256 = 0
    for position: Position in positions:
        liquidity: uint128 = position.liquidity
        if rescue:
            lower: uint256 = convert(convert(convert(position.tickLower, int256), bytes32), uint256) & UINT24_MASK
            upper: uint256 = convert(convert(convert(position.tickUpper, int256), bytes32), uint256) & UINT24_MASK
            packed: uint256 = (convert(self, uint256) << 48) | (lower << 24) | upper
            held: uint256 = staticcall IUniswapV3Pool(pool).positions(keccak256(slice(convert(packed, bytes32), 6, 26)))
            liquidity = convert(min(convert(liquidity, uint256), held), uint128)
        # The pool refuses to burn nothing from an empty position.
        if liquidity != 0:
            extcall IUniswapV3Pool(pool).burn(position.tickLower, position.tickUpper, liquidity)
        if rescue:
            amount0: uint256 = UINT128_MASK
            amount1: uint256 = 0
            for i: uint256 in range(2):
                collected: bool = raw_call(
                    pool,
                    abi_encode(
                        self, position.tickLower, position.tickUpper, amount0, amount1,
                        method_id=method_id("collect(address,int24,int24,uint128,uint128)"),
                    ),
                    gas=WITHDRAWAL_GAS,
                    revert_on_failure=False,
                )
                if not collected:
                    self.openings[recordKey] = paid
                amount1 = amount0
                amount0 = 0
        else:
            amount0: int256 = 0
            amount1: int256 = 0
            amount0, amount1 = extcall IUniswapV3Pool(pool).collect(
                self, position.tickLower, position.tickUpper, max_value(uint128), max_value(uint128)
            )
            received0 = unsafe_add(received0, amount0)
            received1 = unsafe_add(received1, amount1)
    return paid, received0, received1


@internal
@view
def _terms(pool: address) -> Terms:
    packed: uint256 = self.poolRecords[pool]
    return Terms(
        bandLower=unsafe_sub(convert(packed & UINT24_MASK, int256), MAX_TICK),
        bandUpper=unsafe_sub(convert((packed >> 24) & UINT24_MASK, int256), MAX_TICK),
        maxDeposit0=(packed >> 48) & UINT96_MASK,
        maxDeposit1=(packed >> 144) & UINT96_MASK,
        blockMultiple=packed >> 240,
    )


# ---------------------------------------------------------------- value


@internal
@pure
def _sqrtRatioAtTick(tick: int256) -> uint256:
    """
    @dev sqrt(1.0001 ** tick) in 96 fractional bits, rounded up, by repeated squaring of the
         reciprocal; within 2 ** -100 of Uniswap's TickMath, which multiplies twenty constants.
         Nothing overflows: both factors stay at or below 2 ** 128.
    """
    bits: uint256 = convert(abs(tick), uint256)
    ratioX128: uint256 = 2**128
    factorX128: uint256 = SQRT_TICK_RATIO_X128
    for i: uint256 in range(20):
        if bits == 0:
            break
        if bits & 1 != 0:
            ratioX128 = unsafe_mul(ratioX128, factorX128) >> 128
        factorX128 = unsafe_mul(factorX128, factorX128) >> 128
        bits = bits >> 1
    if tick > 0:
        ratioX128 = unsafe_div(max_value(uint256), ratioX128)
    return unsafe_add(ratioX128, 2**32 - 1) >> 32


@internal
@pure
def _valueOf(amount: int256, sqrtRatioX96: uint256) -> int256:
    """
    @dev amount * sqrtRatioX96 ** 2 / 2 ** 192, towards minus infinity: shifts of signed numbers
         round down. The first shift keeps 32 more bits than the second needs. A value of 2 ** 127
         and more reverts.
    """
    ratio: int256 = convert(sqrtRatioX96, int256)
    return (((amount * ratio) >> 64) * ratio) >> 128
