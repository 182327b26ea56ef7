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
One recorded opening stands in a pool at a time, and what has no record is dust. So not more than one
opening's deposit and dust can be left standing there, for trades that need no role.

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
  18 this set of positions is already open (no longer raised: 54)
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
  37 these in one block above the owner's cap per block; counted in 65,536ths of a cap, rounded up
  38 the guard has a zero target block, parent hash or timestamp
  39 tip above the owner's maximum
  40 reference price outside the owner's band
  41 pool record invalid: band or caps
  42 no positions
  43 an address cannot be operator and guardian at once (no longer raised: it has one role)
  44 no pool is deployed for this key
  45 zero address
  49 no such role
  52 more wei than there will ever be
  54 an opening stands in this pool: close or unwind it first
  55 a position that is to be kept has more liquidity than dust
"""


interface IERC20:
    def balanceOf(account: address) -> uint256: view

interface IWETH:
    def withdraw(amount: uint256): nonpayable

interface IPositionManager:
    def factory() -> address: view
    def WETH9() -> address: view

# Sums of pool amounts below are unchecked: an amount stays under 2**192 and there are at most four. A
# conversion by way of bytes32 is unchecked too, where the sign or size is known.
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

# A position is one word: liquidity at bit 0 (128 bits), tickLower + MAX_TICK at bit 128, tickUpper +
# MAX_TICK at bit 152 (24 bits each). Words save calldata: a negative tick alone has 29 bytes of ones.

# The state on which the bundle was proven. All bounds are inclusive. The block number and the
# parent's hash do not stop a replay when a block is orphaned and the next slot builds on the same
# parent; the timestamp does.
struct Guard:
    parentHash: bytes32
    # minSqrtPriceX96 at bit 0 (160 bits), the target block's number at bit 160 (64).
    minPriceAndBlock: uint256
    # maxSqrtPriceX96 at bit 0 (160 bits), the largest timestamp at bit 160 (64), at bit 254 whether
    # what is paid is known beforehand, so that `close` says it and it is not stored, at bit 255 whether
    # the positions are kept: they stay, for later openings to grow on, and only `unwind` takes them out.
    # They have no record, and are therefore dust: MAX_KEPT_LIQUIDITY each at most.
    maxPriceAndTime: uint256
    # The pool's least and largest liquidity, 128 bits each.
    liquidity: uint256
    # The most that may be paid of token0 and of token1, 128 bits each.
    maxAmounts: uint256

# How a closing is valued and what becomes of the profit.
struct Settle:
    # Reference sqrtPriceX96 at bit 0 (160 bits), hedgeFee at bit 160 (24), at bit 184 whether to sweep,
    # the reference price's tick + MAX_TICK at bit 192 (24).
    # A hedgeFee other than zero names the pool of the same tokens in which the whole change of the
    # token that is not WETH is traded back.
    reference: uint256
    # Least profit and tip, WETH wei, 128 bits each.
    minProfitAndTip: uint256
    # The most that the hedge may pay.
    hedgeMaxIn: uint256
    # What the opening paid, as in `PoolState`; zero where it is stored.
    paid: uint256

# What is stored of a pool, a slot each.
struct PoolState:
    # The owner's terms: bandLower + MAX_TICK at bit 0, bandUpper + MAX_TICK at bit 24, maxDeposit0 at
    # bit 48, maxDeposit1 at bit 144, blockMultiple at bit 240.
    terms: uint256
    # A block's number at bit 0 (40 bits), the parts of the caps that it has used at bits 40 and 64 (24
    # each, in 2 ** 16ths of the cap), at bit 88 the digest of the opening that stands, or zero. Never
    # emptied, so that an opening writes no new slot.
    ledger: uint256
    # What an opening paid, token0 in the low, token1 in the high 128 bits, where that was not known
    # beforehand. A record and not a balance, so that donations and other bundles do not disturb it.
    paid: uint256


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
TICK_OFFSET: constant(uint256) = 887272
UINT24_MASK: constant(uint256) = 2**24 - 1
UINT40_MASK: constant(uint256) = 2**40 - 1
UINT64_MASK: constant(uint256) = 2**64 - 1
UINT128_MASK: constant(uint256) = 2**128 - 1

# Most liquidity that one opening may add to a position that is kept: dust.
MAX_KEPT_LIQUIDITY: constant(uint256) = 1000

# Of `rules` and of a pool's `ledger`.
PAUSED: constant(uint256) = 1
LEDGER_DIGEST: constant(uint256) = 88

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
# account => NOBODY, OPERATOR or GUARDIAN; one word, so nobody is both.
roleOf: public(HashMap[address, uint256])

profitRecipient: public(address)
# Whether all is paused at bit 0, largest tip that `close` pays at bit 8, least profit that it accepts at
# bit 104; WETH wei, 96 bits each. A new contract pays no tip until the owner sets one.
rules: uint256

pools: public(HashMap[address, PoolState])

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
    if not (profitRecipient != empty(address) and positionManager != empty(address)):
        self._fail(1)
    if not (max(minProfitThreshold, maxLoan) >> 96 == 0):
        self._fail(52)
    FACTORY = staticcall IPositionManager(positionManager).factory()
    WETH = staticcall IPositionManager(positionManager).WETH9()
    if not (FACTORY != empty(address) and WETH != empty(address)):
        self._fail(2)
    POSITION_MANAGER = positionManager
    maxLoanSize = maxLoan
    self.rules = minProfitThreshold << 104
    self.profitRecipient = profitRecipient
    self.owner = msg.sender
    log OwnershipTransferred(previousOwner=empty(address), newOwner=msg.sender)


@external
@payable
def __default__():
    """
    @notice Accepts plain ETH (WETH's withdrawal among others); any call data is refused.
    """
    if not (len(msg.data) == 0):
        self._fail(25)


# ---------------------------------------------------------------- providing liquidity


@external
@nonreentrant
def open(key: PoolKey, positions: DynArray[uint256, MAX_POSITIONS], guard: Guard) -> (uint256, uint256):
    """
    @notice Deposits up to four positions from the inventory. Operators only, not while paused.
    @dev Only adds liquidity; cannot swap. What was paid is recorded for `close`, unless the positions
         are kept, which only dust may be. In a pool one recorded opening stands at a time.
    @return token0 and token1 paid, smallest units, rounded up by the pool.
    """
    pool: address = empty(address)
    terms: uint256 = 0
    pool, terms = self._admit(msg.sender, key, guard)
    kept: bool = guard.maxPriceAndTime >> 255 != 0
    digest: uint256 = self.pools[pool].ledger >> LEDGER_DIGEST
    if digest != 0:
        if not kept:
            self._fail(54)

    paid0: uint256 = 0
    paid1: uint256 = 0
    self._arm(pool, key)
    for position: uint256 in positions:
        lower: uint256 = (position >> 128) & UINT24_MASK
        upper: uint256 = position >> 152
        if not (terms & UINT24_MASK <= lower and upper <= (terms >> 24) & UINT24_MASK):
            self._fail(35)
        liquidity: uint256 = (position << 128) >> 128
        if kept:
            if not (liquidity <= MAX_KEPT_LIQUIDITY):
                self._fail(55)
        amount0: uint256 = 0
        amount1: uint256 = 0
        amount0, amount1 = extcall IUniswapV3Pool(pool).mint(
            self, self._tick(lower), self._tick(upper), convert(liquidity, uint128), b""
        )
        paid0 = unsafe_add(paid0, amount0)
        paid1 = unsafe_add(paid1, amount1)
    self.armedPool = empty(address)

    if not (paid0 <= (guard.maxAmounts << 128) >> 128 and paid1 <= guard.maxAmounts >> 128):
        self._fail(17)
    paid: uint256 = paid0 | (paid1 << 128)
    recorded: uint256 = self._digest(positions, paid)
    if not kept:
        digest = recorded
        # The digest stands for what `close` will say.
        if (guard.maxPriceAndTime >> 254) & 1 == 0:
            self.pools[pool].paid = paid
    self._chargeCaps(pool, terms, paid0, paid1, digest)
    return paid0, paid1


@external
@nonreentrant
def close(key: PoolKey, positions: DynArray[uint256, MAX_POSITIONS], settle: Settle) -> uint256:
    """
    @notice Withdraws an opening, in this or any later block, if it was profitable; pays the tip.
            Operators only, not while paused (`unwind` is for that).
    @dev profit = value of (received - paid) at the reference price - tip, every division rounded
         against us. It must reach the larger of the least profit given and minProfitThreshold. A hedge
         comes first, inside the owner's band, and leaves nothing to value but WETH.
         A sweep sends the profit as WETH, at most what is there, to profitRecipient. The tip goes
         to the block's coinbase last of all; WETH is unwrapped for what the ETH balance lacks.
    @return profit after the tip, WETH wei.
    """
    rules: uint256 = self._workingRules(msg.sender)
    tip: uint256 = settle.minProfitAndTip >> 128
    if not (tip <= (rules << 152) >> 160):
        self._fail(39)
    pool: address = self._pool(key)
    terms: uint256 = self.pools[pool].terms
    reference: uint256 = (settle.reference << 96) >> 96
    refTick: uint256 = settle.reference >> 192
    bandLower: uint256 = terms & UINT24_MASK
    bandUpper: uint256 = (terms >> 24) & UINT24_MASK
    # The reference lies in the band if its tick does. This is its tick, but for 2 ** -64 of a price.
    lowest: uint256 = self._sqrtRatioAtTick(refTick)
    if not (
        bandLower <= refTick
        and refTick < bandUpper
        and lowest <= unsafe_add(reference, reference >> 64)
        and reference <= unsafe_div(lowest << 88, SQRT_TICK_RATIO_X128 >> 40)
    ):
        self._fail(40)

    # What was gained of WETH, and of the other token.
    amount0: int256 = 0
    amount1: int256 = 0
    amount0, amount1 = self._takeOut(pool, positions, settle.paid, False)
    wethIs0: bool = key.token0 == WETH
    gain: int256 = amount0 if wethIs0 else amount1
    delta: int256 = amount1 if wethIs0 else amount0
    hedgeFee: uint256 = (settle.reference >> 160) & UINT24_MASK
    if hedgeFee != 0 and delta != 0:
        if not (hedgeFee != key.fee):
            self._fail(22)
        # What was gained is sold to the last unit, what was lost is bought to the last unit: the
        # pool's sign for "exactly so much out" is ours for what we lack.
        zeroForOne: bool = wethIs0 == (delta < 0)
        hedgePool: address = self._pool(PoolKey(token0=key.token0, token1=key.token1, fee=hedgeFee))
        self._arm(hedgePool, key)
        amount0, amount1 = extcall IUniswapV3Pool(hedgePool).swap(
            self,
            zeroForOne,
            delta,
            # The last tick's price is below the band's upper end.
            convert(self._sqrtRatioAtTick(bandLower if zeroForOne else unsafe_sub(bandUpper, 1)), uint160),
            b"",
        )
        self.armedPool = empty(address)
        if not (
            (amount1 if wethIs0 else amount0) == delta
            and max(amount0, amount1) <= convert(settle.hedgeMaxIn, int256)
        ):
            self._fail(26)
        gain = unsafe_sub(gain, amount0 if wethIs0 else amount1)
        delta = 0
    # The tip is bounded by maxTip, amounts of pools by 2 ** 194, values by 2 ** 127.
    gain = unsafe_sub(gain, convert(convert(tip, bytes32), int256))
    # Not earned in WETH: then it leaves the inventory like a deposit, at the operator's price.
    if gain < 0:
        self._chargeCaps(pool, terms, tip if wethIs0 else 0, 0 if wethIs0 else tip, 0)
    if wethIs0:
        # The price turned over, rounded so that token1 counts against us.
        reference = unsafe_add(unsafe_div(2**192, reference), convert(delta < 0, uint256))
    value: int256 = unsafe_add(gain, self._valueOf(delta, reference))
    if not (value >= convert(convert(max((settle.minProfitAndTip << 128) >> 128, (rules << 56) >> 160), bytes32), int256)):
        self._fail(16)
    profit: uint256 = convert(convert(value, bytes32), uint256)
    log JitExecuted(pool=pool, numeraire=WETH, mode=MODE_INVENTORY, profit=profit, tip=tip)

    if self.balance < tip:
        extcall IWETH(WETH).withdraw(unsafe_sub(tip, self.balance))
    if (settle.reference >> 184) & 1 != 0:
        recipient: address = self.profitRecipient
        amount: uint256 = min(profit, staticcall IERC20(WETH).balanceOf(self))
        self._pay(WETH, recipient, amount)
        log ProfitTransferred(token=WETH, to=recipient, amount=amount)
    if tip != 0:
        raw_call(block.coinbase, b"", value=tip)
    return profit


@external
@nonreentrant
def unwind(key: PoolKey, positions: DynArray[uint256, MAX_POSITIONS], paid: uint256):
    """
    @notice Rescue: withdraws positions without a profit check, also while paused and also when
            they were never recorded. Owner, operators and guardian.
    @dev A position that holds less liquidity than named is withdrawn as far as it goes, so that a
         half-withdrawn opening can still be cleared. A token that cannot be transferred stays owed by
         the pool and does not hold back the other one; the record, if there is one, is cleared when
         everything has come, so that `unwind` can be repeated. What came is in the pool's logs: an
         unwinding has them without a JitExecuted.
    @param paid What the opening paid, as in `PoolState`; zero where it is stored. With another sum, or
           with positions that are kept, everything comes and a record stays.
    """
    self._requireOwnerOr(OPERATOR)
    self._takeOut(self._pool(key), positions, paid, True)


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
    if not (pool.codesize != 0):
        self._fail(44)
    lower: int256 = unsafe_add(convert(bandLower, int256), MAX_TICK)
    upper: int256 = unsafe_add(convert(bandUpper, int256), MAX_TICK)
    if not (lower >= 0 and lower < upper and upper <= 2 * MAX_TICK and (blockMultiple == 0 or maxDeposit0 | maxDeposit1 != 0)):
        self._fail(41)
    self.pools[pool].terms = (
        convert(convert(lower, bytes32), uint256)
        | (convert(convert(upper, bytes32), uint256) << 24)
        | (convert(maxDeposit0, uint256) << 48)
        | (convert(maxDeposit1, uint256) << 144)
        | (convert(blockMultiple, uint256) << 240)
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
    if not (account != empty(address)):
        self._fail(45)
    if not (role <= GUARDIAN):
        self._fail(49)
    self.roleOf[account] = role
    log RoleSet(account=account, role=role)


@external
def setProfitRules(minProfitThreshold: uint256, maxTip: uint256, profitRecipient: address):
    """
    @notice Sets the least profit (WETH wei) and the largest tip (wei) of a closing, and where swept
            profit goes. Owner only.
    """
    self._requireOwner()
    if not (profitRecipient != empty(address)):
        self._fail(45)
    if not (max(minProfitThreshold, maxTip) >> 96 == 0):
        self._fail(52)
    self.rules = (self.rules & PAUSED) | (maxTip << 8) | (minProfitThreshold << 104)
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
    if not (msg.sender == self.pendingOwner and msg.sender != empty(address)):
        self._fail(6)
    log OwnershipTransferred(previousOwner=self.owner, newOwner=msg.sender)
    self.owner = msg.sender
    self.pendingOwner = empty(address)


# ---------------------------------------------------------------- stopping and taking out


@external
def pause():
    """
    @notice Stops open and close. Owner, operators and guardian.
    """
    self._requireOwnerOr(OPERATOR)
    self.rules = self.rules | PAUSED
    log Paused(caller=msg.sender)


@external
def unpause():
    """
    @notice Lets open and close work again. Owner only.
    """
    self._requireOwner()
    self.rules = (self.rules >> 1) << 1
    log Unpaused(caller=msg.sender)


@external
@nonreentrant
def withdraw(token: address, amount: uint256):
    """
    @notice Sends an amount of a token (zero address: ETH) to the owner. Owner and guardian.
    """
    if not (self._sendToOwner(token, amount)):
        self._fail(9)


@external
@nonreentrant
def emergencyWithdraw(tokens: DynArray[address, MAX_TOKENS]):
    """
    @notice Sends the whole balance of each token (zero address: ETH) to the owner. Owner and
            guardian. A token that fails is reported by an event and does not stop the others.
    @dev Does not touch liquidity in pools: `unwind` first.
    """
    self._requireOwnerOr(GUARDIAN)
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
def admit(account: address, key: PoolKey, guard: Guard) -> (address, uint256, address):
    """
    @notice What `open` asks before it deposits, for the atomic mode: the account is an operator,
            nothing is paused, the guard holds, the owner allows the pool and its price. Reverts
            like `open`.
    @return The pool, the packed `rules`, profitRecipient.
    """
    pool: address = empty(address)
    terms: uint256 = 0
    pool, terms = self._admit(account, key, guard)
    return pool, self.rules, self.profitRecipient


@external
@view
def paused() -> bool:
    return self.rules & PAUSED != 0


@external
@view
def minProfitThreshold() -> uint256:
    """
    @notice Least profit that `close` accepts, WETH wei.
    """
    return (self.rules << 56) >> 160


@external
@view
def maxTip() -> uint256:
    """
    @notice Largest tip that `close` pays, WETH wei.
    """
    return (self.rules << 152) >> 160


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
    if not (self._transfer(token, to, amount, max_value(uint256))):
        self._fail(28)


@internal
def _payPool(amount0: int256, amount1: int256):
    """
    @dev Pays what the pool that we called asks of us. With idle transient storage the expected pool
         is the zero address, which is refused too. No callback's data is read: everything needed
         was stored before the call.
    """
    if not (msg.sender == self.armedPool and msg.sender != empty(address)):
        self._fail(27)
    if amount0 > 0:
        self._pay(self.armedToken0, msg.sender, convert(convert(amount0, bytes32), uint256))
    if amount1 > 0:
        self._pay(self.armedToken1, msg.sender, convert(convert(amount1, bytes32), uint256))


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
    self._requireOwnerOr(GUARDIAN)
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
def _fail(code: uint8):
    raw_revert(abi_encode(code, method_id=method_id("JitError(uint8)")))


@internal
@view
def _requireOwner():
    if not (msg.sender == self.owner):
        self._fail(4)


@internal
@view
def _requireOwnerOr(leastRole: uint256):
    """
    @dev The owner, or an account with this role or one above it: OPERATOR admits guardians too.
    """
    if msg.sender != self.owner:
        if not (self.roleOf[msg.sender] >= leastRole):
            self._fail(8)


@internal
@view
def _workingRules(account: address) -> uint256:
    """
    @dev The rules, if the account is an operator and nothing is paused.
    """
    if not (self.roleOf[account] == OPERATOR):
        self._fail(5)
    rules: uint256 = self.rules
    if not (rules & PAUSED == 0):
        self._fail(11)
    return rules


@internal
@view
def _admit(account: address, key: PoolKey, guard: Guard) -> (address, uint256):
    """
    @dev Whether an operator may provide liquidity to a pool in the present state; the pool and the
         owner's terms.
    """
    self._workingRules(account)
    pool: address = self._pool(key)
    target: uint256 = guard.minPriceAndBlock >> 160
    latest: uint256 = (guard.maxPriceAndTime >> 160) & UINT64_MASK
    if not (target != 0 and guard.parentHash != empty(bytes32) and latest != 0):
        self._fail(38)
    if not (block.number == target):
        self._fail(12)
    if not (blockhash(unsafe_sub(block.number, 1)) == guard.parentHash):
        self._fail(13)
    if not (block.timestamp <= latest):
        self._fail(32)
    sqrtPriceX96: uint256 = 0
    tick: int256 = 0
    sqrtPriceX96, tick = staticcall IUniswapV3Pool(pool).slot0()
    if not ((guard.minPriceAndBlock << 96) >> 96 <= sqrtPriceX96 and sqrtPriceX96 <= (guard.maxPriceAndTime << 96) >> 96):
        self._fail(14)
    liquidity: uint256 = staticcall IUniswapV3Pool(pool).liquidity()
    if not ((guard.liquidity << 128) >> 128 <= liquidity and liquidity <= guard.liquidity >> 128):
        self._fail(33)
    terms: uint256 = self.pools[pool].terms
    if not (terms >> 240 != 0):
        self._fail(34)
    shifted: uint256 = convert(convert(unsafe_add(tick, MAX_TICK), bytes32), uint256)
    if not (terms & UINT24_MASK <= shifted and shifted < (terms >> 24) & UINT24_MASK):
        self._fail(35)
    return pool, terms


@internal
def _chargeCaps(pool: address, terms: uint256, spent0: uint256, spent1: uint256, digest: uint256):
    """
    @dev Refuses a deposit above the caps and adds its part of them, rounded up, to the block's; writes
         the digest of the opening that stands.
    """
    cap0: uint256 = (terms << 112) >> 160
    cap1: uint256 = (terms << 16) >> 160
    if not (spent0 <= cap0 and spent1 <= cap1):
        self._fail(36)
    ledger: uint256 = self.pools[pool].ledger
    # Where a cap is zero so is what was spent, and the machine's division gives zero.
    used0: uint256 = unsafe_div(unsafe_add(spent0 << 16, unsafe_sub(cap0, 1)), cap0)
    used1: uint256 = unsafe_div(unsafe_add(spent1 << 16, unsafe_sub(cap1, 1)), cap1)
    if ledger & UINT40_MASK == block.number:
        used0 = unsafe_add(used0, (ledger >> 40) & UINT24_MASK)
        used1 = unsafe_add(used1, (ledger >> 64) & UINT24_MASK)
    if not (max(used0, used1) <= (terms >> 240) << 16):
        self._fail(37)
    self.pools[pool].ledger = block.number | (used0 << 40) | (used1 << 64) | (digest << LEDGER_DIGEST)


# ---------------------------------------------------------------- pools


@internal
@view
def _pool(key: PoolKey) -> address:
    """
    @dev The CREATE2 address, so that only pools of the genuine factory can be named; only those
         with WETH.
    """
    if not (convert(key.token0, uint160) < convert(key.token1, uint160)):
        self._fail(10)
    if not (key.token0 == WETH or key.token1 == WETH):
        self._fail(15)
    digest: bytes32 = keccak256(
        slice(
            abi_encode(convert(FACTORY, uint256) | (255 << 160), keccak256(abi_encode(key)), POOL_INIT_CODE_HASH), 11, 85
        )
    )
    return convert((convert(digest, uint256) << 96) >> 96, address)


@internal
@pure
def _digest(positions: DynArray[uint256, MAX_POSITIONS], paid: uint256) -> uint256:
    """
    @dev Of keccak256(abi.encode(positions, paid)) as much as the ledger has room for: 168 bits, so that two
         sets of one digest take some 2 ** 84 trials. The same positions in another order are another set.
    """
    if not (len(positions) != 0):
        self._fail(42)
    return convert(keccak256(abi_encode(positions, paid)), uint256) >> LEDGER_DIGEST


@internal
@pure
def _tick(shifted: uint256) -> int24:
    return convert(convert(convert(unsafe_sub(shifted, TICK_OFFSET), bytes32), int256), int24)


@internal
def _takeOut(pool: address, positions: DynArray[uint256, MAX_POSITIONS], said: uint256, rescue: bool) -> (int256, int256):
    """
    @dev Strikes the opening from the ledger and returns what was received less what it paid.
         Burns and collects. A position is collected whole: what was burnt and every fee, also of
         liquidity that somebody else added in our name.
         A rescue may go without a record, and what it returns means nothing. A position that
         holds less than named is burnt as far as it goes instead of reverting; the pool keys it by
         keccak256(abi.encodePacked(owner, tickLower, tickUpper)). Each token is collected by itself,
         and the record stays when one of them fails.
    """
    ledger: uint256 = self.pools[pool].ledger
    paid: uint256 = said
    if paid == 0:
        paid = self.pools[pool].paid
    stands: bool = ledger >> LEDGER_DIGEST == self._digest(positions, paid)
    if stands:
        self.pools[pool].ledger = (ledger << 168) >> 168
    elif not rescue:
        self._fail(19)
    received0: int256 = 0
    received1: int256 = 0
    for position: uint256 in positions:
        liquidity: uint128 = convert((position << 128) >> 128, uint128)
        lower: int24 = self._tick((position >> 128) & UINT24_MASK)
        upper: int24 = self._tick(position >> 152)
        if rescue:
            packed: uint256 = (
                (convert(self, uint256) << 48)
                | ((unsafe_sub((position >> 128) & UINT24_MASK, TICK_OFFSET) & UINT24_MASK) << 24)
                | (unsafe_sub(position >> 152, TICK_OFFSET) & UINT24_MASK)
            )
            held: uint256 = staticcall IUniswapV3Pool(pool).positions(keccak256(slice(convert(packed, bytes32), 6, 26)))
            liquidity = convert(min(convert(liquidity, uint256), held), uint128)
        # The pool refuses to burn nothing from an empty position.
        if liquidity != 0:
            extcall IUniswapV3Pool(pool).burn(lower, upper, liquidity)
        if rescue:
            amount0: uint256 = UINT128_MASK
            amount1: uint256 = 0
            for i: uint256 in range(2):
                collected: bool = raw_call(
                    pool,
                    abi_encode(
                        self, lower, upper, amount0, amount1,
                        method_id=method_id("collect(address,int24,int24,uint128,uint128)"),
                    ),
                    gas=WITHDRAWAL_GAS,
                    revert_on_failure=False,
                )
                if not collected:
                    self.pools[pool].ledger = ledger
                amount1 = amount0
                amount0 = 0
        else:
            amount0: int256 = 0
            amount1: int256 = 0
            amount0, amount1 = extcall IUniswapV3Pool(pool).collect(
                self, lower, upper, max_value(uint128), max_value(uint128)
            )
            received0 = unsafe_add(received0, amount0)
            received1 = unsafe_add(received1, amount1)
    return (
        unsafe_sub(received0, convert(convert((paid << 128) >> 128, bytes32), int256)),
        unsafe_sub(received1, convert(convert(paid >> 128, bytes32), int256)),
    )


# ---------------------------------------------------------------- value


@internal
@pure
def _sqrtRatioAtTick(shifted: uint256) -> uint256:
    """
    @dev sqrt(1.0001 ** tick) in 96 fractional bits, rounded up, by repeated squaring of the
         reciprocal; within 2 ** -100 of Uniswap's TickMath, which multiplies twenty constants.
         Nothing overflows: both factors stay at or below 2 ** 128.
    """
    tick: int256 = convert(convert(unsafe_sub(shifted, TICK_OFFSET), bytes32), int256)
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
    ratio: int256 = convert(convert(sqrtRatioX96, bytes32), int256)
    return (((amount * ratio) >> 64) * ratio) >> 128
