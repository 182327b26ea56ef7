#!/usr/bin/env python3
"""Re-execute recorded blocks with py-evm, a client that shares no code with ours.

    reexecute.py FILE...        block files, .json or .json.gz

A file holds header, parentHeader, withdrawals, transactions (raw, signed), pre, codes, post and
receipts; an absent account or slot is empty. Optional keys: "fork" (otherwise read off the header)
and "uncles" ([{number, miner}], needed only when a proof-of-work header names any). The chain id
is the transactions'.

The pre-state is built, all transactions run in the header's environment, and compared are: header
hash, transactions' hashes, senders and root, each receipt's status, cumulative gas and logs,
gasUsed, receiptsRoot, and balance, nonce, code hash and listed storage of every account in `post`.
Exit status 1 if any block differs or cannot be read.
"""

import gzip
import json
import sys

from eth.chains.base import ChainContext
from eth.consensus.context import ConsensusContext
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.db.chain import ChainDB
from eth.db.trie import make_trie_root_and_nodes
from eth.vm.forks.berlin import BerlinVM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.gray_glacier import GrayGlacierVM
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.forks.paris import ParisVM
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth.vm.forks.shanghai import ShanghaiVM
from eth.vm.forks.shanghai.blocks import ShanghaiBlockHeader
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth.rlp.headers import BlockHeader
from eth_utils import keccak

WEI_PER_ETHER = 10**18
EMPTY_CODE_HASH = keccak(b"")
EMPTY_UNCLES_HASH = keccak(b"\xc0")

SYSTEM_ADDRESS = bytes.fromhex("fffffffffffffffffffffffffffffffffffffffe")
SYSTEM_CALL_GAS = 30_000_000

# fork -> (rules, header class, block reward in wei, first to last as they were activated)
FORKS = {
    "berlin": (BerlinVM, BlockHeader, 2 * WEI_PER_ETHER),
    "london": (LondonVM, LondonBlockHeader, 2 * WEI_PER_ETHER),
    "grayglacier": (GrayGlacierVM, LondonBlockHeader, 2 * WEI_PER_ETHER),
    "paris": (ParisVM, LondonBlockHeader, 0),
    "shanghai": (ShanghaiVM, ShanghaiBlockHeader, 0),
    "cancun": (CancunVM, CancunBlockHeader, 0),
    "prague": (PragueVM, PragueBlockHeader, 0),
}
ORDER = list(FORKS)

# contract called by the protocol, its first fork, its input as a function of the header
CALLS_BEFORE = [
    ("000f3df6d732807ef1319fb7b8bb8522d0beac02", "cancun", lambda h: h.parent_beacon_block_root),
    ("0000f90827f1c53a10cb7a02335b175320002935", "prague", lambda h: h.parent_hash),
]
CALLS_AFTER = [
    ("00000961ef480eb55e80d19ad83579a64c007002", "prague", lambda h: b""),
    ("0000bbddc7ce488642fb579f8b00f3a590007251", "prague", lambda h: b""),
]

# py-evm's header field -> the key in the file
HEADER_FIELDS = {
    "parent_hash": "parentHash",
    "uncles_hash": "sha3Uncles",
    "coinbase": "miner",
    "state_root": "stateRoot",
    "transaction_root": "transactionsRoot",
    "receipt_root": "receiptsRoot",
    "bloom": "logsBloom",
    "difficulty": "difficulty",
    "block_number": "number",
    "gas_limit": "gasLimit",
    "gas_used": "gasUsed",
    "timestamp": "timestamp",
    "extra_data": "extraData",
    "mix_hash": "mixHash",
    "nonce": "nonce",
    "base_fee_per_gas": "baseFeePerGas",
    "withdrawals_root": "withdrawalsRoot",
    "blob_gas_used": "blobGasUsed",
    "excess_blob_gas": "excessBlobGas",
    "parent_beacon_block_root": "parentBeaconBlockRoot",
    "requests_hash": "requestsHash",
}
NUMBER_FIELDS = {
    "bloom", "difficulty", "block_number", "gas_limit", "gas_used", "timestamp",
    "base_fee_per_gas", "blob_gas_used", "excess_blob_gas",
}  # fmt: skip


class Difference(Exception):
    """The first point in which py-evm and the file disagree, or what makes the file unusable."""


def same(what, computed, recorded):
    if computed != recorded:
        raise Difference(f"{what}: py-evm has {shown(computed)}, the file {shown(recorded)}")


def shown(value):
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def octets(text):
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)


def number(value):
    return value if isinstance(value, int) else int(value, 0)


def word(value):
    """A storage key or a hash, of which a file may leave out leading zeros."""
    return int(value, 16)


def fork_of(block):
    if "fork" in block:
        name = block["fork"].replace(" ", "").replace("_", "").lower()
        if name not in FORKS:
            raise Difference(f"py-evm has no fork {block['fork']!r}; it has {', '.join(ORDER)}")
        return name
    header = block["header"]
    # A field that a fork introduced, newest first.
    for field, name in (
        ("requestsHash", "prague"),
        ("excessBlobGas", "cancun"),
        ("withdrawalsRoot", "shanghai"),
    ):
        if header.get(field) is not None:
            return name
    if header.get("baseFeePerGas") is None:
        raise Difference('a header without baseFeePerGas does not tell its fork; add the key "fork"')
    # The forks between London and the merge differ in the difficulty only.
    return "grayglacier" if number(header["difficulty"]) else "paris"


def header_of(block, header_class):
    source = block["header"]
    values = {}
    for field, _ in header_class._meta.fields:
        key = HEADER_FIELDS[field]
        if source.get(key) is None:
            raise Difference(f"the header has no {key}")
        values[field] = number(source[key]) if field in NUMBER_FIELDS else octets(source[key])
    return header_class(**values)


def chain_id_of(transactions):
    """The one chain id that the transactions name; 1 if none does."""
    named = {transaction.chain_id for transaction in transactions} - {None}
    if len(named) > 1:
        raise Difference(f"transactions of several chains: {sorted(named)}")
    return named.pop() if named else 1


def decoded_transactions(block, rules):
    builder = rules.get_transaction_builder()
    transactions = []
    for index, recorded in enumerate(block["transactions"]):
        transaction = builder.decode(octets(recorded["raw"]))
        same(f"transaction {index} hash", transaction.hash, octets(recorded["hash"]))
        if recorded.get("from"):
            same(f"transaction {index} sender", transaction.sender, octets(recorded["from"]))
        transactions.append(transaction)
    return transactions


def write_pre_state(state, block):
    codes = {word(key): octets(code) for key, code in block["codes"].items()}
    for address_text, account in block["pre"].items():
        if account is None:
            continue
        address = octets(address_text)
        state.set_balance(address, number(account["balance"]))
        state.set_nonce(address, number(account["nonce"]))
        code_hash = word(account["codeHash"])
        if code_hash not in (0, int.from_bytes(EMPTY_CODE_HASH, "big")):
            if code_hash not in codes:
                raise Difference(f"the file lacks the code {account['codeHash']} of {address_text}")
            same(f"code of {address_text}", keccak(codes[code_hash]), code_hash.to_bytes(32, "big"))
            state.set_code(address, codes[code_hash])
        for slot, value in account["storage"].items():
            if word(value):
                state.set_storage(address, word(slot), word(value))
    state.persist()
    return state.state_root


def system_calls(vm, header, calls, fork):
    for address_text, first_fork, input_of in calls:
        address = bytes.fromhex(address_text)
        code = vm.state.get_code(address)
        if ORDER.index(fork) < ORDER.index(first_fork) or not code:
            continue
        vm.state.lock_changes()
        computation = vm.execute_bytecode(
            origin=SYSTEM_ADDRESS,
            gas_price=0,
            gas=SYSTEM_CALL_GAS,
            to=address,
            sender=SYSTEM_ADDRESS,
            value=0,
            data=input_of(header),
            code=code,
            code_address=address,
        )
        if computation.is_error:
            raise Difference(f"the system call of 0x{address_text} failed: {computation.error!r}")


def credit_miner(vm, block, header, reward):
    """Proof of work: the block's reward, a 32nd of it per uncle, and the uncles' own."""
    if reward == 0:
        return
    uncles = block.get("uncles") or []
    if header.uncles_hash != EMPTY_UNCLES_HASH and not uncles:
        raise Difference('the header names uncles, and the file has no key "uncles"')
    vm.state.delta_balance(header.coinbase, reward + len(uncles) * (reward // 32))
    for uncle in uncles:
        age = header.block_number - number(uncle["number"])
        vm.state.delta_balance(octets(uncle["miner"]), reward * (8 - age) // 8)


def withdrawals_of(block):
    return [
        Withdrawal(
            number(item["index"]),
            number(item["validatorIndex"]),
            octets(item["address"]),
            number(item["amount"]),
        )
        for item in block.get("withdrawals") or []
    ]


def compare_receipts(receipts, recorded):
    same("number of receipts", len(receipts), len(recorded))
    for index, (receipt, wanted) in enumerate(zip(receipts, recorded)):
        name = f"receipt {index}"
        # py-evm keeps the status in the field of the pre-Byzantium state root.
        same(f"{name} status", int.from_bytes(receipt.state_root, "big"), number(wanted["status"]))
        same(f"{name} cumulativeGasUsed", receipt.gas_used, number(wanted["cumulativeGasUsed"]))
        same(f"{name} number of logs", len(receipt.logs), len(wanted["logs"]))
        for place, (log, wanted_log) in enumerate(zip(receipt.logs, wanted["logs"])):
            log_name = f"{name} log {place}"
            same(f"{log_name} address", log.address, octets(wanted_log["address"]))
            same(f"{log_name} topics", list(log.topics), [word(t) for t in wanted_log["topics"]])
            same(f"{log_name} data", log.data, octets(wanted_log["data"]))


def compare_post(state, post):
    for address_text, account in post.items():
        address = octets(address_text)
        account = account or {"balance": 0, "nonce": 0, "codeHash": "0x0", "storage": {}}
        same(f"{address_text} balance", state.get_balance(address), number(account["balance"]))
        same(f"{address_text} nonce", state.get_nonce(address), number(account["nonce"]))
        code_hash = word(account["codeHash"]).to_bytes(32, "big") if word(account["codeHash"]) else EMPTY_CODE_HASH
        same(f"{address_text} codeHash", keccak(state.get_code(address)), code_hash)
        for slot, value in account["storage"].items():
            same(f"{address_text} slot {slot}", state.get_storage(address, word(slot)), word(value))


def reexecute(block):
    """Raises Difference; returns a line about the block."""
    fork = fork_of(block)
    rules, header_class, reward = FORKS[fork]
    header = header_of(block, header_class)
    if block["header"].get("hash"):
        same("header hash", header.hash, octets(block["header"]["hash"]))

    transactions = decoded_transactions(block, rules)
    same("transactionsRoot", make_trie_root_and_nodes(transactions)[0], header.transaction_root)

    database = AtomicDB()
    chain_context = ChainContext(chain_id_of(transactions))
    root = write_pre_state(
        rules.build_state(database, header.copy(state_root=BLANK_ROOT_HASH), chain_context), block
    )
    # Only listed accounts are there, so the state's root is another than the real one.
    base = header.copy(state_root=root, gas_used=0, bloom=0)
    if hasattr(base, "blob_gas_used"):
        base = base.copy(blob_gas_used=0)
    vm = rules(base, ChainDB(database), chain_context, ConsensusContext(database))
    vm._state = rules.build_state(database, base, chain_context, [header.parent_hash])

    system_calls(vm, header, CALLS_BEFORE, fork)
    result, receipts, _ = vm.apply_all_transactions(transactions, base)
    vm.apply_all_withdrawals(withdrawals_of(block))
    system_calls(vm, header, CALLS_AFTER, fork)
    credit_miner(vm, block, header, reward)

    compare_receipts(receipts, block["receipts"])
    same("gasUsed", result.gas_used, header.gas_used)
    same("receiptsRoot", make_trie_root_and_nodes(receipts)[0], header.receipt_root)
    compare_post(vm.state, block["post"])
    return f"{len(transactions)} transactions, gas {result.gas_used}: equal"


def load(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as stream:
        return json.load(stream)


def main(paths):
    if not paths:
        sys.exit(__doc__)
    failed = 0
    for path in paths:
        label = path
        try:
            block = load(path)
            label = f"block {number(block['header']['number'])}"
            print(f"{label}: {reexecute(block)}", flush=True)
        # Whatever goes wrong is this block's failure; the next one is still worth running.
        except Exception as error:
            failed += 1
            reason = error if isinstance(error, Difference) else f"{type(error).__name__}: {error}"
            print(f"{label}: DIFFERENT: {reason}", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
