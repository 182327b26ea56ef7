#!/usr/bin/env python3
"""A session of web3.py 8 with `jit-bot devnet`, over HTTP and over WebSocket.

    session.py JIT_BOT_BINARY

Starts a devnet, calls what web3.py has a method for, and checks each answer: against a second
computation (block hash, transactions' and receipts' roots, bloom, base fee, effective price), against
the state before and after, or against the words that clients look for. Exit status 1 if any differs.
"""

import asyncio
import json
import pathlib
import sys
import urllib.request
from typing import Any

import rlp
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import keccak, to_canonical_address
from hexbytes import HexBytes
from web3 import AsyncWeb3, Web3, WebSocketProvider
from web3.exceptions import (
    BlockNotFound,
    ContractLogicError,
    TransactionNotFound,
    Web3RPCError,
)
from web3.logs import DISCARD
from web3.middleware import SignAndSendRawMiddlewareBuilder
from web3.types import RPCEndpoint
from websockets.sync.client import connect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from devnet import Checks, run_session, wait_until  # noqa: E402

SEED = 3
BLOCK_TIME = 1.0
LIMIT_SECONDS = 60
ETHER = 10**18
GWEI = 10**9
EMPTY_ROOT = keccak(rlp.encode(b""))

ERC20_ABI = [
    {"type": "function", "name": name, "stateMutability": "view",
     "inputs": [{"name": f"a{i}", "type": t} for i, t in enumerate(inputs)],
     "outputs": [{"name": "", "type": output}]}
    for name, inputs, output in [
        ("balanceOf", ["address"], "uint256"), ("allowance", ["address", "address"], "uint256"),
        ("symbol", [], "string"), ("decimals", [], "uint8"),
    ]
] + [
    {"type": "function", "name": "transfer", "stateMutability": "nonpayable",
     "inputs": [{"name": "to", "type": "address"}, {"name": "value", "type": "uint256"}],
     "outputs": [{"name": "", "type": "bool"}]},
]  # fmt: skip
ROUTER_ABI = [
    {"type": "function", "name": "exactInputSingle", "stateMutability": "payable",
     "inputs": [{"name": "params", "type": "tuple", "components": [
         {"name": name, "type": kind} for name, kind in [
             ("tokenIn", "address"), ("tokenOut", "address"), ("fee", "uint24"),
             ("recipient", "address"), ("deadline", "uint256"), ("amountIn", "uint256"),
             ("amountOutMinimum", "uint256"), ("sqrtPriceLimitX96", "uint160")]]}],
     "outputs": [{"name": "amountOut", "type": "uint256"}]},
]  # fmt: skip
POOL_ABI = [
    {"type": "event", "name": "Swap", "anonymous": False, "inputs": [
        {"name": name, "type": kind, "indexed": indexed} for name, kind, indexed in [
            ("sender", "address", True), ("recipient", "address", True),
            ("amount0", "int256", False), ("amount1", "int256", False),
            ("sqrtPriceX96", "uint160", False), ("liquidity", "uint128", False),
            ("tick", "int24", False)]]},
    {"type": "function", "name": "slot0", "stateMutability": "view", "inputs": [], "outputs": [
        {"name": name, "type": kind} for name, kind in [
            ("sqrtPriceX96", "uint160"), ("tick", "int24"), ("observationIndex", "uint16"),
            ("observationCardinality", "uint16"), ("observationCardinalityNext", "uint16"),
            ("feeProtocol", "uint8"), ("unlocked", "bool")]]},
]  # fmt: skip


# What a node computes, computed again.


def trie_root(values: list[bytes]) -> bytes:
    """The root of the trie that holds each value under the RLP of its index."""

    def nibbles(key: bytes) -> list[int]:
        return [n for byte in key for n in (byte >> 4, byte & 15)]

    def compact(path: list[int], leaf: bool) -> bytes:
        flag = 2 * leaf + len(path) % 2
        padded = ([flag] if len(path) % 2 else [flag, 0]) + path
        return bytes(padded[i] * 16 + padded[i + 1] for i in range(0, len(padded), 2))

    def reference(node: Any) -> Any:
        encoded = rlp.encode(node)
        return node if len(encoded) < 32 else keccak(encoded)

    def build(pairs: list[tuple[list[int], bytes]]) -> Any:
        if not pairs:
            return b""
        first = pairs[0][0]
        if len(pairs) == 1:
            return [compact(first, True), pairs[0][1]]
        shared = 0
        while all(len(k) > shared and k[shared] == first[shared] for k, _ in pairs):
            shared += 1
        if shared:
            rest = [(k[shared:], v) for k, v in pairs]
            return [compact(first[:shared], False), reference(build(rest))]
        branch: list[Any] = []
        for nibble in range(16):
            child = [(k[1:], v) for k, v in pairs if k and k[0] == nibble]
            branch.append(reference(build(child)) if child else b"")
        return [*branch, next((v for k, v in pairs if not k), b"")]

    return keccak(rlp.encode(build([(nibbles(rlp.encode(i)), v) for i, v in enumerate(values)])))


def bloom(logs: list[Any]) -> bytes:
    bits = 0
    for log in logs:
        for item in [to_canonical_address(log["address"]), *(bytes(t) for t in log["topics"])]:
            digest = keccak(item)
            for i in (0, 2, 4):
                bits |= 1 << (int.from_bytes(digest[i : i + 2], "big") & 2047)
    return bits.to_bytes(256, "big")


def receipt_bytes(receipt: Any) -> bytes:
    logs = [
        [to_canonical_address(l["address"]), [bytes(t) for t in l["topics"]], bytes(l["data"])]
        for l in receipt["logs"]
    ]
    body = rlp.encode(
        [receipt["status"], receipt["cumulativeGasUsed"], bytes(receipt["logsBloom"]), logs]
    )
    return body if receipt["type"] == 0 else bytes([receipt["type"]]) + body


def header_fields(block: Any) -> list[Any]:
    return [
        bytes(block["parentHash"]), bytes(block["sha3Uncles"]),
        to_canonical_address(block["miner"]), bytes(block["stateRoot"]),
        bytes(block["transactionsRoot"]), bytes(block["receiptsRoot"]), bytes(block["logsBloom"]),
        block["difficulty"], block["number"], block["gasLimit"], block["gasUsed"],
        block["timestamp"], bytes(block["extraData"]), bytes(block["mixHash"]),
        bytes(block["nonce"]), block["baseFeePerGas"], bytes(block["withdrawalsRoot"]),
        block["blobGasUsed"], block["excessBlobGas"], bytes(block["parentBeaconBlockRoot"]),
    ]  # fmt: skip


def next_base_fee(block: Any) -> int:
    """EIP-1559."""
    fee, used, target = block["baseFeePerGas"], block["gasUsed"], block["gasLimit"] // 2
    if used > target:
        return fee + max(fee * (used - target) // target // 8, 1)
    return fee - fee * (target - used) // target // 8


def post(url: str, body: bytes | str | list[Any] | dict[str, Any]) -> Any:
    """Sends a body as it is, or as JSON, and reads the answer's JSON."""
    if isinstance(body, (list, dict)):
        body = json.dumps(body)
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


class Session:
    """The parts of the session, in their order."""

    def __init__(self, devnet: dict[str, Any], checks: Checks) -> None:
        self.devnet = devnet
        self.checks = checks
        self.w3 = Web3(Web3.HTTPProvider(devnet["rpcURL"], request_kwargs={"timeout": 10}))
        self.accounts: list[LocalAccount] = [
            Account.from_key(account["privateKey"]) for account in devnet["accounts"]
        ]
        contracts = devnet["contracts"]
        self.weth = self.w3.eth.contract(contracts["weth"], abi=ERC20_ABI)
        self.usdc = self.w3.eth.contract(contracts["usdc"], abi=ERC20_ABI)
        self.router = self.w3.eth.contract(contracts["swapRouter"], abi=ROUTER_ABI)
        self.pool = self.w3.eth.contract(contracts["pool500"], abi=POOL_ABI)
        self.swaps: list[HexBytes] = []

    def raw(self, method: str, *params: Any) -> Any:
        """The answer of a call, untouched by web3.py."""
        return self.w3.provider.make_request(RPCEndpoint(method), list(params))

    def wait(self, transaction_hash: HexBytes) -> Any:
        return self.w3.eth.wait_for_transaction_receipt(transaction_hash, 10, poll_latency=0.05)

    def signed_transfer(self, account: LocalAccount, to: str, value: int, **fields: Any) -> Any:
        base_fee = self.w3.eth.get_block("latest")["baseFeePerGas"]
        transaction = {
            "type": 2, "chainId": self.devnet["chainId"], "to": to, "value": value, "gas": 21_000,
            "nonce": self.w3.eth.get_transaction_count(account.address, "pending"),
            "maxFeePerGas": 3 * base_fee + GWEI, "maxPriorityFeePerGas": GWEI, **fields,
        }  # fmt: skip
        return account.sign_transaction(transaction)

    def swap_call(self, recipient: str, amount_in: int, minimum_out: int = 0) -> Any:
        return self.router.functions.exactInputSingle(
            (self.weth.address, self.usdc.address, 500, recipient, 2**256 - 1, amount_in,
             minimum_out, 0)
        )  # fmt: skip

    def reading(self) -> None:
        check, w3, eth = self.checks, self.w3, self.w3.eth
        check.true("is_connected", w3.is_connected())
        check.contains("client_version", w3.client_version, "jit-bot")
        check.equal("chain id", eth.chain_id, self.devnet["chainId"])
        check.equal("net_version", w3.net.version, str(self.devnet["chainId"]))
        check.equal("syncing", eth.syncing, False)
        check.true("block number", eth.block_number > 0)
        check.true("at least 3 accounts", len(self.accounts) >= 3)
        for account, told in zip(self.accounts, self.devnet["accounts"], strict=True):
            check.equal("key of its address", account.address, told["address"])
        check.equal("eth_accounts", set(eth.accounts), {a.address for a in self.accounts})
        for account in self.accounts:
            check.true("ether", eth.get_balance(account.address) > 100 * ETHER)
            check.true("WETH", self.weth.functions.balanceOf(account.address).call() > 0)
            check.true("USDC", self.usdc.functions.balanceOf(account.address).call() > 0)
        for name, address in self.devnet["contracts"].items():
            check.true(f"code of {name}", len(eth.get_code(address)) > 100)
        check.equal("code of an account", eth.get_code(self.accounts[0].address), b"")
        check.equal("symbol", self.weth.functions.symbol().call(), "WETH")
        check.equal("decimals", self.usdc.functions.decimals().call(), 6)
        slot0 = self.pool.functions.slot0().call()
        word = int.from_bytes(eth.get_storage_at(self.pool.address, 0), "big")
        check.equal("price in storage", word & (2**160 - 1), slot0[0])
        check.equal("slot of 32 bytes", len(eth.get_storage_at(self.pool.address, 0)), 32)
        for form in ("0x0", "0x" + "00" * 32):
            answer = self.raw("eth_getStorageAt", self.pool.address, form, "latest")
            check.equal(f"slot {form[:6]}", int(answer["result"], 16), word)

    def blocks(self) -> None:
        check, eth = self.checks, self.w3.eth
        head = eth.get_block("latest")
        check.equal("hash of the head", keccak(rlp.encode(header_fields(head))), head["hash"])
        check.equal("by hash", eth.get_block(head["hash"])["number"], head["number"])
        check.equal("by number", eth.get_block(head["number"])["hash"], head["hash"])
        parent = eth.get_block(head["number"] - 1)
        check.equal("parent", parent["hash"], head["parentHash"])
        check.equal("base fee", head["baseFeePerGas"], next_base_fee(parent))
        check.true("time", head["timestamp"] > parent["timestamp"])
        check.equal("earliest", eth.get_block("earliest")["number"], 0)
        for tag in ("safe", "finalized", "pending"):
            check.true(tag, eth.get_block(tag)["number"] >= head["number"])
        check.raises("unknown number", BlockNotFound, lambda: eth.get_block(10**9))
        check.raises("unknown hash", BlockNotFound, lambda: eth.get_block(b"\x11" * 32))
        check.equal("unknown: null", self.raw("eth_getBlockByNumber", "0x3b9aca00", False)["result"],
                    None)  # fmt: skip
        for bad in ("nonsense", "0xzz", {}, 5):
            answer = self.raw("eth_getBlockByNumber", bad, False)
            check.equal(f"block {bad}", answer.get("error", {}).get("code"), -32602)
        # A block of the deployment with transactions and logs, each part computed again.
        number = next(
            n for n in range(1, head["number"]) if len(eth.get_block(n)["transactions"]) > 2
        )
        block = eth.get_block(number, full_transactions=True)
        hashes = eth.get_block(number)["transactions"]
        check.equal("hashes", hashes, [t["hash"] for t in block["transactions"]])
        check.equal("count", eth.get_block_transaction_count(number), len(hashes))
        raws = [bytes(eth.get_raw_transaction(h)) for h in hashes]
        check.equal("hash of bytes", [keccak(raw) for raw in raws], hashes)
        check.equal("transactionsRoot", trie_root(raws), bytes(block["transactionsRoot"]))
        receipts = eth.get_block_receipts(number)
        check.equal("receiptsRoot", trie_root([receipt_bytes(r) for r in receipts]),
                    bytes(block["receiptsRoot"]))  # fmt: skip
        logs = [log for receipt in receipts for log in receipt["logs"]]
        check.equal("logsBloom", bloom(logs), bytes(block["logsBloom"]))
        check.equal("log indices", [log["logIndex"] for log in logs], list(range(len(logs))))
        check.equal("gasUsed", sum(r["gasUsed"] for r in receipts), block["gasUsed"])
        check.equal("cumulative", receipts[-1]["cumulativeGasUsed"], block["gasUsed"])
        check.equal("hash of it", keccak(rlp.encode(header_fields(block))), block["hash"])
        items: list[Any] = [
            rlp.decode(raw) if raw[0] > 0x7F else raw for raw in raws
        ]
        whole = rlp.encode([header_fields(block), items, [], []])
        check.equal("size", block["size"], len(whole))
        check.equal("uncles and withdrawals", (block["uncles"], block["withdrawals"]), ([], []))
        for index, (transaction, raw) in enumerate(zip(block["transactions"], raws)):
            check.equal("sender", Account.recover_transaction(raw), transaction["from"])
            check.equal("by block and index", eth.get_transaction_by_block(number, index)["hash"],
                        transaction["hash"])  # fmt: skip
        check.raises("no such index", TransactionNotFound,
                     lambda: eth.get_transaction_by_block(number, 9999))  # fmt: skip

    def states(self) -> None:
        """State at blocks by number, tag and hash (EIP-1898)."""
        check, eth = self.checks, self.w3.eth
        account = self.accounts[0].address
        head = eth.get_block("latest")
        check.equal("genesis state", self.weth.functions.balanceOf(account).call(
            block_identifier=head["number"]) > 0, True)  # fmt: skip
        check.equal("no code before", eth.get_code(self.weth.address, 0), b"")
        balance = hex(eth.get_balance(account, head["number"]))
        for form in (
            hex(head["number"]), "0x" + hex(head["number"])[2:].rjust(8, "0"),
            {"blockNumber": hex(head["number"])}, {"blockHash": head["hash"].to_0x_hex()},
            {"blockHash": head["hash"].to_0x_hex(), "requireCanonical": True},
        ):  # fmt: skip
            check.equal(f"balance at {form}", self.raw("eth_getBalance", account, form)["result"],
                        balance)  # fmt: skip
        for form in (hex(10**9), {"blockHash": "0x" + "11" * 32}):
            answer = self.raw("eth_getBalance", account, form)
            check.contains(f"balance at {form}", answer.get("error"), "not found")
        answer = self.raw("eth_getBalance", "0x1234", "latest")
        check.equal("bad address", answer.get("error", {}).get("code"), -32602)

    def fees(self) -> None:
        check, eth = self.checks, self.w3.eth
        head = eth.get_block("latest")
        tip = eth.max_priority_fee
        check.true("tip", 0 < tip <= 100 * GWEI, tip)
        check.true("gas price", eth.gas_price > next_base_fee(head) // 2)
        history = eth.fee_history(5, head["number"], [0, 50, 100])
        first = head["number"] - 4
        check.equal("oldestBlock", history["oldestBlock"], first)
        blocks = [eth.get_block(n) for n in range(first, head["number"] + 1)]
        fees = [b["baseFeePerGas"] for b in blocks] + [next_base_fee(head)]
        check.equal("baseFeePerGas", history["baseFeePerGas"], fees)
        ratios = [b["gasUsed"] / b["gasLimit"] for b in blocks]
        check.true("gasUsedRatio", all(
            abs(a - b) < 1e-5 for a, b in zip(history["gasUsedRatio"], ratios, strict=True)
        ))  # fmt: skip
        check.equal("rewards", [len(r) for r in history["reward"]], [3] * 5)
        plain = eth.fee_history(1, "latest")
        check.true("no rewards unless asked for", not plain.get("reward"), plain)
        long = eth.fee_history(100_000, "latest")
        check.equal("no more than there are", long["oldestBlock"], max(0, eth.block_number - 1023))
        zero = self.raw("eth_feeHistory", "0x0", "latest", [])["result"]
        check.equal("no blocks", (zero["oldestBlock"], zero["gasUsedRatio"]), ("0x0", []))
        for bad in ([50, 10], [-1], [101], ["half"]):
            answer = self.raw("eth_feeHistory", "0x2", "latest", bad)
            check.equal(f"percentiles {bad}", answer.get("error", {}).get("code"), -32602)
        answer = self.raw("eth_feeHistory", "0x2", hex(10**9), [])
        check.true("beyond the head", "error" in answer, answer)

    def transfers(self) -> None:
        check, w3, eth = self.checks, self.w3, self.w3.eth
        alice, bob = self.accounts[0], self.accounts[1]
        stranger = Account.create().address
        before = eth.get_balance(alice.address)
        nonce = eth.get_transaction_count(alice.address)
        signed = self.signed_transfer(alice, stranger, ETHER)
        sent = eth.send_raw_transaction(signed.raw_transaction)
        check.equal("hash", sent, signed.hash)
        waiting = eth.get_transaction(sent)
        if waiting.get("blockNumber") is None:
            check.equal("pending nonce", eth.get_transaction_count(alice.address, "pending"),
                        nonce + 1)  # fmt: skip
        receipt = self.wait(sent)
        block = eth.get_block(receipt["blockNumber"])
        transaction = eth.get_transaction(sent)
        price = block["baseFeePerGas"] + GWEI
        check.equal("status", receipt["status"], 1)
        check.equal("gas", receipt["gasUsed"], 21_000)
        check.equal("effectiveGasPrice", receipt["effectiveGasPrice"], price)
        check.equal("gasPrice when mined", transaction["gasPrice"], price)
        check.equal("type", (receipt["type"], transaction["type"]), (2, 2))
        check.equal("place", block["transactions"][receipt["transactionIndex"]], sent)
        check.equal("same place", transaction["transactionIndex"], receipt["transactionIndex"])
        check.equal("block", receipt["blockHash"], block["hash"])
        check.equal("received", eth.get_balance(stranger), ETHER)
        check.equal("paid", before - eth.get_balance(alice.address), ETHER + 21_000 * price)
        check.equal("nonce", eth.get_transaction_count(alice.address), nonce + 1)
        check.equal("nonce before", eth.get_transaction_count(
            alice.address, receipt["blockNumber"] - 1), nonce)  # fmt: skip

        check.equal("estimate of a transfer", eth.estimate_gas(
            {"from": alice.address, "to": stranger, "value": 1}), 21_000)  # fmt: skip
        # A legacy transaction, with EIP-155.
        legacy = alice.sign_transaction({
            "chainId": self.devnet["chainId"], "to": stranger, "value": 5, "gas": 21_000,
            "nonce": nonce + 1, "gasPrice": 2 * eth.gas_price,
        })  # fmt: skip
        receipt = self.wait(eth.send_raw_transaction(legacy.raw_transaction))
        check.equal("legacy", (receipt["status"], receipt["type"]), (1, 0))
        check.equal("v of EIP-155", eth.get_transaction(legacy.hash)["v"], legacy.v)
        check.true("with the chain id", legacy.v >= self.devnet["chainId"] * 2 + 35, legacy.v)

        signing = Web3(Web3.HTTPProvider(self.devnet["rpcURL"]))
        signing.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(bob), layer=0)
        receipt = self.wait(signing.eth.send_transaction(
            {"from": bob.address, "to": stranger, "value": 7}))  # fmt: skip
        check.equal("SignAndSendRaw", (receipt["status"], receipt["from"]), (1, bob.address))
        receipt = self.wait(eth.send_transaction(
            {"from": self.accounts[2].address, "to": stranger, "value": 11}))  # fmt: skip
        check.equal("unlocked", (receipt["status"], receipt["from"]), (1, self.accounts[2].address))
        check.equal("all received", eth.get_balance(stranger), ETHER + 5 + 7 + 11)
        error = check.raises("locked account", Web3RPCError, lambda: eth.send_transaction(
            {"from": stranger, "to": bob.address, "value": 1, "gas": 21_000}))  # fmt: skip
        check.contains("locked account", error, "unknown account")
        check.equal("null receipt", self.raw("eth_getTransactionReceipt", "0x" + "22" * 32)["result"],
                    None)  # fmt: skip
        check.raises("unknown transaction", TransactionNotFound,
                     lambda: eth.get_transaction("0x" + "22" * 32))  # fmt: skip

    def swapping(self) -> None:
        check, eth = self.checks, self.w3.eth
        alice = self.accounts[0]
        amount = 3 * ETHER
        call = self.swap_call(alice.address, amount)
        quoted = call.call({"from": alice.address})
        check.true("quote", quoted > 0)
        gas = call.estimate_gas({"from": alice.address})
        weth, usdc = (t.functions.balanceOf(alice.address).call() for t in (self.weth, self.usdc))
        signed = alice.sign_transaction(call.build_transaction({
            "from": alice.address, "gas": gas, "nonce": eth.get_transaction_count(alice.address),
            "maxFeePerGas": 3 * eth.gas_price, "maxPriorityFeePerGas": GWEI,
        }))  # fmt: skip
        receipt = self.wait(eth.send_raw_transaction(signed.raw_transaction))
        check.equal("swap", receipt["status"], 1)
        check.true("estimate is enough, and near", receipt["gasUsed"] <= gas <
                   receipt["gasUsed"] * 1.3, (gas, receipt["gasUsed"]))  # fmt: skip
        self.swaps.append(receipt["transactionHash"])
        events = self.pool.events.Swap().process_receipt(receipt, errors=DISCARD)
        check.equal("one Swap", len(events), 1)
        swap = events[0]["args"]
        weth_first = int(self.weth.address, 16) < int(self.usdc.address, 16)
        paid, got = ("amount0", "amount1") if weth_first else ("amount1", "amount0")
        check.equal("paid", swap[paid], amount)
        check.equal("got what was quoted", -swap[got], quoted)
        check.equal("sender", swap["sender"], self.router.address)
        check.equal("recipient", swap["recipient"], alice.address)
        check.equal("WETH", weth - self.weth.functions.balanceOf(alice.address).call(), amount)
        check.equal("USDC", self.usdc.functions.balanceOf(alice.address).call() - usdc, quoted)
        check.equal("price", self.pool.functions.slot0().call()[0], swap["sqrtPriceX96"])
        check.equal("bloom", bloom(receipt["logs"]), bytes(receipt["logsBloom"]))

    def logs(self) -> None:
        check, eth = self.checks, self.w3.eth
        head = eth.block_number
        everything = eth.get_logs({"fromBlock": 0, "toBlock": "latest"})
        check.true("logs of the whole chain", len(everything) > 100, len(everything))
        places = [(log["blockNumber"], log["logIndex"]) for log in everything]
        check.equal("in order, each once", places, sorted(set(places)))
        topic = keccak(text="Swap(address,address,int256,int256,uint160,uint128,int24)")
        ours = [log for log in everything if log["transactionHash"] in self.swaps]
        swaps = eth.get_logs({"fromBlock": 0, "toBlock": "latest", "address": self.pool.address,
                              "topics": [Web3.to_hex(topic)]})  # fmt: skip
        check.equal("by address and topic", swaps, [
            log for log in everything
            if log["address"] == self.pool.address and log["topics"][0] == topic])  # fmt: skip
        check.true("with our swap", any(log["transactionHash"] in self.swaps for log in swaps))
        decoded = self.pool.events.Swap().get_logs(from_block=0)
        check.equal("get_logs of the event", len(decoded), len(swaps))
        wildcard = eth.get_logs({"fromBlock": 0, "topics": [None, [
            "0x" + "00" * 12 + self.router.address[2:].lower()]]})  # fmt: skip
        check.equal("second topic alone", wildcard, [
            log for log in everything if len(log["topics"]) > 1
            and bytes(log["topics"][1])[12:] == to_canonical_address(self.router.address)
        ])  # fmt: skip
        block = eth.get_block(ours[0]["blockNumber"])
        check.equal("by block hash", eth.get_logs({"blockHash": block["hash"]}),
                    [log for log in everything if log["blockHash"] == block["hash"]])  # fmt: skip
        ahead = self.raw("eth_getLogs", {"fromBlock": hex(head + 1000)})
        check.equal("from beyond the head", ahead.get("result"), [])
        wrong = self.raw("eth_getLogs", {"fromBlock": "0x5", "toBlock": "0x4"})
        check.equal("backwards", wrong.get("error", {}).get("code"), -32602)

    def failures(self) -> None:
        check, eth = self.checks, self.w3.eth
        alice, poor = self.accounts[0], Account.create()
        call = self.swap_call(alice.address, ETHER, minimum_out=10**30)
        error = check.raises("call that reverts", ContractLogicError,
                             lambda: call.call({"from": alice.address}))  # fmt: skip
        check.contains("its reason", error, "Too little received")
        reason = "08c379a0" + "20".rjust(64, "0") + format(19, "064x")
        check.contains("its data", getattr(error, "data", ""), reason)
        answer = self.raw("eth_call", {
            "from": alice.address, "to": self.router.address, "data": call._encode_transaction_data()
        }, "latest")["error"]  # fmt: skip
        check.equal("code 3", answer["code"], 3)
        error = check.raises("estimate that reverts", ContractLogicError,
                             lambda: call.estimate_gas({"from": alice.address}))  # fmt: skip
        check.contains("its reason again", error, "Too little received")

        # A failing transaction is mined all the same, with status 0 and without logs.
        signed = alice.sign_transaction(call.build_transaction({
            "from": alice.address, "gas": 300_000,
            "nonce": eth.get_transaction_count(alice.address),
            "maxFeePerGas": 3 * eth.gas_price, "maxPriorityFeePerGas": GWEI,
        }))  # fmt: skip
        receipt = self.wait(eth.send_raw_transaction(signed.raw_transaction))
        check.equal("status 0", (receipt["status"], receipt["logs"]), (0, []))

        def refused(what: str, words: str, signed: Any) -> None:
            error = check.raises(what, Web3RPCError,
                                 lambda: eth.send_raw_transaction(signed.raw_transaction))  # fmt: skip
            check.contains(what, error, words)

        to = poor.address
        refused("nonce", "nonce too low", self.signed_transfer(alice, to, 1, nonce=0))
        refused("funds", "insufficient funds", self.signed_transfer(poor, to, 1))
        refused("gas", "intrinsic gas too low", self.signed_transfer(alice, to, 1, gas=20_999))
        refused("block gas", "exceeds block gas limit",
                self.signed_transfer(alice, to, 1, gas=10**9, maxFeePerGas=GWEI))  # fmt: skip
        refused("chain", "invalid chain id", self.signed_transfer(alice, to, 1, chainId=5))
        refused("tip", "max priority fee", self.signed_transfer(
            alice, to, 1, maxFeePerGas=GWEI, maxPriorityFeePerGas=2 * GWEI))  # fmt: skip
        error = check.raises("no transaction", Web3RPCError,
                             lambda: eth.send_raw_transaction(b"\x02\x01\x02"))  # fmt: skip
        check.contains("no transaction", error, "unable to decode")

        # The second nonce first: it waits for the first one, which is replaced.
        nonce = eth.get_transaction_count(alice.address)
        later = self.signed_transfer(alice, to, 2, nonce=nonce + 1)
        eth.send_raw_transaction(later.raw_transaction)
        check.equal("a gap", eth.get_transaction_count(alice.address, "pending"), nonce)
        # It pays less than any block's fee, so that it waits.
        cheap = self.signed_transfer(alice, to, 3, nonce=nonce, maxFeePerGas=1000,
                                     maxPriorityFeePerGas=1000)  # fmt: skip
        eth.send_raw_transaction(cheap.raw_transaction)
        check.equal("no gap", eth.get_transaction_count(alice.address, "pending"), nonce + 2)
        refused("known", "already known", cheap)
        refused("a little more", "replacement transaction underpriced", self.signed_transfer(
            alice, to, 4, nonce=nonce, maxFeePerGas=1099, maxPriorityFeePerGas=1099))  # fmt: skip
        replacing = self.signed_transfer(alice, to, 4, nonce=nonce)
        eth.send_raw_transaction(replacing.raw_transaction)
        check.equal("replaced", self.raw("eth_getTransactionByHash", cheap.hash.to_0x_hex())["result"],
                    None)  # fmt: skip
        receipts = [self.wait(replacing.hash), self.wait(later.hash)]
        check.equal("both mined", [r["status"] for r in receipts], [1, 1])
        check.equal("in one block", receipts[0]["blockNumber"], receipts[1]["blockNumber"])
        check.equal("received", eth.get_balance(to), 4 + 2)

    def protocol(self) -> None:
        check, url = self.checks, self.devnet["rpcURL"]

        def call(number: Any, method: str, *params: Any) -> dict[str, Any]:
            return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}

        answers = post(url, [
            call(1, "eth_chainId"), call("two", "eth_noSuchThing"), call(3, "eth_blockNumber"),
            {"jsonrpc": "2.0", "method": "eth_blockNumber"}, 7,
        ])  # fmt: skip
        check.equal("batch", [a["id"] for a in answers], [1, "two", 3, None])
        check.equal("its first", answers[0]["result"], hex(self.devnet["chainId"]))
        check.equal("-32601", answers[1]["error"]["code"], -32601)
        check.equal("-32600", answers[3]["error"]["code"], -32600)
        check.equal("-32700", post(url, "{\"jsonrpc\": ")["error"]["code"], -32700)
        check.equal("-32700 for bytes", post(url, b"\xff\xfe")["error"]["code"], -32700)
        check.equal("empty batch", post(url, [])["error"]["code"], -32600)
        check.equal("-32602", post(url, call(1, "eth_getBalance"))["error"]["code"], -32602)
        with self.w3.batch_requests() as batch:
            batch.add(self.w3.eth.get_block("latest"))
            batch.add(self.w3.eth.get_balance(self.accounts[0].address))
            results = batch.execute()
        check.equal("batch_requests", len(results), 2)
        check.true("its block", results[0]["number"] > 0)
        subscribing = post(url, call(1, "eth_subscribe", "newHeads"))
        check.contains("subscription over HTTP", subscribing.get("error"), "not supported")

    def filters_by_polling(self) -> None:
        """The swap is seen by a client that asks for new logs block by block."""
        check, eth = self.checks, self.w3.eth
        seen_up_to = eth.block_number
        alice = self.accounts[0]
        sent = eth.send_transaction(self.swap_call(alice.address, ETHER).build_transaction(
            {"from": alice.address, "gas": 400_000}))  # fmt: skip
        found: list[Any] = []

        def poll() -> bool:
            nonlocal seen_up_to
            found.extend(eth.get_logs({"fromBlock": seen_up_to + 1, "address": self.pool.address}))
            seen_up_to = max([seen_up_to, *(log["blockNumber"] for log in found)])
            return bool(found)

        wait_until(poll, 5, "the swap's log")
        check.equal("polled log", found[0]["transactionHash"], sent)

    async def streaming(self) -> None:
        check, alice, bob = self.checks, self.accounts[0], self.accounts[1]
        async with AsyncWeb3(WebSocketProvider(self.devnet["wsURL"])) as w3:
            check.true("WebSocket is_connected", await w3.is_connected())
            check.equal("WebSocket chain id", await w3.eth.chain_id, self.devnet["chainId"])
            heads = await w3.eth.subscribe("newHeads")
            hashes = await w3.eth.subscribe("newPendingTransactions")
            whole = await w3.eth.subscribe("newPendingTransactions", True)
            logs = await w3.eth.subscribe("logs", {"address": self.pool.address})
            ids = {heads, hashes, whole, logs}
            check.equal("four subscriptions", len(ids), 4)
            received: dict[Any, list[Any]] = {name: [] for name in ids}

            async def receive(enough: Any, seconds: float) -> bool:
                async def read() -> None:
                    async for message in w3.socket.process_subscriptions():
                        received[message["subscription"]].append(message["result"])
                        if enough():
                            return

                try:
                    await asyncio.wait_for(read(), seconds)
                except TimeoutError:
                    return False
                return True

            swap = self.swap_call(bob.address, ETHER).build_transaction({
                "from": bob.address, "gas": 400_000, "maxPriorityFeePerGas": GWEI,
                "maxFeePerGas": 3 * self.w3.eth.gas_price,
                "nonce": self.w3.eth.get_transaction_count(bob.address),
            })  # fmt: skip
            signed = bob.sign_transaction(swap)
            sent = await w3.eth.send_raw_transaction(signed.raw_transaction)
            check.equal("sent over WebSocket", sent, signed.hash)
            check.true("heard of all", await receive(
                lambda: received[logs] and received[hashes] and received[whole]
                and len(received[heads]) >= 2, 8), received)  # fmt: skip
            check.equal("hash of a pending one", received[hashes], [sent])
            check.equal("the pending one whole", [
                (t["hash"], t["from"], t["nonce"], t["blockHash"]) for t in received[whole]
            ], [(sent, bob.address, swap["nonce"], None)])  # fmt: skip
            check.equal("its input", bytes(received[whole][0]["input"]), bytes(HexBytes(swap["data"])))
            check.equal("its log", [log["transactionHash"] for log in received[logs]], [sent])
            receipt = await w3.eth.get_transaction_receipt(sent)
            check.equal("block of the log", received[logs][0]["blockHash"], receipt["blockHash"])
            for head in received[heads]:
                check.equal("hash of a new head", keccak(rlp.encode(header_fields(head))), head["hash"])
            first, second = received[heads][:2]
            check.equal("heads follow", (second["number"], second["parentHash"]),
                        (first["number"] + 1, first["hash"]))  # fmt: skip

            for name in (hashes, whole, logs):
                check.true("unsubscribe", await w3.eth.unsubscribe(name))
            quiet = {name: len(received[name]) for name in (hashes, whole, logs)}
            seen = len(received[heads])
            transfer = self.signed_transfer(alice, bob.address, 1)
            await w3.eth.send_raw_transaction(transfer.raw_transaction)
            check.true("heads go on", await receive(
                lambda: len(received[heads]) >= seen + 2, 8))  # fmt: skip
            check.equal("the others are quiet", {n: len(received[n]) for n in quiet}, quiet)
            check.true("the last unsubscribe", await w3.eth.unsubscribe(heads))

    def bare_socket(self) -> None:
        """What web3.py would not send."""
        check = self.checks
        with connect(self.devnet["wsURL"], open_timeout=5, close_timeout=5) as socket:

            def ask(text: str) -> Any:
                socket.send(text)
                return json.loads(socket.recv(timeout=5))

            def call(method: str, *params: Any) -> Any:
                return ask(json.dumps(
                    {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}))  # fmt: skip

            check.equal("unsubscribe of none", call("eth_unsubscribe", "0xdead")["result"], False)
            error = call("eth_subscribe", "noSuchThing")["error"]
            check.equal("subscribe to none", error["code"], -32602)
            check.equal("-32700", ask("{")["error"]["code"], -32700)
            name = call("eth_subscribe", "newHeads")["result"]
            message = json.loads(socket.recv(timeout=5))
            check.equal("form of a notification", (
                message["jsonrpc"], message["method"], message["params"]["subscription"],
                "id" in message), ("2.0", "eth_subscription", name, False))  # fmt: skip


def session(devnet: dict[str, Any], checks: Checks) -> None:
    parts = Session(devnet, checks)
    with checks.section("reading"):
        parts.reading()
    with checks.section("blocks"):
        parts.blocks()
    with checks.section("states"):
        parts.states()
    with checks.section("fees"):
        parts.fees()
    with checks.section("transfers"):
        parts.transfers()
    with checks.section("swap"):
        parts.swapping()
    with checks.section("logs"):
        parts.logs()
    with checks.section("failures"):
        parts.failures()
    with checks.section("protocol"):
        parts.protocol()
    with checks.section("polling"):
        parts.filters_by_polling()
    with checks.section("WebSocket"):
        asyncio.run(parts.streaming())
    with checks.section("bare WebSocket"):
        parts.bare_socket()


if __name__ == "__main__":
    run_session(session, SEED, BLOCK_TIME, LIMIT_SECONDS)
