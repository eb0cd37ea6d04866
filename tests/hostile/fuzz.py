"""Throws generated frames and requests at a hub, and asks whether it is still whole.

    python -m tests.hostile.fuzz --count 100000 --seed 1

Every item is made of the seed and its number, so that what a report names can be made again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgpack

from tests.hostile.ably_codes import ABLY_CODES
from tests.hostile.frames import websocket
from tests.hostile.normal import serves_normally
from tests.hostile.requests import request
from tests.hostile.support import (
    BINARY,
    CLOSE,
    KEY,
    LATER,
    PATIENCE,
    TEXT,
    Answer,
    Closed,
    WatchedHub,
    Wire,
    exchange,
    masked,
)

# Keys of one app: all rights, few rights.
NARROW = (
    'app.narrow:nARROW-SECRET-5f4e3d2c={"room-1":["subscribe"],"open-*":["publish","presence"]}'
)
KEYS = (KEY, NARROW)
SECRETS = tuple(key.partition(":")[2].partition("=")[0].encode() for key in KEYS)
# One item in so many is a request; frames come in bursts, each ended by a heartbeat.
REQUESTS = 8
BURST = 12
CLIENTS = 8
QUICK = 0.4
# What the hub may hold more after a run than after its first part, in bytes: caches fill.
GROWTH = 32 << 20
# The pump, and the two that keep time and room; threads come with the first work for them.
IDLE_TASKS, MOST_THREADS = 3, 4
# Every combination of modes, with each of the three flags that say more.
MOST_FLAGS = 2048


@dataclass
class Report:
    """What was seen."""

    count: int = 0
    frames: int = 0
    requests: int = 0
    sockets: int = 0
    seconds: float = 0.0
    codes: dict[int, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    rss: list[int] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def blame(self, what: str) -> None:
        if len(self.problems) < 20:
            self.problems.append(what)

    def lines(self) -> list[str]:
        return [
            f"{self.count} items in {self.seconds:.0f} s: {self.frames} frames on {self.sockets}"
            f" sockets, {self.requests} requests",
            "resident MB: " + " ".join(f"{size / 1e6:.1f}" for size in self.rss),
            f"held before: {self.before}",
            f"held after:  {self.after}",
            "codes: " + " ".join(f"{code}x{n}" for code, n in sorted(self.codes.items())),
            "statuses: " + " ".join(f"{code}x{n}" for code, n in sorted(self.statuses.items())),
            *(f"PROBLEM: {problem}" for problem in self.problems),
        ]


def dice_of(seed: int, number: int) -> Random:
    return Random(f"{seed}:{number}")


class Client:
    """One of those who throw frames."""

    def __init__(self, hub: WatchedHub, seed: int, index: int, report: Report) -> None:
        self._hub = hub
        self._seed = seed
        self._binary = index % 2 == 1
        key = KEYS[index // 2 % 2].partition("=")[0]
        self._query = f"key={key}&format={'msgpack' if self._binary else 'json'}"
        if index % 4 == 2:
            self._query += "&clientId=me&echo=false"
        self._report = report
        self._wire: Wire | None = None

    async def throw(self, numbers: list[int]) -> None:
        """Send these frames and a heartbeat, and see it answered, or the socket ended."""
        report = self._report
        if self._wire is None:
            self._wire = await Wire.open(self._hub.port, self._query)
            report.sockets += 1
        wire, mark = self._wire, f"mark-{numbers[0]}"
        for number in numbers:
            wire.send(websocket(dice_of(self._seed, number), binary=self._binary))
        beat = {"action": 0, "id": mark}
        wire.send(
            masked(BINARY, msgpack.packb(beat))
            if self._binary
            else masked(TEXT, json.dumps(beat).encode())
        )
        report.frames += len(numbers)
        try:
            while not self._take(await wire.frame(), mark, numbers):
                pass
        except Closed:
            await self.leave()
        except TimeoutError:
            report.blame(f"no answer within {PATIENCE:.0f} s to frames {numbers}")
            await self.leave()

    def _take(self, frame: tuple[int, bytes], mark: str, numbers: list[int]) -> bool:
        opcode, raw = frame
        if opcode == CLOSE:
            raise Closed
        note_leaks(self._report, raw, f"frames {numbers}")
        if opcode not in (TEXT, BINARY):
            return False
        told = msgpack.unpackb(raw, strict_map_key=False) if self._binary else json.loads(raw)
        error = told.get("error")
        if error:
            note_code(self._report, error["code"], f"frames {numbers}: {error}")
        return bool(told["action"] == 0 and told.get("id") == mark)

    async def leave(self) -> None:
        if self._wire is not None:
            await self._wire.close()
            self._wire = None


def note_leaks(report: Report, raw: bytes, what: str) -> None:
    for secret in SECRETS:
        if secret in raw:
            report.blame(f"a secret was told to {what}")


def note_code(report: Report, code: int, what: str) -> None:
    report.codes[code] = report.codes.get(code, 0) + 1
    if code not in ABLY_CODES or 50000 <= code < 60000:
        report.blame(f"code {code} after {what}"[:600])


async def ask(hub: WatchedHub, seed: int, number: int, report: Report) -> None:
    made = request(dice_of(seed, number))
    patience = PATIENCE if made.whole else QUICK
    answer = await exchange(hub.port, made.raw, patience=patience, whole=made.whole)
    report.requests += 1
    note_leaks(report, answer.raw, f"request {number}")
    report.statuses[answer.status] = report.statuses.get(answer.status, 0) + 1
    if answer.status >= 500:
        report.blame(f"status {answer.status} to request {number}: {made.raw[:400]!r}")
    if made.whole and not answer.status:
        report.blame(f"no answer to request {number}: {made.raw[:400]!r}")
    if answer.headers.get("content-type") == "application/json":
        note_code_of(report, answer, f"request {number}: {made.raw[:400]!r}")


def note_code_of(report: Report, answer: Answer, what: str) -> None:
    try:
        code = answer.code
    except ValueError:
        report.blame(f"unreadable JSON to {what}")
        return
    if code:
        note_code(report, code, what)


async def throw(hub: WatchedHub, seed: int, numbers: range, report: Report) -> None:
    """Throw the items of these numbers, several clients at a time."""
    bursts = [
        list(range(first, min(first + BURST, numbers.stop)))
        for first in range(numbers.start, numbers.stop, BURST)
    ]
    bursts.reverse()

    async def work(client: Client) -> None:
        while bursts and not report.problems:
            burst = bursts.pop()
            asked = [number for number in burst if number % REQUESTS == 0]
            thrown = [number for number in burst if number % REQUESTS]
            # Mostly one by one, so that a frame that ends the socket hides no other.
            together = len(thrown) if burst[0] // BURST % 10 == 0 else 1
            for first in range(0, len(thrown), together):
                await client.throw(thrown[first : first + together])
            for number in asked:
                await ask(hub, seed, number, report)
        await client.leave()

    await asyncio.gather(*(work(Client(hub, seed, index, report)) for index in range(CLIENTS)))
    report.count += len(numbers)


def at_rest(hub: WatchedHub, *, wholly: bool) -> dict[str, int]:
    """What the hub holds once everyone is gone, and was gone long enough.

    aiohttp waits some seconds for the rest of a body whose sender has gone: only `wholly`.
    """
    tasks = {"tasks": IDLE_TASKS} if wholly else {}
    return hub.settled(LATER, connections=0, channels=0, members=0, waiting=0, **tasks)


def judge(report: Report, hub: WatchedHub, growth: int) -> None:
    """Compare what the hub holds with what it held, and read what it said."""
    for name, held in report.before.items():
        most = {"flags": MOST_FLAGS, "threads": MOST_THREADS}.get(name, held)
        if name != "rss" and report.after[name] > most:
            report.blame(f"{name} grew from {held} to {report.after[name]}")
    if report.rss[-1] - report.rss[0] > growth:
        report.blame(f"grew by {(report.rss[-1] - report.rss[0]) / 1e6:.0f} MB")
    said = hub.complaints(whole=True)
    if said:
        report.blame(f"on stderr:\n{said[:4000]}")
    for secret in SECRETS:
        if secret.decode() in said:
            report.blame("a secret stands on stderr")


def run(folder: Path, count: int, seed: int, *, growth: int = GROWTH, parts: int = 5) -> Report:
    """Throw `count` items at a hub of its own; the first part is its warm-up."""
    report = Report()
    began = time.monotonic()
    step = -(-count // parts)
    with WatchedHub(folder, keys=KEYS) as hub:
        report.before = hub.ask()
        for first in range(0, count, step):
            asyncio.run(throw(hub, seed, range(first, min(first + step, count)), report))
            if report.problems:
                break
            report.after = at_rest(hub, wholly=first + step >= count)
            report.rss.append(report.after["rss"])
        report.seconds = time.monotonic() - began
        if hub.process is None or hub.process.poll() is not None:
            report.blame("the hub has ended")
        elif not report.problems:
            asyncio.run(serves_normally(hub))
        status = hub.stop()
        if status:
            report.blame(f"the hub ended with status {status}")
        verdict = hub.integrity()
        if verdict != "ok":
            report.blame(f"integrity: {verdict}")
        if report.rss:
            judge(report, hub, growth)
        elif hub.complaints(whole=True):
            report.blame(f"on stderr:\n{hub.complaints(whole=True)[:4000]}")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), given.count, given.seed)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
