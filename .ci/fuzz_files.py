#!/usr/bin/env python3
"""Feed damaged files and settings to every command that reads them.

fuzz_files.py BUILD_DIR DATA [--inputs N] [--seed N] [--only NAME] [--keep DIR]

Each input is a good file with one to four damages. A command has to end by itself, in ten seconds more than
with the good file, with an exit code that it documents, with words on standard error where it is not 0,
and in bounded memory. A surface's failures are kept with the command that repeats them.
"""

import argparse
import gzip
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

EXITS = {0, 1, 2, 3, 4, 5}
SECONDS = 10
# Over what the good input takes.
MEMORY_KIB = 1_500_000

NUMBERS = [
    str(s * (2**b) + d)
    for b in (7, 8, 15, 16, 23, 24, 31, 32, 53, 63, 64, 127, 128, 159, 160, 255, 256, 512)
    for d in (-1, 0, 1)
    for s in (1, -1)
] + [
    "0", "1", "-1", "-0", "1e400", "-1e400", "1e-400", "1e5", "1e30", "1.5", "0.1", "NaN", "Infinity", "-Infinity",
    "887272", "-887272", "887273", "-887273", "887220", "-887220", "00", "01", "0x", "0x0", "0x-1", "+1", " 1", "1 ",
    "4295128739", "4295128738", "1461446703485210103287273052203988822378723970342", "9" * 5000,
]  # fmt: skip
HEX = ["0x" + "f" * n for n in (1, 2, 8, 15, 16, 17, 32, 40, 41, 63, 64, 65, 128, 200_000)] + [
    "0x" + "0" * n for n in (1, 2, 39, 40, 41, 63, 64, 66, 1000)
] + ["0x7fffffff", "0x80000000", "0x7fffffffffffffff", "0x8000000000000000", "0xg", "0X1", "0x1", "0x00f"]  # fmt: skip
TEXTS = ["", " ", "null", "a" * 100_000, "é", "\U0001f4a9", "\u0000", "../../../etc/passwd", "%s%n", ",", "\n", "\ud800"]
VALUES = ["null", "true", "false", "[]", "{}", "[[]]", '{"a":1}', "[null]", "-0.0", '"' + "\\u0000" + '"']
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null')


def damaged_bytes(random, data):
    data = bytearray(data)
    for _ in range(random.randint(1, 4)):
        if not data:
            break
        at = random.randrange(len(data))
        match random.randrange(7):
            case 0: data[at] = random.randrange(256)
            case 1: data[at] ^= 1 << random.randrange(8)
            case 2: del data[at:]
            case 3: del data[at : at + random.randint(1, 64)]
            case 4: data[at:at] = data[random.randrange(len(data)) :][: random.randint(1, 300)]
            case 5: data[at:at] = bytes(random.randrange(256) for _ in range(random.randint(1, 8)))
            case 6: data[at:at] = random.choice([b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\0", b"\r\n", b'"', b"[" * 100_000])
    return bytes(data)


def value(random, old):
    """A JSON value instead of another one: mostly of the same kind, so that it gets far."""
    is_text = old.startswith('"')
    roll = random.random()
    if is_text and old[1:3] == "0x" and roll < 0.7:
        body = old[3:-1]
        match random.randrange(4):
            case 0: return json.dumps(random.choice(HEX))
            case 1: return f'"0x{body[: random.randint(0, len(body))]}"'
            case 2: return '"0x' + "f" * len(body) + '"'
            case 3 if body:
                at = random.randrange(len(body))
                return '"0x' + body[:at] + random.choice("0123456789abcdef") + body[at + 1 :] + '"'
    if roll < 0.75:
        number = random.choice(NUMBERS)
        return f'"{number}"' if is_text else number
    if roll < 0.85:
        return json.dumps(random.choice(TEXTS + HEX))
    return random.choice(VALUES)


def damaged_json(random, text):
    for _ in range(random.randint(1, 3)):
        # A token near a random place: files are large, and one place is as good as another.
        start = random.randrange(max(1, len(text)))
        token = TOKEN.search(text, text.rfind("\n", 0, start) + 1 if random.random() < 0.3 else max(0, start - 200))
        token = token or TOKEN.search(text)
        if token is None:
            break
        old = token.group()
        is_key = text[token.end() : token.end() + 2].lstrip().startswith(":")
        if is_key:
            other = random.choice(['"zz"', '""', '"hash"', '"to"', '"ticks"', '"number"', '"gasLimit"', old[:-1] + 'x"'])
            new = random.choice([other, f"{old}:1,{old}", other])
        elif random.random() < 0.02:
            new = random.choice(["[" * 100_000, '{"a":' * 100_000, "[" * 120 + "]" * 120])
        else:
            new = value(random, old)
        text = text[: token.start()] + new + text[token.end() :]
    if random.random() < 0.03:
        text = text[: random.randrange(max(1, len(text)))]
    return text


def damaged_fields(random, text):
    """One to three values whose form stays good: each name of a field is as likely as the next."""
    root = json.loads(text)
    names = {}

    def walk(node, name):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            own = key if isinstance(node, dict) and not key.startswith("0x") else name
            if isinstance(child, (dict, list)) and child:
                walk(child, own)
            names.setdefault((own, type(child)), []).append((node, key))

    walk(root, "")
    for _ in range(random.randint(1, 3)):
        node, key = random.choice(names[random.choice(sorted(names, key=str))])
        if key not in node if isinstance(node, dict) else key >= len(node):
            continue
        old = node[key]
        size = random.choice([8, 16, 24, 31, 32, 63, 64, 127, 128, 160, 255, 256])
        number = max(0, random.choice([0, 1, 2**size, 2**size - 1, 2**size - 2, random.getrandbits(size)]))
        if isinstance(old, str) and old.startswith("0x"):
            words = [hex(number), f"0x{number:064x}"[:66], f"0x{random.getrandbits(160):040x}", old + old[2:] * 5,
                     "0x" + random.randbytes(random.choice([0, 1, 20, 32, 256, 24577])).hex()]  # fmt: skip
            node[key] = random.choice(words)
        elif isinstance(old, bool):
            node[key] = not old
        elif isinstance(old, (int, float)):
            node[key] = random.choice([number, -number])
        elif isinstance(old, str) and old.lstrip("-").isdigit():
            node[key] = str(random.choice([number, -number]))
        elif isinstance(old, list):
            node[key] = random.choice([[], old * 2, old[::-1], old[:1] * 300])
        elif isinstance(old, dict):
            node[key] = random.choice([{}, random.choice(list(old.values())) if old else {}])
        elif isinstance(node, dict):
            del node[key]
    return json.dumps(root)


def damaged_csv(random, text):
    lines = text.split("\n")
    for _ in range(random.randint(1, 4)):
        row = random.randrange(len(lines))
        cells = lines[row].split(",")
        column = random.randrange(len(cells))
        match random.randrange(9):
            case 0 | 1 | 2 | 3: cells[column] = random.choice(NUMBERS)
            case 4: cells[column] = random.choice(TEXTS + HEX + ["Mint", "Burn", "Swap", "Collect", "Flash", "Initialize", "exactOut"])
            case 5: cells = cells[:column]
            case 6: cells.insert(column, cells[column])
            case 7:
                lines.insert(row, lines[row])
            case 8:
                other = random.randrange(len(lines))
                lines[row], lines[other] = lines[other], lines[row]
                continue
        lines[row] = ",".join(cells)
    return "\n".join(lines)


def damage(random, data, kind):
    if kind == "bytes" or random.random() < 0.15:
        return damaged_bytes(random, data)
    text = data.decode()
    if kind == "json" and random.random() < 0.5:
        return damaged_fields(random, text).encode(errors="surrogatepass")
    text = (damaged_csv if kind == "csv" else damaged_json)(random, text)
    return text.encode(errors="surrogatepass")


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, environment, seconds):
    """Exit code, standard error, seconds and peak memory in KiB; the code is None where it hangs."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment,
            preexec_fn=limits, process_group=0,
        )  # fmt: skip
        code = None
        while time.monotonic() - began < seconds:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                break
            time.sleep(0.002)
        else:
            os.kill(process.pid, signal.SIGKILL)
            _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        errors.seek(0)
        output.seek(0)
        return code, errors.read(), output.read(1 << 20), time.monotonic() - began, usage.ru_maxrss


class Surface:
    """One command: its good files, what is damaged, and how it is called with a folder of them."""

    def __init__(self, name, files, command, environment=None, share=1.0, spoil=None, bulk=1):
        self.name, self.files, self.command, self.share = name, files, command, share
        self.environment, self.bulk = environment or {}, bulk
        # Names of the files that are damaged; each input damages one.
        self.spoil = spoil or list(files)
        self.seconds = self.memory = 0


def kind(name):
    if name.endswith(".jsonl"):
        return "jsonl"
    return "json" if ".json" in name else "csv" if name.endswith(".csv") else "bytes"


def attempt(surface, seed, folder, environment):
    """Writes one input (or, in bulk, many) and runs the command on it."""
    chance = random.Random(f"{surface.name} {seed}")
    path = os.path.join(folder, f"{surface.name}-{seed}".replace(" ", "_"))
    os.makedirs(path)
    if surface.bulk > 1 and surface.spoil:
        for index in range(surface.bulk):
            name = chance.choice(surface.spoil)
            with open(os.path.join(path, f"{index:05}_{os.path.basename(name)}"), "wb") as file:
                file.write(damage(chance, surface.files[name], kind(name)))
    else:
        spoilt = chance.choice(surface.spoil) if surface.spoil else None
        for name, data in surface.files.items():
            file = os.path.join(path, name)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "wb") as out:
                out.write(damage(chance, data, kind(name)) if name == spoilt else data)
    command, own = surface.command(path, chance)
    own = {k: v[:120_000] for k, v in {**surface.environment, **own}.items() if "\0" not in v}
    command = [c.replace("\0", "?")[:120_000] for c in command]
    return path, command, own, run(command, {**environment, **own}, surface.seconds)


def problem(surface, result):
    code, errors, output, seconds, memory = result
    if code is None:
        return f"hangs ({seconds:.0f} s)"
    if code not in EXITS:
        return f"exit {code}"
    if code and not errors.strip() and not output.strip():
        return f"exit {code} without a word"
    if memory > surface.memory + MEMORY_KIB:
        return f"{memory >> 10} MiB"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("data")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a regular expression of surfaces")
    parser.add_argument("--keep", default=".build/fuzz-files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    shutil.rmtree(options.keep, ignore_errors=True)
    os.makedirs(options.keep)
    environment = {"PATH": os.environ["PATH"], "HOME": options.keep, "SWIFT_BACKTRACE": "enable=no"}
    failures = total = 0
    surfaces = [s for s in surfaces_of(options.build, options.data, environment) if re.search(options.only, s.name)]
    shares = sum(s.share for s in surfaces)
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        for surface in surfaces:
            honest(surface, folder, environment)
            rounds = max(1, round(options.inputs * surface.share / shares / surface.bulk))
            codes, slowest, largest = {}, 0.0, 0
            with ThreadPoolExecutor(options.jobs) as pool:
                seeds = (f"{options.seed}.{n}" for n in range(rounds))
                for path, command, own, result in pool.map(
                    lambda seed: attempt(surface, seed, folder, environment), seeds
                ):
                    codes[result[0]] = codes.get(result[0], 0) + 1
                    slowest, largest = max(slowest, result[3]), max(largest, result[4])
                    what = problem(surface, result)
                    if what:
                        failures += 1
                        kept = os.path.join(options.keep, os.path.basename(path))
                        shutil.copytree(path, kept, dirs_exist_ok=True)
                        command = [c.replace(path, kept) for c in command]
                        with open(os.path.join(kept, "COMMAND"), "w") as file:
                            print(what, own, command, result[1].decode(errors="replace")[-3000:], file=file)
                        print(f"{surface.name}: {what}: {kept}")
                    shutil.rmtree(path, ignore_errors=True)
            total += rounds * surface.bulk
            told = ", ".join(f"exit {c}: {n}" for c, n in sorted(codes.items(), key=str))
            print(f"{surface.name}: {rounds * surface.bulk} inputs; {told}; slowest {slowest:.1f} s, "
                  f"largest {largest >> 10} MiB", flush=True)  # fmt: skip
    print(f"{total} inputs, {failures} failures")
    sys.exit(1 if failures else 0)


def honest(surface, folder, environment):
    """The good input's time and memory, which the damaged ones are measured by."""
    spoil, files = surface.spoil, surface.files
    surface.spoil, surface.seconds = [], 120
    if surface.bulk > 1:
        surface.files = dict(random.Random(0).sample(sorted(files.items()), min(surface.bulk, len(files))))
    path, _, _, (code, errors, _, seconds, memory) = attempt(surface, "honest", folder, environment)
    shutil.rmtree(path)
    surface.spoil, surface.files = spoil, files
    surface.seconds, surface.memory = 10 * seconds + SECONDS, memory
    print(f"{surface.name}: the good input: exit {code}, {seconds:.2f} s, {memory >> 10} MiB "
          f"{errors.decode(errors='replace').strip().splitlines()[:1] if code else ''}", flush=True)  # fmt: skip


def surfaces_of(build, data, environment):
    bot, conformance = os.path.join(build, "jit-bot"), os.path.join(build, "conformance")

    def read(name):
        path = os.path.join(data, name)
        return gzip.open(path).read() if name.endswith(".gz") else open(path, "rb").read()

    def head(text, lines):
        return b"\n".join(text.split(b"\n")[:lines]) + b"\n"

    def demo_block(number):
        return subprocess.run([bot, "block", "export", str(number), "--blocks", "40"], stdout=subprocess.PIPE, check=True,
                              env={**environment, "JITBOT_ARTIFACTS": ".artifacts"}).stdout  # fmt: skip

    calls = json.loads(read("jit-real/blocks_v3_calls.json.gz"))
    traces = read("jit-real/full_traces_13601096.json.gz")
    history = head(read("v3-pool-events/usdc_weth_500_from_init.csv"), 60)
    later = head(read("v3-pool-events/wbtc_weth_3000_16944682_16951778.csv"), 40)
    state = read("v3-pool-events/wbtc_weth_3000_state_before.json")
    golden = read("v3-quoter-golden/wbtc_weth_3000_state_24407242.json")
    quotes = read("v3-quoter-golden/quotes.csv")
    operations = head(read("jit-real/jit_ops_2021_subgraph.csv"), 40)
    small_calls = json.dumps(calls[:2]).encode()
    trace_block = json.dumps([b for b in calls if b["block"] == 13601096][:1]).encode()

    born = "usdc_weth_500_from_init.csv"
    grown = "wbtc_weth_3000_16944682_16951778.csv"
    before = "wbtc_weth_3000_state_before.json"

    shards = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {born: history, "calls.json": small_calls, "ops.csv": operations}.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        out = os.path.join(folder, "out")
        subprocess.run([bot, "backtest", *(os.path.join(folder, n) for n in (born, "calls.json", "ops.csv")),
                        "--out", out], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        for where, _, names in os.walk(out):
            for name in names:
                path = os.path.join(where, name)
                relative = "out/" + os.path.relpath(path, out)
                if "report" not in os.path.basename(path):
                    shards[relative] = open(path, "rb").read()

    fixtures = {}
    for archive in ("vectors", "state-legacy", "state-eest"):
        with tarfile.open(os.path.join(data, f"evm-tests/{archive}.tar.gz")) as tar:
            for member in tar:
                # A megabyte in each of 1024 frames is paid for, and takes a gigabyte undamaged.
                if "Call1MB1024" in member.name:
                    continue
                if member.isfile() and member.size < 60_000 and member.name.endswith(".json"):
                    fixtures[member.name.replace("/", "_")] = tar.extractfile(member).read()
    for name in ("router-calldata/calldata.jsonl.gz", "raw-signed-txs/txs.csv.gz"):
        fixtures[os.path.basename(name).removesuffix(".gz")] = head(read(name), 30)
    for name in ("mainnet-tx-receipts/20472570.json.gz", "single-tx-prestate/txs.json.gz"):
        fixtures[os.path.basename(name).removesuffix(".gz")] = read(name)

    artifacts = {}
    for where, _, names in os.walk(".artifacts"):
        for name in names:
            if name.endswith(".json"):
                path = os.path.join(where, name)
                artifacts["artifacts/" + os.path.relpath(path, ".artifacts")] = open(path, "rb").read()

    def on(*arguments):
        return lambda path, chance: ([a.replace("@", path) for a in arguments], {})

    blocks = {number: demo_block(number) for number in (3, 14, 22, 33)}
    block_surfaces = [
        Surface(f"block execute {number}", {"block.json": content},
                on(bot, "block", "execute", "@/block.json"), share=0.6)
        for number, content in blocks.items()
    ]  # fmt: skip

    return [
        *block_surfaces,
        Surface("detect", {"blocks.json": small_calls}, on(bot, "detect", "@/blocks.json", "--json"), share=1),
        Surface("detect traces", {"blocks.json": trace_block, "traces.json": traces},
                on(bot, "detect", "@/blocks.json", "--traces", "@/traces.json"), share=0.3, spoil=["traces.json"]),
        Surface("pool replay birth", {born: history}, on(bot, "pool", "replay", f"@/{born}"), share=1.5),
        Surface("pool replay state", {grown: later, "state.json": state},
                on(bot, "pool", "replay", f"@/{grown}", "--state", "@/state.json"), share=1.5),
        Surface("pool quote", {"state.json": golden, "quotes.csv": quotes},
                on(bot, "pool", "quote", "@/state.json", "@/quotes.csv"), share=1.5),
        Surface("backtest history", {born: history}, on(bot, "backtest", f"@/{born}", "--out", "@/out"), share=0.6),
        Surface("backtest state", {grown: later, before: state},
                on(bot, "backtest", f"@/{grown}", "--out", "@/out"), share=0.6),
        Surface("backtest calls", {"calls.json": small_calls}, on(bot, "backtest", "@/calls.json", "--out", "@/out"),
                share=0.8),
        Surface("backtest operations", {"ops.csv": operations}, on(bot, "backtest", "@/ops.csv", "--out", "@/out"),
                share=0.8),
        Surface("backtest block", {"block.json": blocks[33]}, on(bot, "backtest", "@/block.json", "--out", "@/out"),
                share=0.3),
        Surface("backtest merge", shards, on(bot, "backtest", "merge", "@/out"), share=1.5),
        Surface("backtest resume", {born: history, **shards},
                on(bot, "backtest", f"@/{born}", "--out", "@/out"), share=0.4, spoil=list(shards)),
        Surface("backtest settings", {"ops.csv": operations}, settings(bot), share=0.3, spoil=["-"]),
        Surface("contract decode", {}, decode(bot), share=0.5, spoil=["-"]),
        Surface("arguments", {}, arguments(bot), share=0.8, spoil=["-"]),
        Surface("run settings", {}, bot_settings(bot), share=1.5, spoil=["-"]),
        Surface("artifacts", artifacts, on(bot, "block", "export", "1", "--blocks", "1", "--artifacts", "@/artifacts"),
                share=0.4),
        Surface("history demo", {born: history}, on(bot, "demo", "--history", f"@/{born}", "--artifacts", ".artifacts"),
                share=0.1),
        Surface("conformance", fixtures, on(conformance, "@"), share=6, bulk=200),
        Surface("conformance archive", {"v.tar.gz": archive_of(fixtures)},
                on(conformance, "@/v.tar.gz"), share=0.5),
    ]  # fmt: skip


def archive_of(fixtures):
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(os.path.join(folder, "v.tar.gz"), "w:gz") as tar:
            for name in sorted(fixtures)[:20]:
                path = os.path.join(folder, "file")
                with open(path, "wb") as file:
                    file.write(fixtures[name])
                tar.add(path, arcname=name)
        with open(os.path.join(folder, "v.tar.gz"), "rb") as file:
            return file.read()


def any_text(chance):
    return chance.choice(chance.choice([NUMBERS, HEX, TEXTS[:-1]]))[:100_000]


def settings(bot):
    keys = ["baseFeeWei", "amsterdam", "minimumProfitWei", "bidShareBps", "hedgeCostPips", "fairBandPercentOfFee",
            "inventoryWei", "maximumPositions", "sizeFilter", "shardEvents", "rivalBidShareBps"]  # fmt: skip

    def command(path, chance):
        pairs = [f"{chance.choice(keys)}={any_text(chance)}" for _ in range(chance.randint(1, 3))]
        extra = ["--blocks", f"{any_text(chance)}..{any_text(chance)}"] if chance.random() < 0.3 else []
        extra += ["--jobs", any_text(chance)] if chance.random() < 0.2 else []
        sets = [a for pair in pairs for a in ("--set", pair)]
        return [bot, "backtest", f"{path}/ops.csv", "--out", f"{path}/out", *sets, *extra], {}

    return command


def decode(bot):
    # JitError(uint256), Error(string), Panic(uint256) and what comes after them.
    heads = ["0x", "0x08c379a0", "0x4e487b71", "0x220266b6", "0x" + "".join(f"{b:02x}" for b in b"\x65\xc8\xfd\x4d")]

    def command(path, chance):
        words = "".join(
            chance.choice([f"{chance.choice([0, 1, 31, 32, 33, 64, 2**31, 2**63, 2**64 - 1, 2**256 - 1]):064x}",
                           f"{chance.getrandbits(256):064x}", "ff", "0"])
            for _ in range(chance.randint(0, 6))
        )  # fmt: skip
        return [bot, "contract", "decode", chance.choice(heads) + words], {}

    return command


def arguments(bot):
    calls = [
        ["block", "export", "#", "--seed", "#", "--blocks", "1"], ["block", "export", "1", "--blocks", "1", "--seed", "#"],
        ["demo", "--blocks", "1", "--fault", "reorg@#"], ["demo", "--blocks", "1", "--fault", "bot-killed@#"],
        ["demo", "--blocks", "#", "--seed", "x"], ["devnet", "--port", "#", "--relay-port", "#", "--seed", "z"],
        ["devnet", "--block-time", "#", "--port", "70000"], ["demo", "--serve", "--block-time", "#", "--seed", "z"],
        ["demo", "--history", "/dev/null", "--base-fee-gwei", "#"], ["detect", "/dev/null", "--traces", "#"],
        ["contract", "verify", "#", "--rpc", "http://127.0.0.1:9/#"], ["contract", "decode", "--tx", "#", "--rpc", "#"],
        ["contract", "verify", "0x" + "11" * 20, "--rpc", "http://127.0.0.1:9", "--explorer-timeout", "#",
         "--explorer-pause", "#", "--etherscan", "#"], ["strategy", "examples", "#"],
        ["pool", "replay", "#"], ["backtest", "merge", "#"], ["flashloan", "liquidity", "#"],
    ]  # fmt: skip

    def command(path, chance):
        call = chance.choice(calls)
        return [bot, *(any_text(chance).join(a.split("#")) if "#" in a else a for a in call)], {
            "JITBOT_ARTIFACTS": ".artifacts"
        }

    return command


def bot_settings(bot):
    weth, usdc = "0xC02aaA39b223FE8D0A0E5C4F27eAD9083C756Cc2", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    good = {
        "RPC_URL_HTTP": "http://127.0.0.1:9", "RPC_URL_WS": "ws://127.0.0.1:9", "RELAY_URLS": "http://127.0.0.1:9",
        "CONTRACT_ADDRESS": "0x" + "11" * 20, "POOLS": f"{usdc}/{weth}/500", "PRIVATE_KEY": "0x" + "22" * 32,
        "FLASHBOTS_SIGNING_KEY": "0x" + "33" * 32, "LEDGER_PATH": "@/ledger.sqlite",
    }  # fmt: skip
    help_text = subprocess.run([bot, "run", "--help"], stdout=subprocess.PIPE, text=True).stdout
    names = sorted(set(re.findall(r"^\s{2,}([A-Z][A-Z0-9_]{4,})\b", help_text, re.M)) | set(good))

    def command(path, chance):
        own = {k: v.replace("@", path) for k, v in good.items()}
        for _ in range(chance.randint(1, 3)):
            name = chance.choice(names)
            old = own.get(name, "1")
            cut = chance.randrange(len(old) + 1)
            own[name] = chance.choice([
                any_text(chance), old[:cut] + any_text(chance) + old[cut:], old[:cut], old + "," + old,
                re.sub(r"\d+$", lambda _: chance.choice(NUMBERS), old), old + "," * 5000, old + "/" + any_text(chance),
                f"{weth}/{weth}/{chance.choice(NUMBERS)}", f"aave-v3:{any_text(chance)}",
                f"http://[{any_text(chance)}]:{chance.choice(NUMBERS)}",
            ])[:120_000]  # fmt: skip
        if chance.random() < 0.1:
            with open(f"{path}/ledger.sqlite", "wb") as file:
                file.write(b"SQLite format 3\0" + chance.randbytes(chance.choice([0, 10, 84, 5000])))
        return [bot, "run"], own

    return command


if __name__ == "__main__":
    main()
