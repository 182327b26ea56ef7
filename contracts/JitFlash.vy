# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
# SPDX-License-Identifier: Apache-2.0
"""
@title JitFlash
@notice Just-in-time liquidity in one transaction, the atomic mode: borrow, provide, execute a user's
        signed order, withdraw, trade the change back in another pool, repay, take the profit, tip.
@dev
Amounts are in each token's smallest unit; profit, tip and thresholds in WETH wei. Roles, pause, pool
records and profit rules are JitExecutor's. Between transactions this contract holds nothing: the
profit leaves in the transaction that made it, and whatever fails reverts all of it.

Who may do what
  operator   flashJit, with lenders, targets and amounts that the owner allows.
  owner      setLender, setTarget, setTokenLimit, emergencyWithdraw.
  guardian   emergencyWithdraw (to the owner). Pausing JitExecutor pauses this contract too.

What is trusted. The pools are the genuine factory's, because their addresses are derived. A lender
is allowed by the owner, and still: its callback is accepted once, only while we call it, and only
with the hash of what we gave it; the fee is what the operator proved and not what the callback says.
The user's order runs in a stateless trampoline, is believed nothing, and must have traded against our
positions: an EntryPoint, for one, swallows the failure of an operation.

Errors, all `JitError(uint8)`; JitExecutor lists the others (`admit` raises 5, 10 to 15, 32 to 35, 38).
   1 constructor: the zero address
   3 constructor: the trampoline's code is not JitTrampoline's
   4 caller is not the owner
   7 no such kind of lender
   8 caller has no role that allows this
  16 profit below the floor
  17 the pool asks more than the guard's maximum amounts
  20 the owner does not allow this function of this target
  21 loan above the owner's limit for the token
  22 lender, pool and hedge pool must be three
  23 the owner does not allow this lender
  24 the loan's token is not one of the pool's
  25 no function for this call data
  26 hedge: partial, above its maximum input, or missing
  27 pool callback from a stranger
  28 token transfer failed, for want of balance as a rule
  29 token approval failed, or the lender left some of it
  30 payload without a selector
  31 loan initiated by somebody else
  39 tip above the owner's maximum
  42 no positions
  45 zero address
  46 the order did not trade against the positions
  47 loan callback from a stranger, twice, or with other data
  48 the lender did not call back
  50 no code at this address
  51 no loan
  53 two loans of one token
"""


interface IERC20:
    def allowance(owner: address, spender: address) -> uint256: view

interface IWETH:
    def withdraw(amount: uint256): nonpayable

# The answers of a genuine pool need no range checks: they are read as whole words.
interface IUniswapV3Pool:
    def token0() -> address: view
    def mint(recipient: address, tickLower: int24, tickUpper: int24, amount: uint128, data: Bytes[1]) -> (uint256, uint256): nonpayable
    def burn(tickLower: int24, tickUpper: int24, amount: uint128): nonpayable
    def collect(recipient: address, tickLower: int24, tickUpper: int24, amount0Requested: uint128, amount1Requested: uint128) -> (uint256, uint256): nonpayable
    def swap(recipient: address, zeroForOne: bool, amountSpecified: int256, sqrtPriceLimitX96: uint160, data: Bytes[1]) -> (int256, int256): nonpayable
    def flash(recipient: address, amount0: uint256, amount1: uint256, data: Bytes[MAX_PAYLOAD]): nonpayable

interface IBalancerVault:
    def flashLoan(recipient: address, tokens: DynArray[address, 1], amounts: DynArray[uint256, 1], userData: Bytes[MAX_PAYLOAD]): nonpayable

interface IAavePool:
    def flashLoanSimple(receiverAddress: address, asset: address, amount: uint256, params: Bytes[MAX_PAYLOAD], referralCode: uint16): nonpayable

interface IMorpho:
    def flashLoan(token: address, assets: uint256, data: Bytes[MAX_PAYLOAD]): nonpayable

interface ITrampoline:
    def forward(target: address, payload: Bytes[MAX_PAYLOAD]): nonpayable

interface IJitExecutor:
    def FACTORY() -> address: view
    def WETH() -> address: view
    def maxLoanSize() -> uint256: view
    def owner() -> address: view
    def roleOf(account: address) -> uint256: view
    def admit(account: address, key: PoolKey, guard: Guard) -> (address, uint256, address): view


# These two are JitExecutor's, as are the words of positions: liquidity at bit 0 (128 bits), tickLower +
# MAX_TICK at bit 128, tickUpper + MAX_TICK at bit 152 (24 bits each).
struct PoolKey:
    token0: address
    token1: address
    fee: uint256

struct Guard:
    parentHash: bytes32
    minPriceAndBlock: uint256
    maxPriceAndTime: uint256
    liquidity: uint256
    maxAmounts: uint256

# A loan of one of the pool's two tokens: its amount in the low, its fee in the high 128 bits. The fee is
# exact, in that token: more is given away, less fails.
struct Loan:
    lender: address
    token: address
    amountAndFee: uint256

# Least profit and tip in WETH wei, 128 bits each. hedgeMaxIn at bit 0 (128 bits), hedgeFee at bit 128: a
# fee other than zero names the pool of the same tokens in which the whole change of the token that is
# not WETH is traded back, for at most hedgeMaxIn of the token that is paid. Without a hedge that change
# must not be a loss.
struct Settle:
    minProfitAndTip: uint256
    hedge: uint256


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

event LenderSet:
    lender: indexed(address)
    kind: uint256

event TargetSet:
    target: indexed(address)
    selector: indexed(bytes4)
    allowed: bool

event TokenLimitSet:
    token: indexed(address)
    maxLoan: uint256


MAX_POSITIONS: constant(uint256) = 4
MAX_LOANS: constant(uint256) = 2
MAX_TOKENS: constant(uint256) = 16
MAX_PAYLOAD: constant(uint256) = 4096
MODE_ATOMIC: constant(uint8) = 2

# Kinds of lender. A pool of Uniswap and Balancer's vault are paid, Aave and Morpho take.
UNISWAP_V3: constant(uint256) = 1
BALANCER_V2: constant(uint256) = 2
AAVE_V3: constant(uint256) = 3
MORPHO: constant(uint256) = 4

# JitExecutor's role.
GUARDIAN: constant(uint256) = 2

# keccak256 of the creation code of Ethereum mainnet's Uniswap V3 pool.
POOL_INIT_CODE_HASH: constant(bytes32) = 0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54

# keccak256 of JitTrampoline's code.
TRAMPOLINE_CODE_HASH: constant(bytes32) = 0xd1013ee5ccd41a7cba903f5c883886a9b847154321a2d1cfbead9c0c4f6b50be

# Uniswap's price limits, exclusive.
MIN_SQRT_RATIO: constant(uint160) = 4295128739
MAX_SQRT_RATIO: constant(uint160) = 1461446703485210103287273052203988822378723970342

MAX_TICK: constant(int256) = 887272
UINT24_MASK: constant(uint256) = 2**24 - 1
UINT128_MASK: constant(uint256) = 2**128 - 1
UINT160_MASK: constant(uint256) = 2**160 - 1

# Gas for one call of a withdrawal, so that a hostile token cannot burn it all.
WITHDRAWAL_GAS: constant(uint256) = 300_000

EXECUTOR: public(immutable(address))
TRAMPOLINE: public(immutable(address))
FACTORY: immutable(address)
WETH: immutable(address)
MAX_WETH_LOAN: immutable(uint256)

# lender => its kind; 0 is not allowed.
lenderKind: public(HashMap[address, uint256])
# target => selector => allowed.
isTarget: public(HashMap[address, HashMap[bytes4, bool]])
# token => largest loan, smallest units; 0 is none. WETH's limit is JitExecutor's maxLoanSize.
tokenLimit: public(HashMap[address, uint256])

# The pool that may call back, and its tokens: set only around our own mint or hedge.
armedPool: transient(address)
# The lender that may call back, and the hash of what it got from us: set only around our own call of
# it, and cleared by its callback.
armedLender: transient(address)
armedHash: transient(bytes32)
# What the callback is to do: everything but the payload, which the hash stands for.
token0: transient(address)
token1: transient(address)
pool: transient(address)
positions: transient(DynArray[uint256, MAX_POSITIONS])
maxAmounts: transient(uint256)
loans: transient(DynArray[Loan, MAX_LOANS])
# How many loans were asked for.
borrowed: transient(uint256)
hedge: transient(uint256)
target: transient(address)
# What it gained, WETH wei.
gain: transient(int256)


@deploy
def __init__(executor: address, trampoline: address):
    """
    @notice Nothing is allowed yet: no lender, no target, no loan but of WETH.
    @param executor The JitExecutor whose roles, pause, pool records and profit rules apply.
    @param trampoline A JitTrampoline.
    """
    if not (executor != empty(address)):
        self._fail(1)
    if not (trampoline.codehash == TRAMPOLINE_CODE_HASH):
        self._fail(3)
    EXECUTOR = executor
    TRAMPOLINE = trampoline
    FACTORY = staticcall IJitExecutor(executor).FACTORY()
    WETH = staticcall IJitExecutor(executor).WETH()
    MAX_WETH_LOAN = staticcall IJitExecutor(executor).maxLoanSize()


@external
@payable
def __default__():
    """
    @notice Accepts plain ETH (WETH's withdrawal, an EntryPoint's refund); any call data is refused.
    """
    if not (len(msg.data) == 0):
        self._fail(25)


# ---------------------------------------------------------------- the atomic mode


@external
@nonreentrant
def flashJit(
    key: PoolKey,
    positions: DynArray[uint256, MAX_POSITIONS],
    guard: Guard,
    loans: DynArray[Loan, MAX_LOANS],
    settle: Settle,
    target: address,
    payload: Bytes[MAX_PAYLOAD],
) -> uint256:
    """
    @notice Borrows, provides up to four positions, executes the user's order, withdraws, hedges,
            repays, sends the profit to JitExecutor's profitRecipient and tips the coinbase.
            Operators only, not while paused.
    @dev profit = WETH received - paid - loan's fee - tip, of which the hedge is a part. It must reach
         the larger of the least profit given and JitExecutor's minProfitThreshold.
    @return profit after the tip, WETH wei.
    """
    pool: address = empty(address)
    rules: uint256 = 0
    recipient: address = empty(address)
    pool, rules, recipient = staticcall IJitExecutor(EXECUTOR).admit(msg.sender, key, guard)
    # JitExecutor's packed rules: maxTip at bit 8, minProfitThreshold at bit 104.
    tip: uint256 = settle.minProfitAndTip >> 128
    if not (tip <= (rules << 152) >> 160):
        self._fail(39)
    if not (len(positions) != 0):
        self._fail(42)
    if not (len(payload) >= 4):
        self._fail(30)
    if not (self.isTarget[target][convert(slice(payload, 0, 4), bytes4)]):
        self._fail(20)
    if not (settle.hedge >> 128 != key.fee):
        self._fail(22)
    if not (len(loans) != 0):
        self._fail(51)
    for loan: Loan in loans:
        if not (self.lenderKind[loan.lender] != 0):
            self._fail(23)
        if not (loan.lender != pool):
            self._fail(22)
        if not (loan.token == key.token0 or loan.token == key.token1):
            self._fail(24)
        if not (loan.amountAndFee & UINT128_MASK <= (MAX_WETH_LOAN if loan.token == WETH else self.tokenLimit[loan.token])):
            self._fail(21)

    # The limit is the token's, whoever lends it.
    if len(loans) == MAX_LOANS:
        if not (loans[0].token != loans[1].token):
            self._fail(53)

    self.token0 = key.token0
    self.token1 = key.token1
    self.pool = pool
    self.positions = positions
    self.maxAmounts = guard.maxAmounts
    self.loans = loans
    self.hedge = settle.hedge
    self.target = target
    self.borrowed = 0
    self.armedHash = keccak256(payload)
    self._borrow(payload)

    value: int256 = self.gain - convert(tip, int256)
    if not (value >= convert(max(settle.minProfitAndTip & UINT128_MASK, (rules << 56) >> 160), int256)):
        self._fail(16)
    profit: uint256 = convert(value, uint256)
    log JitExecuted(pool=pool, numeraire=WETH, mode=MODE_ATOMIC, profit=profit, tip=tip)
    self._pay(WETH, recipient, profit)
    log ProfitTransferred(token=WETH, to=recipient, amount=profit)
    if tip != 0:
        extcall IWETH(WETH).withdraw(tip)
        raw_call(block.coinbase, b"", value=tip)
    return profit


@internal
def _borrow(payload: Bytes[MAX_PAYLOAD]):
    """
    @dev Takes the next loan; all that follows happens in its callback.
    """
    loan: Loan = self.loans[self.borrowed]
    self.borrowed = unsafe_add(self.borrowed, 1)
    self.armedLender = loan.lender
    amount: uint256 = loan.amountAndFee & UINT128_MASK
    kind: uint256 = self.lenderKind[loan.lender]
    if kind == UNISWAP_V3:
        isToken0: bool = staticcall IUniswapV3Pool(loan.lender).token0() == loan.token
        extcall IUniswapV3Pool(loan.lender).flash(
            self, amount if isToken0 else 0, 0 if isToken0 else amount, payload
        )
    elif kind == BALANCER_V2:
        extcall IBalancerVault(loan.lender).flashLoan(self, [loan.token], [amount], payload)
    elif kind == AAVE_V3:
        extcall IAavePool(loan.lender).flashLoanSimple(self, loan.token, amount, payload, 0)
    else:
        extcall IMorpho(loan.lender).flashLoan(loan.token, amount, payload)
    if not (self.armedLender == empty(address)):
        self._fail(48)
    if kind >= AAVE_V3:
        if not (staticcall IERC20(loan.token).allowance(self, loan.lender) == 0):
            self._fail(29)


@internal
def _onLoan(payload: Bytes[MAX_PAYLOAD]):
    """
    @dev Takes the next loan or, with the last one in hand, does what they are for; then repays.
    """
    lender: address = self.armedLender
    if not (msg.sender == lender and lender != empty(address) and keccak256(payload) == self.armedHash):
        self._fail(47)
    self.armedLender = empty(address)
    count: uint256 = self.borrowed
    loan: Loan = self.loans[unsafe_sub(count, 1)]
    if count < len(self.loans):
        self._borrow(payload)
    else:
        paid0: uint256 = 0
        paid1: uint256 = 0
        paid0, paid1 = self._provide()
        extcall ITrampoline(TRAMPOLINE).forward(self.target, payload)
        self._takeOut(paid0, paid1)
    owed: uint256 = unsafe_add(loan.amountAndFee & UINT128_MASK, loan.amountAndFee >> 128)
    if self.lenderKind[lender] >= AAVE_V3:
        if not (self._call(loan.token, method_id("approve(address,uint256)", output_type=bytes4), lender, owed, max_value(uint256))):
            self._fail(29)
    else:
        self._pay(loan.token, lender, owed)


@internal
def _provide() -> (uint256, uint256):
    """
    @dev Mints the positions. Returns token0 and token1 paid.
    """
    pool: address = self.pool
    paid0: uint256 = 0
    paid1: uint256 = 0
    amount0: uint256 = 0
    amount1: uint256 = 0
    self.armedPool = pool
    for position: uint256 in self.positions:
        amount0, amount1 = extcall IUniswapV3Pool(pool).mint(
            self,
            self._tick((position >> 128) & UINT24_MASK),
            self._tick(position >> 152),
            convert(position & UINT128_MASK, uint128),
            b"",
        )
        paid0 = unsafe_add(paid0, amount0)
        paid1 = unsafe_add(paid1, amount1)
    self.armedPool = empty(address)
    maxAmounts: uint256 = self.maxAmounts
    if not (paid0 <= maxAmounts & UINT128_MASK and paid1 <= maxAmounts >> 128):
        self._fail(17)
    return paid0, paid1


@internal
def _takeOut(paid0: uint256, paid1: uint256):
    """
    @dev Burns and collects, hedges, and leaves what was gained in `gain`.
    """
    pool: address = self.pool
    received0: uint256 = 0
    received1: uint256 = 0
    amount0: uint256 = 0
    amount1: uint256 = 0
    for position: uint256 in self.positions:
        lower: int24 = self._tick((position >> 128) & UINT24_MASK)
        upper: int24 = self._tick(position >> 152)
        extcall IUniswapV3Pool(pool).burn(lower, upper, convert(position & UINT128_MASK, uint128))
        amount0, amount1 = extcall IUniswapV3Pool(pool).collect(
            self, lower, upper, max_value(uint128), max_value(uint128)
        )
        received0 = unsafe_add(received0, amount0)
        received1 = unsafe_add(received1, amount1)
    # The pool rounds against us both times: only a trade gives more of a token than it took.
    if not (received0 > paid0 or received1 > paid1):
        self._fail(46)

    delta0: int256 = unsafe_sub(convert(received0, int256), convert(paid0, int256))
    delta1: int256 = unsafe_sub(convert(received1, int256), convert(paid1, int256))
    token0: address = self.token0
    for loan: Loan in self.loans:
        if loan.token == token0:
            delta0 = unsafe_sub(delta0, convert(loan.amountAndFee >> 128, int256))
        else:
            delta1 = unsafe_sub(delta1, convert(loan.amountAndFee >> 128, int256))
    wethIs0: bool = token0 == WETH
    if self.hedge >> 128 != 0:
        delta0, delta1 = self._hedge(token0, wethIs0, delta0, delta1)
    if not ((delta1 if wethIs0 else delta0) >= 0):
        self._fail(26)
    self.gain = delta0 if wethIs0 else delta1


@internal
def _hedge(token0: address, wethIs0: bool, delta0: int256, delta1: int256) -> (int256, int256):
    """
    @dev Trades the change of the token that is not WETH back to nothing: what was gained is sold to
         the last unit, what was lost is bought to the last unit; the pool's sign for "exactly so much
         out" is ours for what we lack. Returns the changes afterwards.
    """
    delta: int256 = delta1 if wethIs0 else delta0
    if delta == 0:
        return delta0, delta1
    zeroForOne: bool = wethIs0 == (delta < 0)
    hedge: uint256 = self.hedge
    pool: address = self._pool(token0, self.token1, hedge >> 128)
    self.armedPool = pool
    amount0: int256 = 0
    amount1: int256 = 0
    amount0, amount1 = extcall IUniswapV3Pool(pool).swap(
        self, zeroForOne, delta, MIN_SQRT_RATIO + 1 if zeroForOne else MAX_SQRT_RATIO - 1, b""
    )
    self.armedPool = empty(address)
    if not ((amount1 if wethIs0 else amount0) == delta and max(amount0, amount1) <= convert(hedge & UINT128_MASK, int256)):
        self._fail(26)
    return delta0 - amount0, delta1 - amount1


# ---------------------------------------------------------------- callbacks


@external
def uniswapV3FlashCallback(fee0: uint256, fee1: uint256, data: Bytes[MAX_PAYLOAD]):
    self._onLoan(data)


@external
def receiveFlashLoan(tokens: DynArray[address, 1], amounts: DynArray[uint256, 1], feeAmounts: DynArray[uint256, 1], userData: Bytes[MAX_PAYLOAD]):
    self._onLoan(userData)


@external
def executeOperation(asset: address, amount: uint256, premium: uint256, initiator: address, params: Bytes[MAX_PAYLOAD]) -> bool:
    if not (initiator == self):
        self._fail(31)
    self._onLoan(params)
    return True


@external
def onMorphoFlashLoan(assets: uint256, data: Bytes[MAX_PAYLOAD]):
    self._onLoan(data)


@external
def uniswapV3MintCallback(amount0Owed: uint256, amount1Owed: uint256, data: Bytes[1]):
    """
    @notice Pays a pool for the mint that this contract has just asked of it.
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
def setLender(lender: address, kind: uint256):
    """
    @notice Allows a lender: 1 a pool of Uniswap V3, 2 Balancer V2's vault, 3 Aave V3's pool, 4 Morpho;
            0 forbids it. Owner only.
    """
    self._requireOwner()
    if not (kind <= MORPHO):
        self._fail(7)
    if not (lender.codesize != 0):
        self._fail(50)
    self.lenderKind[lender] = kind
    log LenderSet(lender=lender, kind=kind)


@external
def setTarget(target: address, selector: bytes4, allowed: bool):
    """
    @notice Allows orders to call a function of a target. Owner only.
    """
    self._requireOwner()
    if not (target.codesize != 0):
        self._fail(50)
    self.isTarget[target][selector] = allowed
    log TargetSet(target=target, selector=selector, allowed=allowed)


@external
def setTokenLimit(token: address, maxLoan: uint256):
    """
    @notice Sets the largest loan of a token, smallest units. WETH's is JitExecutor's. Owner only.
    """
    self._requireOwner()
    if not (token != empty(address)):
        self._fail(45)
    self.tokenLimit[token] = maxLoan
    log TokenLimitSet(token=token, maxLoan=maxLoan)


# ---------------------------------------------------------------- taking out


@external
@nonreentrant
def emergencyWithdraw(tokens: DynArray[address, MAX_TOKENS]):
    """
    @notice Sends the whole balance of each token (zero address: ETH) to JitExecutor's owner. Owner and
            guardian. A token that fails is reported by an event and does not stop the others.
    """
    to: address = staticcall IJitExecutor(EXECUTOR).owner()
    if msg.sender != to:
        if not (staticcall IJitExecutor(EXECUTOR).roleOf(msg.sender) == GUARDIAN):
            self._fail(8)
    for token: address in tokens:
        succeeded: bool = False
        amount: uint256 = self.balance
        if token == empty(address):
            succeeded = raw_call(to, b"", value=amount, gas=WITHDRAWAL_GAS, revert_on_failure=False)
        else:
            answer: Bytes[32] = b""
            succeeded, answer = raw_call(
                token,
                abi_encode(self, method_id=method_id("balanceOf(address)")),
                max_outsize=32,
                gas=WITHDRAWAL_GAS,
                is_static_call=True,
                revert_on_failure=False,
            )
            amount = convert(answer, uint256)
            succeeded = succeeded and self._call(
                token, method_id("transfer(address,uint256)", output_type=bytes4), to, amount, WITHDRAWAL_GAS
            )
        if succeeded:
            log Withdrawal(token=token, to=to, amount=amount)
        else:
            log WithdrawalFailed(token=token)


# ---------------------------------------------------------------- paying


@internal
def _call(token: address, selector: bytes4, account: address, amount: uint256, gasLimit: uint256) -> bool:
    """
    @dev transfer or approve; false if it failed. A token that answers nothing is taken at its word; one
         that has no code is not.
    """
    answer: Bytes[32] = b""
    succeeded: bool = False
    succeeded, answer = raw_call(
        token,
        concat(selector, abi_encode(account, amount)),
        max_outsize=32,
        gas=gasLimit,
        revert_on_failure=False,
    )
    return succeeded and token.codesize != 0 and (len(answer) == 0 or convert(answer, uint256) == 1)


@internal
def _pay(token: address, to: address, amount: uint256):
    if not (self._call(token, method_id("transfer(address,uint256)", output_type=bytes4), to, amount, max_value(uint256))):
        self._fail(28)


@internal
def _payPool(amount0: int256, amount1: int256):
    """
    @dev Pays what the pool that we called asks of us. With idle transient storage the expected pool
         is the zero address, which is refused too. No callback's data is read.
    """
    if not (msg.sender == self.armedPool and msg.sender != empty(address)):
        self._fail(27)
    if amount0 > 0:
        self._pay(self.token0, msg.sender, convert(amount0, uint256))
    if amount1 > 0:
        self._pay(self.token1, msg.sender, convert(amount1, uint256))


# ---------------------------------------------------------------- checks


@internal
@pure
def _fail(code: uint8):
    raw_revert(abi_encode(code, method_id=method_id("JitError(uint8)")))


@internal
@view
def _requireOwner():
    if not (msg.sender == staticcall IJitExecutor(EXECUTOR).owner()):
        self._fail(4)


@internal
@pure
def _tick(shifted: uint256) -> int24:
    return convert(unsafe_sub(convert(shifted, int256), MAX_TICK), int24)


@internal
@view
def _pool(token0: address, token1: address, fee: uint256) -> address:
    """
    @dev The CREATE2 address, so that only pools of the genuine factory can be named.
    """
    digest: bytes32 = keccak256(
        concat(0xff, convert(FACTORY, bytes20), keccak256(abi_encode(token0, token1, fee)), POOL_INIT_CODE_HASH)
    )
    return convert(convert(digest, uint256) & UINT160_MASK, address)
