#!/usr/bin/env python3
"""Attack the devnet and its relay as their clients might.

fuzz_node.py PROGRAM [--requests N] [--seed N]

Requests of every method with damaged parameters, many sent twice over or in a batch; bytes that are hardly HTTP;
frames that are hardly WebSocket; subscribers that do not read. After each the node has to answer within ten
seconds, in bounded memory; a node that ended is a failure, and its last requests are printed.
"""

import argparse
import base64
import http.client
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import time

from fuzz_files import HEX, NUMBERS, TEXTS, VALUES, damaged_bytes, damaged_json

SECONDS = 10
MEMORY_MIB = 2000
# Seconds that a slot may stay open are a client's to choose, so that these are not answered at once.
SLOW = {"devnet_closeSlot"}


class Node:
    def __init__(self, program):
        self.program, self.process = program, None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "devnet", "--port", "0", "--relay-port", "0", "--json", "--block-time", "0.5"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "JITBOT_ARTIFACTS": ".artifacts", "SWIFT_BACKTRACE": "enable=no"},
        )  # fmt: skip
        self.facts = json.loads(self.process.stdout.readline())
        self.port = int(self.facts["rpcURL"].rsplit(":", 1)[1])
        self.relay = int(self.facts["relayURL"].rsplit(":", 1)[1])

    def stop(self):
        self.process.kill()
        return self.process.communicate()[1].decode(errors="replace")[-1000:]

    @property
    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) >> 10

    def post(self, body, relay=False, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.relay if relay else self.port, timeout=SECONDS)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answers(self):
        """That it lives, and goes on building blocks."""
        deadline, first = time.monotonic() + SECONDS, None
        while time.monotonic() < deadline:
            _, answer = self.post('{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}')
            number = int(json.loads(answer)["result"], 16)
            first = number if first is None else first
            if number != first:
                return True
            time.sleep(0.1)
        return False


def methods(node):
    """Every method with parameters that are good, mostly."""
    facts = node.facts
    account, pool = facts["accounts"][0]["address"], facts["contracts"]["pool500"]
    weth = facts["contracts"]["weth"]
    call = {"from": account, "to": weth, "gas": "0x30000", "gasPrice": "0x77359400", "value": "0x1",
            "maxPriorityFeePerGas": "0x1", "input": "0x70a08231" + "0" * 24 + account[2:], "nonce": "0x1"}  # fmt: skip
    block = json.loads(node.post(json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["latest", True]}))[1])["result"]  # fmt: skip
    raw = json.loads(node.post(json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["0x5", True]}))[1])["result"]  # fmt: skip
    tx = raw["transactions"][0]["hash"] if raw and raw["transactions"] else "0x" + "11" * 32
    source = "".join(open(p).read() for p in (
        "Sources/Devnet/RPC/NodeRPC.swift", "Sources/Devnet/Server/DevnetServer.swift", "Sources/Devnet/Relay/RelayRPC.swift"))  # fmt: skip
    names = sorted(set(re.findall(r'"((?:eth|net|web3|txpool|debug|devnet|flashbots)_\w+)"', source)))
    tracer = {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": False}}
    signed = "0x02f86c827a6980843b9aca0084773594008252089411111111111111111111111111111111111111110180c001a0" + "11" * 32 + "a0" + "22" * 32
    bundle = {"txs": [signed], "blockNumber": "0x7fffffff", "minTimestamp": 0, "maxTimestamp": 1 << 40,
              "revertingTxHashes": [tx], "replacementUuid": "4b6c6f3e-1d2c-4a5b-9c8d-7e6f5a4b3c2d",
              "stateBlockNumber": "latest", "timestamp": 1 << 33}  # fmt: skip
    good = {
        "eth_getBlockByNumber": ["0x1", True], "eth_getBlockByHash": [block["hash"], True],
        "eth_getBlockTransactionCountByNumber": ["0x1"], "eth_getBlockTransactionCountByHash": [block["hash"]],
        "eth_getBlockReceipts": ["0x5"], "eth_getTransactionByBlockNumberAndIndex": ["0x5", "0x0"],
        "eth_getTransactionByBlockHashAndIndex": [block["hash"], "0x0"], "eth_getTransactionByHash": [tx],
        "eth_getTransactionReceipt": [tx], "eth_getRawTransactionByHash": [tx],
        "eth_getLogs": [{"fromBlock": "0x0", "toBlock": "0xffff", "address": [pool], "topics": [None, [tx]]}],
        "eth_getBalance": [account, "latest"], "eth_getCode": [pool, {"blockNumber": "0x3"}],
        "eth_getStorageAt": [pool, "0x0", {"blockHash": block["hash"]}], "eth_getTransactionCount": [account, "pending"],
        "eth_call": [call, "latest", {}, {}], "eth_estimateGas": [call, "latest"],
        "eth_feeHistory": ["0x4", "latest", [10, 50.5, 90]], "eth_sendRawTransaction": [signed],
        "eth_sendTransaction": [call], "txpool_contentFrom": [account], "debug_traceCall": [call, "latest", tracer],
        "debug_traceTransaction": [tx, tracer], "debug_traceBlockByNumber": ["0x5", {"tracer": "prestateTracer"}],
        "debug_traceBlockByHash": [block["hash"], tracer], "eth_subscribe": ["logs", {"address": pool}],
        "eth_unsubscribe": ["0x1"], "devnet_closeSlot": [[tx], "0x1", 0.01], "devnet_reorganise": ["0x2"],
        "devnet_setFairPrice": [pool, "0x1"], "devnet_answered": [tx, "sent"], "devnet_refuseBundles": [False],
        "eth_sendBundle": [bundle], "eth_callBundle": [bundle],
        "eth_cancelBundle": [{"replacementUuid": bundle["replacementUuid"]}],
        "eth_sendPrivateTransaction": [{"tx": signed, "maxBlockNumber": "0x7fffffff"}],
        "eth_cancelPrivateTransaction": [{"txHash": tx}], "flashbots_getUserStatsV2": [{"blockNumber": "0x1"}],
        "flashbots_getBundleStatsV2": [{"bundleHash": tx, "blockNumber": "0x1"}],
    }  # fmt: skip
    left_out = {"devnet_stopRelay", "devnet_dropWebSockets"}
    return [(name, good.get(name, [])) for name in names if name not in left_out]


def requests(node, chance, signer):
    calls = methods(node)
    while True:
        name, params = chance.choice(calls)
        text = json.dumps(params)
        if chance.random() < 0.9:
            text = damaged_json(chance, text)
        if name in ("eth_call", "debug_traceCall", "eth_estimateGas") and chance.random() < 0.3:
            text = json.dumps([{"to": f"0x{chance.randrange(1, 0x12):040x}", "gas": chance.choice(HEX[:8]),
                                "input": "0x" + precompile_input(chance)}, "latest",
                               {"tracer": chance.choice(["callTracer", "prestateTracer"])}
                               if name == "debug_traceCall" else {}])  # fmt: skip
        body = f'{{"jsonrpc":"2.0","id":{chance.choice(["1", "null", NUMBERS[5], chance.choice(NUMBERS)])},"method":"{name}","params":{text}}}'
        if chance.random() < 0.05:
            body = "[" + ",".join([body] * chance.choice([2, 50])) + "]"
        body = body.encode(errors="surrogatepass")
        if chance.random() < 0.1:
            body = damaged_bytes(chance, body)
        if len(body) > 9_000_000:
            continue
        is_relay = "undle" in name or "rivate" in name or "flashbots" in name or chance.random() < 0.02
        headers = {}
        if is_relay:
            signature = signer(body) if signer else "0x" + "11" * 20 + ":0x" + "22" * 65
            if chance.random() < 0.2:
                signature = re.sub(r"[^\x20-\x7e]", "?", damaged_json(chance, json.dumps(signature)))[:4000]
            headers["X-Flashbots-Signature"] = signature
        yield name, body, is_relay, headers


def precompile_input(chance):
    words = [0, 1, 2, 31, 32, 33, 2**31, 2**32 - 1, 2**63, 2**64 - 1, 2**255, 2**256 - 1,
             21888242871839275222246405745257275088696311157297823662689037894645226208583]  # fmt: skip
    return "".join(f"{chance.choice(words):064x}" for _ in range(chance.randint(0, 12)))


def raw_attacks(chance, port):
    """Bytes that are hardly HTTP or WebSocket, each on a connection of its own."""
    body = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
    length = len(body)
    heads = [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nContent-Length: 0\r\n\r\n" % length,
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 1000,
        b"POST / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length,
    ]  # fmt: skip
    upgrade = (b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + base64.b64encode(b"0" * 16) + b"\r\n\r\n")  # fmt: skip

    def frame(opcode, payload, fin=True, masked=True, size=None):
        size = len(payload) if size is None else size
        head = bytes([(0x80 if fin else 0) | opcode])
        mask = 0x80 if masked else 0
        head += bytes([mask | size]) if size < 126 else bytes([mask | 126]) + struct.pack(">H", size) \
            if size < 65536 else bytes([mask | 127]) + struct.pack(">Q", size)  # fmt: skip
        return head + (b"\0\0\0\0" if masked else b"") + payload

    subscribe = b'{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newPendingTransactions",true]}'
    frames = [
        frame(1, body, masked=False), frame(1, b"", size=2**63), frame(1, b"", size=2**64 - 1), frame(1, b"", size=2**40),
        frame(3, body), frame(0, body), frame(9, b"x" * 200), frame(8, b"\x03"), frame(8, b"\x00\x00"), frame(1, b"\xff\xfe"),
        frame(1, b"[" * 60_000), frame(9, b"x") * 5000, frame(1, subscribe) * 200, frame(1, body) * 5000,
        frame(1, b'{"a"', fin=False) + frame(0, b":", fin=False) * 2000, frame(2, body),
        frame(1, b'{"a"', fin=False) + frame(1, body), bytes([0xF1, 0x80, 0, 0, 0, 0]),
    ]  # fmt: skip
    data = chance.choice([chance.choice(heads) + body, upgrade + chance.choice(frames), upgrade + damaged_bytes(chance, chance.choice(frames)),
                          damaged_bytes(chance, chance.choice(heads)), upgrade[: chance.randrange(len(upgrade))]])  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
        peer.settimeout(0.2)
        try:
            peer.sendall(data)
            while chance.random() < 0.8 and peer.recv(65536):
                pass
        except OSError:
            pass


def silent_subscribers(node, count=50):
    """Subscribers that never read, while transactions come in and blocks are built."""
    upgrade = (b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + base64.b64encode(b"0" * 16) + b"\r\n\r\n")  # fmt: skip
    peers = []
    for _ in range(count):
        peer = socket.create_connection(("127.0.0.1", node.port))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.sendall(upgrade)
        peer.recv(4096)
        for topic in ('"newHeads"', '"newPendingTransactions",true', '"logs",{}'):
            text = f'{{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":[{topic}]}}'.encode()
            peer.sendall(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text if len(text) < 126 else b"")
        peers.append(peer)
    sender, receiver = (a["address"] for a in node.facts["accounts"][:2])
    big = "0x" + "00" * 100_000
    for _ in range(300):
        node.post(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_sendTransaction", "params": [
            {"from": sender, "to": receiver, "gas": hex(1_100_000), "input": big}]}))  # fmt: skip
    for peer in peers:
        peer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(f"node {options.seed}")
    signer = relay_signer()
    node = Node(options.program)
    failures, counts, slowest, last = 0, {}, 0.0, []

    def fail(what):
        nonlocal failures
        failures += 1
        code = node.process.poll()
        print(f"{what}; exit {code}; {node.stop()}")
        for name, body in last[-3:]:
            print("   ", name, body[:400], f"({len(body)} bytes)", flush=True)
        node.start()

    source = requests(node, chance, signer)
    for number in range(options.requests):
        name, body, is_relay, headers = next(source)
        last = last[-20:] + [(name, body)]
        began = time.monotonic()
        try:
            status, answer = node.post(body, is_relay, headers)
            counts[status] = counts.get(status, 0) + 1
            kind = "error" if b'"error"' in answer[:200] else "result"
            counts[kind] = counts.get(kind, 0) + 1
        except TimeoutError:
            if name not in SLOW:
                fail(f"no answer in {SECONDS} s")
                source = requests(node, chance, signer)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            if node.process.poll() is not None:
                fail("it ended")
                source = requests(node, chance, signer)
        slowest = max(slowest, time.monotonic() - began)
        if number % 20 == 0:
            try:
                raw_attacks(chance, chance.choice([node.port, node.relay]))
            except OSError:
                pass
        if number % 500 == 499:
            try:
                alive = node.answers()
            except (OSError, ValueError, http.client.HTTPException):
                alive = False
            if not alive:
                fail("it builds no blocks any more")
                source = requests(node, chance, signer)
            elif node.megabytes > MEMORY_MIB:
                fail(f"{node.megabytes} MiB")
                source = requests(node, chance, signer)
    before = node.megabytes
    silent_subscribers(node)
    after = node.megabytes
    if not node.answers() or after > MEMORY_MIB:
        fail(f"silent subscribers: {before} to {after} MiB")
    print(f"{options.requests} requests, {failures} failures; {counts}; slowest {slowest:.1f} s; "
          f"{before} MiB, behind silent subscribers {after} MiB")  # fmt: skip
    node.stop()
    sys.exit(1 if failures else 0)


def relay_signer():
    """Signs requests to the relay where eth_account is there; else they are refused at the door."""
    try:
        from eth_account import Account, messages
        from eth_utils import keccak
    except ImportError:
        return None
    account = Account.from_key("0x" + "42" * 32)

    def sign(body):
        text = "0x" + keccak(body).hex()
        signature = account.sign_message(messages.encode_defunct(text=text)).signature.hex()
        return f"{account.address}:0x{signature.removeprefix('0x')}"

    return sign


if __name__ == "__main__":
    main()
