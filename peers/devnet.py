"""What the sessions of real clients share: a running devnet, and checks that count."""

import json
import pathlib
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent


class OutOfTime(BaseException):
    """The session took longer than it may. No `except Exception` catches it."""


@contextmanager
def devnet(program: str, seed: int, block_time: float) -> Iterator[dict[str, Any]]:
    """A devnet on free ports, described by the line it prints; it is stopped in any case."""
    command = [
        str(pathlib.Path(program).resolve()), "devnet", "--port", "0", "--relay-port", "0",
        "--json", "--seed", str(seed), "--block-time", str(block_time),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], 20)
        line = process.stdout.readline() if ready else ""
        if not line:
            sys.exit(f"{' '.join(command)}: printed no line within 20 s")
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Checks:
    """Counts what holds and prints what does not."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def true(self, what: str, condition: object, detail: object = "") -> None:
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}{f': {detail}' if detail != '' else ''}", flush=True)

    def equal(self, what: str, actual: object, expected: object) -> None:
        self.true(what, actual == expected, f"is {actual!r}, expected {expected!r}")

    def contains(self, what: str, text: object, part: str) -> None:
        self.true(what, part in str(text), f"{text!r} does not contain {part!r}")

    def raises(self, what: str, kind: type[Exception], call: Callable[[], object]) -> Exception:
        """The exception that the call raises; an empty one of no use where it raises none."""
        try:
            result = call()
        except kind as error:
            self.passed += 1
            return error
        self.true(what, False, f"answered {result!r} instead of raising {kind.__name__}")
        return Exception()

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """What is raised inside is a failure; the next section runs all the same."""
        before, started = (self.passed, self.failed), time.monotonic()
        try:
            yield
        except Exception:
            self.failed += 1
            print(f"FAILED {name}: raised\n{traceback.format_exc()}", flush=True)
        print(
            f"{name}: {self.passed - before[0]} passed, {self.failed - before[1]} failed, "
            f"{time.monotonic() - started:.1f} s",
            flush=True,
        )


def run_session(
    session: Callable[[dict[str, Any], Checks], None], seed: int, block_time: float, limit: int
) -> None:
    """Runs a session on a devnet of its own within `limit` seconds, and exits."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} JIT_BOT_BINARY")

    def expire(number: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"the session took more than {limit} s")

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGALRM, expire)
    signal.signal(signal.SIGTERM, end)
    signal.alarm(limit)
    checks = Checks()
    try:
        with devnet(sys.argv[1], seed, block_time) as description:
            session(description, checks)
    except OutOfTime as error:
        checks.true("time", False, error)
    signal.alarm(0)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Polls until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
