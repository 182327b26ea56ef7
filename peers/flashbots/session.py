#!/usr/bin/env python3
"""A session of flashbots 2.0.0 (PyPI) with the relay of `jit-bot devnet`.

    session.py JIT_BOT_BINARY

Starts a devnet, signs, simulates, sends, replaces and cancels bundles and private transactions, and
checks what became of each in the chain: what was simulated against what was mined, to the wei. Then
what a relay must refuse. Exit status 1 if anything differs.
"""

import json
import pathlib
import sys
import time
import urllib.request
import uuid
import warnings
from typing import Any

warnings.filterwarnings("ignore", "pkg_resources is deprecated")

from eth_account import Account, messages  # noqa: E402
from eth_account.signers.local import LocalAccount  # noqa: E402
from flashbots import flashbot  # noqa: E402
from hexbytes import HexBytes  # noqa: E402
from web3 import HTTPProvider, Web3  # noqa: E402
from web3.exceptions import TransactionNotFound  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from devnet import Checks, run_session, wait_until  # noqa: E402

SEED = 3
BLOCK_TIME = 1.0
LIMIT_SECONDS = 60
ETHER = 10**18
GWEI = 10**9


class Session:
    """The parts of the session, in their order."""

    def __init__(self, devnet: dict[str, Any], checks: Checks) -> None:
        self.devnet = devnet
        self.checks = checks
        self.relay = devnet["relayURL"]
        self.identity: LocalAccount = Account.create()
        self.w3 = self.client(self.identity)
        accounts = [Account.from_key(account["privateKey"]) for account in devnet["accounts"]]
        self.searcher, self.user, self.other = accounts[:3]

    def client(self, identity: LocalAccount) -> Any:
        w3 = Web3(HTTPProvider(self.devnet["rpcURL"]))
        flashbot(w3, identity, self.relay)
        return w3

    def transaction(self, to: str, value: int, **fields: Any) -> dict[str, Any]:
        return {
            "type": 2, "chainId": self.devnet["chainId"], "to": to, "value": value, "gas": 21_000,
            "maxFeePerGas": 100 * GWEI, "maxPriorityFeePerGas": 2 * GWEI, "data": b"", **fields,
        }  # fmt: skip

    def nonce(self, account: LocalAccount) -> int:
        return self.w3.eth.get_transaction_count(account.address)

    def signed(self, account: LocalAccount, transaction: dict[str, Any]) -> Any:
        return account.sign_transaction({"nonce": self.nonce(account), **transaction})

    def failing(self, account: LocalAccount, **fields: Any) -> Any:
        """A signed transaction that reverts: a transfer of tokens that nobody has."""
        data = "0xa9059cbb" + account.address[2:].lower().rjust(64, "0") + "f" * 64
        return self.signed(account, self.transaction(
            self.devnet["contracts"]["weth"], 0, gas=100_000, data=data, **fields))  # fmt: skip

    def fresh_block(self) -> int:
        """The number of a block that has just become the head: most of a slot is left."""
        head = self.w3.eth.block_number
        wait_until(lambda: self.w3.eth.block_number > head, 5, "the next block")
        return self.w3.eth.block_number

    def after(self, block: int) -> None:
        wait_until(lambda: self.w3.eth.block_number >= block, 10, f"block {block}")

    def is_mined(self, transaction_hash: HexBytes) -> bool:
        try:
            return self.w3.eth.get_transaction_receipt(transaction_hash) is not None
        except TransactionNotFound:
            return False

    def bundles(self) -> None:
        """Two transactions of the searcher around one of a user, simulated and mined."""
        check, w3, relay = self.checks, self.w3, self.w3.flashbots
        stranger = Account.create().address
        foreign = self.signed(self.user, self.transaction(stranger, 5))
        nonce = self.nonce(self.searcher)
        head = self.fresh_block()
        target = head + 1
        miner = w3.eth.get_block("latest")["miner"]
        bundle = [
            {"signer": self.searcher,
             "transaction": self.transaction(stranger, ETHER, nonce=nonce)},
            {"signed_transaction": foreign.rawTransaction},
            # The second one pays the builder besides the fee.
            {"signer": self.searcher,
             "transaction": self.transaction(miner, ETHER // 100, nonce=nonce + 1)},
        ]  # fmt: skip
        simulated = relay.simulate(bundle, target, state_block_tag=head)
        sent = relay.send_bundle(bundle, target_block_number=target)
        raws = simulated["signedBundledTransactions"]
        hashes = [w3.keccak(raw) for raw in raws]
        told = relay.call_bundle(raws, hex(target), hex(head), 0)
        sent.wait()
        receipts = sent.receipts()
        check.equal("in one block", {r["blockNumber"] for r in receipts}, {target})
        check.equal("in order", [r["transactionHash"] for r in receipts], hashes)
        places = [r["transactionIndex"] for r in receipts]
        check.equal("one behind the other", places, list(range(places[0], places[0] + 3)))
        check.equal("all succeed", [r["status"] for r in receipts], [1, 1, 1])
        check.equal("received", w3.eth.get_balance(stranger), ETHER + 5)

        # What was simulated is what happened.
        block = w3.eth.get_block(target)
        check.equal("bundle hash of the simulation", HexBytes(simulated["bundleHash"]),
                    sent.bundle_hash())  # fmt: skip
        results = simulated["results"]
        check.equal("results", [HexBytes(r["txHash"]) for r in results], hashes)
        check.equal("gasUsed", [r["gasUsed"] for r in results], [r["gasUsed"] for r in receipts])
        check.equal("totalGasUsed", simulated["totalGasUsed"], 63_000)
        prices = [str(r["effectiveGasPrice"]) for r in receipts]
        check.equal("gasPrice", [r["gasPrice"] for r in results], prices)
        tips = [r["gasUsed"] * (r["effectiveGasPrice"] - block["baseFeePerGas"]) for r in receipts]
        check.equal("gasFees", [r["gasFees"] for r in results], [str(t) for t in tips])
        check.equal("ethSentToCoinbase", [r["ethSentToCoinbase"] for r in results],
                    ["0", "0", str(ETHER // 100)])  # fmt: skip
        total = sum(tips) + ETHER // 100
        check.equal("coinbaseDiff", simulated["coinbaseDiff"], str(total))
        earned = w3.eth.get_balance(miner, target) - w3.eth.get_balance(miner, head)
        check.equal("what the coinbase earned", earned, total)
        check.equal("from", [r["fromAddress"].lower() for r in results], [
            a.address.lower() for a in (self.searcher, self.user, self.searcher)])  # fmt: skip
        check.equal("value of a success", [r["value"] for r in results], ["0x"] * 3)
        check.equal("bundleGasPrice", told["bundleGasPrice"], str(total // 63_000))
        check.equal("stateBlockNumber", told["stateBlockNumber"], head)
        check.equal("totals", (told["gasFees"], told["ethSentToCoinbase"], told["totalGasUsed"]),
                    (str(sum(tips)), str(ETHER // 100), 63_000))  # fmt: skip

        check.true("user stats", "isHighPriority" in relay.get_user_stats_v2())
        check.true("older user stats", "isHighPriority" in relay.get_user_stats())
        name = w3.to_hex(sent.bundle_hash())
        check.equal("bundle stats", relay.get_bundle_stats_v2(name, target)["isSimulated"], True)
        check.equal("older bundle stats", relay.get_bundle_stats(name, target)["isSimulated"], True)
        none = relay.get_bundle_stats_v2("0x" + "11" * 32, target)
        check.equal("stats of no bundle", none["isSimulated"], False)

    def swap(self) -> None:
        """A simulated swap uses the gas of the mined one."""
        check, w3, relay = self.checks, self.w3, self.w3.flashbots
        contracts = self.devnet["contracts"]
        words = [contracts["weth"], contracts["usdc"], 500, self.searcher.address, 2**256 - 1,
                 2 * ETHER, 0, 0]  # fmt: skip
        data = "0x414bf389" + "".join(
            (word[2:].lower() if isinstance(word, str) else f"{word:x}").rjust(64, "0")
            for word in words
        )
        signed = self.signed(self.searcher, self.transaction(
            contracts["swapRouter"], 0, gas=400_000, data=data))  # fmt: skip
        head = self.fresh_block()
        raws = [{"signed_transaction": signed.rawTransaction}]
        simulated = relay.simulate(raws, head + 1, state_block_tag=head)
        sent = relay.send_bundle(raws, head + 1)
        receipt = sent.receipts()[0]
        check.equal("swap", (receipt["status"], receipt["blockNumber"]), (1, head + 1))
        check.equal("its gas", simulated["results"][0]["gasUsed"], receipt["gasUsed"])
        check.true("more than a transfer's", receipt["gasUsed"] > 80_000)
        amount_out = int(simulated["results"][0]["value"], 16)
        usdc = contracts["usdc"].lower()
        paid = [int(log["data"].hex(), 16) for log in receipt["logs"]
                if log["address"].lower() == usdc]  # fmt: skip
        check.equal("its output", paid, [amount_out])

    def names(self) -> None:
        """replacementUuid: the last of a name counts, and a name can be cancelled."""
        check, w3, relay = self.checks, self.w3, self.w3.flashbots
        to = [Account.create().address for _ in range(3)]
        name, cancelled, kept = (str(uuid.uuid4()) for _ in range(3))
        nonces = [self.nonce(a) for a in (self.searcher, self.user, self.other)]

        def bundle(account: LocalAccount, nonce: int, to: str, value: int) -> Any:
            return [{"signer": account, "transaction": self.transaction(to, value, nonce=nonce)}]

        target = self.fresh_block() + 1
        first = relay.send_bundle(
            bundle(self.searcher, nonces[0], to[0], 100), target, {"replacementUuid": name})
        second = relay.send_bundle(
            bundle(self.searcher, nonces[0], to[0], 7), target, {"replacementUuid": name})
        taken_back = relay.send_bundle(
            bundle(self.user, nonces[1], to[1], 1), target, {"replacementUuid": cancelled})
        relay.cancel_bundles(cancelled)
        staying = relay.send_bundle(
            bundle(self.other, nonces[2], to[2], 3), target, {"replacementUuid": kept})
        # Somebody else cannot cancel it, nor can he replace it.
        self.client(Account.create()).flashbots.cancel_bundles(kept)
        again = relay.cancel_bundles(cancelled)
        check.equal("cancelled once", again, {"bundleHashes": False})
        self.after(target)
        check.equal("replaced", self.is_mined(first.bundle[0]["hash"]), False)
        check.equal("replacing", self.is_mined(second.bundle[0]["hash"]), True)
        check.equal("cancelled", self.is_mined(taken_back.bundle[0]["hash"]), False)
        check.equal("another's name", self.is_mined(staying.bundle[0]["hash"]), True)
        check.equal("received", [w3.eth.get_balance(a) for a in to], [7, 0, 3])
        bad = check.raises("no UUID", ValueError, lambda: relay.send_bundle(
            bundle(self.searcher, nonces[0] + 1, to[0], 1), target + 5,
            {"replacementUuid": "mine"}))  # fmt: skip
        check.contains("no UUID", bad, "replacementUuid must be a UUID")

    def whole_or_nothing(self) -> None:
        """A transaction that fails drops its bundle, unless the bundle lets it fail."""
        check, relay = self.checks, self.w3.flashbots
        to = Account.create().address
        good = self.signed(self.searcher, self.transaction(to, 1))
        bad = self.failing(self.user)
        fine = self.signed(self.other, self.transaction(to, 10))
        head = self.fresh_block()
        dropped = [{"signed_transaction": t.rawTransaction} for t in (good, bad)]
        simulated = relay.simulate(dropped, head + 1, state_block_tag=head)["results"]
        check.equal("simulated failure", simulated[1].get("error"), "execution reverted")
        check.true("no value of a failure", "value" not in simulated[1])
        check.true("gas of a failure", simulated[1]["gasUsed"] > 21_000)
        relay.send_bundle(dropped, head + 1)
        relay.send_bundle([{"signed_transaction": fine.rawTransaction}], head + 1)
        self.after(head + 2)
        check.equal("nothing of it", [self.is_mined(t.hash) for t in (good, bad)], [False] * 2)
        check.equal("the other bundle", self.is_mined(fine.hash), True)

        target = self.fresh_block() + 1
        sent = relay.send_bundle(dropped, target, {"revertingTxHashes": [bad.hash.hex()]})
        receipts = sent.receipts()
        check.equal("may fail", [(r["status"], r["blockNumber"]) for r in receipts],
                    [(1, target), (0, target)])  # fmt: skip
        check.equal("gas of the failure", receipts[1]["gasUsed"], simulated[1]["gasUsed"])
        check.equal("received", self.w3.eth.get_balance(to), 11)

        # A bundle whose nonce is not the next one cannot be executed.
        gap = self.searcher.sign_transaction(
            self.transaction(to, 1, nonce=self.nonce(self.searcher) + 3))  # fmt: skip
        head = self.fresh_block()
        error = check.raises("nonce too high", ValueError, lambda: relay.simulate(
            [{"signed_transaction": gap.rawTransaction}], head + 1, state_block_tag=head))  # fmt: skip
        check.contains("nonce too high", error, "nonce too high")

    def timestamps(self) -> None:
        """0 is no bound; others bound the block's time."""
        check, relay = self.checks, self.w3.flashbots
        to = Account.create().address
        now = int(time.time())
        options = [
            (self.searcher, {"minTimestamp": 0, "maxTimestamp": 0}, True),
            (self.user, {"minTimestamp": now + 3600}, False),
            (self.other, {"minTimestamp": now - 60, "maxTimestamp": now + 3600}, True),
        ]
        signed = [self.signed(account, self.transaction(to, 1)) for account, _, _ in options]
        target = self.fresh_block() + 1
        for transaction, (_, bounds, _) in zip(signed, options):
            relay.send_bundle([{"signed_transaction": transaction.rawTransaction}], target, bounds)
        self.after(target)
        check.equal("by their bounds", [self.is_mined(t.hash) for t in signed],
                    [expected for _, _, expected in options])  # fmt: skip
        late = self.signed(self.user, self.transaction(to, 2))
        target = self.fresh_block() + 1
        relay.send_bundle([{"signed_transaction": late.rawTransaction}], target,
                          {"maxTimestamp": now - 60})  # fmt: skip
        self.after(target)
        check.equal("too late", self.is_mined(late.hash), False)

    def private_transactions(self) -> None:
        check, w3, relay = self.checks, self.w3, self.w3.flashbots
        to = Account.create().address
        nonce = self.nonce(self.searcher)
        head = self.fresh_block()
        # The second nonce first: it waits for its turn, unseen by the mempool.
        later = self.searcher.sign_transaction(self.transaction(to, 2, nonce=nonce + 1))
        first = self.searcher.sign_transaction(self.transaction(to, 1, nonce=nonce))
        waiting = relay.send_private_transaction(
            {"signed_transaction": later.rawTransaction}, max_block_number=head + 20)
        withdrawn = self.signed(self.user, self.transaction(to, 4, nonce=self.nonce(self.user) + 1))
        relay.send_private_transaction({"signed_transaction": withdrawn.rawTransaction})
        check.equal("not public", w3.eth.get_transaction_count(self.searcher.address, "pending"),
                    nonce)  # fmt: skip
        check.equal("cancelled", relay.cancel_private_transaction(withdrawn.hash.hex()), True)
        check.equal("cancelled once", relay.cancel_private_transaction(withdrawn.hash.hex()), False)
        sent = relay.send_private_transaction(
            {"signer": self.searcher, "transaction": self.transaction(to, 1, nonce=nonce)},
            max_block_number=head + 10)  # fmt: skip
        check.equal("receipt", sent.receipt()["transactionHash"], first.hash)
        check.equal("receipt of the later", waiting.receipt()["status"], 1)
        # What the withdrawn one waited for comes; it does not.
        filler = self.signed(self.user, self.transaction(to, 8))
        w3.eth.send_raw_transaction(filler.rawTransaction)
        w3.eth.wait_for_transaction_receipt(filler.hash, 5, 0.1)
        self.fresh_block()
        check.equal("withdrawn", self.is_mined(withdrawn.hash), False)
        check.equal("received", w3.eth.get_balance(to), 1 + 2 + 8)
        error = check.raises("a block that was", ValueError, lambda: relay.send_private_transaction(
            {"signed_transaction": withdrawn.rawTransaction}, max_block_number=head))  # fmt: skip
        check.contains("a block that was", error, "maxBlockNumber")

    def post(self, body: bytes, signature: str | None) -> Any:
        headers = {"content-type": "application/json"}
        if signature is not None:
            headers["X-Flashbots-Signature"] = signature
        request = urllib.request.Request(self.relay, body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def signature(self, body: bytes, account: LocalAccount) -> str:
        text = Web3.to_hex(Web3.keccak(body))
        signed = account.sign_message(messages.encode_defunct(text=text))
        return f"{account.address}:{signed.signature.hex()}"

    def refusals(self) -> None:
        check, relay = self.checks, self.w3.flashbots
        head = self.fresh_block()
        body = json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "flashbots_getUserStatsV2",
            "params": [{"blockNumber": hex(head)}],
        }).encode()  # fmt: skip
        right = self.signature(body, self.identity)
        check.true("signed by hand", "result" in self.post(body, right))
        # v as 0 or 1, as go-ethereum writes it.
        low = right[:-2] + format(int(right[-2:], 16) - 27, "02x")
        check.true("v of 0 or 1", "result" in self.post(body, low))

        def refused(what: str, words: str, answer: Any) -> None:
            check.equal(f"{what}: code", answer.get("error", {}).get("code"), -32600)
            check.contains(what, answer.get("error"), words)

        refused("no signature", "signature is required", self.post(body, None))
        refused("body altered", "error in signature check",
                self.post(body.replace(b"\"id\": 1", b"\"id\": 2"), right))  # fmt: skip
        refused("a space more", "error in signature check", self.post(body + b" ", right))
        refused("another's signature", "error in signature check", self.post(
            body, f"{self.identity.address}:{self.signature(body, self.user).split(':')[1]}"))  # fmt: skip
        refused("no signature in it", "error in signature check",
                self.post(body, self.identity.address + ":0x00"))  # fmt: skip
        raw_hash = self.identity.sign_message(messages.encode_defunct(Web3.keccak(body)))
        refused("hash signed as bytes", "error in signature check",
                self.post(body, f"{self.identity.address}:{raw_hash.signature.hex()}"))  # fmt: skip

        # The limits of a bundle, each with the bundle that just keeps it.
        nonce = self.nonce(self.searcher)
        far = head + 1000
        raws = [
            self.searcher.sign_transaction(
                self.transaction(self.user.address, 1, nonce=nonce + n)).rawTransaction
            for n in range(101)
        ]  # fmt: skip
        check.true("100 transactions", "bundleHash" in relay.send_raw_bundle(raws[:100], far))
        error = check.raises("101 transactions", ValueError,
                             lambda: relay.send_raw_bundle(raws, far))  # fmt: skip
        check.contains("101 transactions", error, "invalid bundle body size")

        def large(size: int) -> list[HexBytes]:
            """A bundle of two transactions, together of so many bytes."""
            first = raws[0]
            empty = self.transaction(self.user.address, 1, nonce=nonce + 1, gas=10**7)
            length = size - len(first) - 200
            while True:
                signed = self.searcher.sign_transaction({**empty, "data": b"\1" * length})
                missing = size - len(first) - len(signed.rawTransaction)
                if missing == 0:
                    return [first, signed.rawTransaction]
                length += missing

        check.true("300,000 bytes", "bundleHash" in relay.send_raw_bundle(large(300_000), far))
        error = check.raises("300,001 bytes", ValueError,
                             lambda: relay.send_raw_bundle(large(300_001), far))  # fmt: skip
        check.contains("300,001 bytes", error, "invalid bundle body size")
        for what, raws_sent, block, words in [
            ("no transactions", [], far, "missing txs"),
            ("no transaction", [HexBytes("0x1234")], far, "unable to decode txs"),
            ("a block that was", raws[:1], head - 1, "the head is"),
        ]:  # fmt: skip
            error = check.raises(what, ValueError,
                                 lambda: relay.send_raw_bundle(raws_sent, block))  # fmt: skip
            check.contains(what, error, words)


def session(devnet: dict[str, Any], checks: Checks) -> None:
    parts = Session(devnet, checks)
    with checks.section("bundles"):
        parts.bundles()
    with checks.section("swap"):
        parts.swap()
    with checks.section("names"):
        parts.names()
    with checks.section("whole or nothing"):
        parts.whole_or_nothing()
    with checks.section("timestamps"):
        parts.timestamps()
    with checks.section("private transactions"):
        parts.private_transactions()
    with checks.section("refusals"):
        parts.refusals()


if __name__ == "__main__":
    run_session(session, SEED, BLOCK_TIME, LIMIT_SECONDS)
