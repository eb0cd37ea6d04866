"""Many publishers and subscribers on a hub that something happens to; then what must be true."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.official import OfficialClients, Part, has_node
from tests.faults.publishers import (
    Ledger,
    Publisher,
    RealtimePublisher,
    RestPublisher,
    StreamingPublisher,
)
from tests.support.fold import Content, Fold, content_of
from tests.support.hub_process import KEY
from tests.support.raw_client import Attachment, RawClient, Wire
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

SETTLING = 60.0
PATIENCE = 1.5


@dataclass(frozen=True)
class Size:
    """How many take part. Official clients come on top: two publishers and two subscribers."""

    publishers: int = 8
    subscribers: int = 8
    channels: int = 3
    rate: float = 25.0
    official: tuple[str, ...] = ("js", "python")


@dataclass
class Report:
    """What a campaign came to."""

    messages: int = 0
    operations: int = 0
    deliveries: int = 0
    resumes: int = 0
    retries: int = 0
    seconds: float = 0.0
    # Attachments that official clients gave up waiting for, and began anew.
    given_up: int = 0
    harm: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        figures = (
            f"{self.messages} messages, {self.operations} acknowledged operations, "
            f"{self.deliveries} folded by subscribers, {self.resumes} resumes, "
            f"{self.retries} requests tried again, "
            f"{self.given_up} attachments given up by official clients, {self.seconds:.1f} s"
        )
        harm = [f"harm done: {self.harm}"] if self.harm else []
        return "\n  ".join([figures, *harm, *self.problems[:20]])


class Campaign:
    """Begin it, let things happen, finish it: `finish` says what was wrong."""

    def __init__(
        self, url: Callable[[], str], size: Size, rng: random.Random, folder: Path
    ) -> None:
        # Where each next client is to connect; and where the truth is read at the end.
        self._url = url
        self._size = size
        self._rng = rng
        self._folder = folder
        self._stop = asyncio.Event()
        self._channels = [f"faults:{number}" for number in range(size.channels)]
        self._clients: list[RawClient] = []
        self._rests: list[RawRest] = []
        self._publishers: list[Publisher] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._folds: list[tuple[str, Fold, Attachment]] = []
        self._official: list[OfficialClients] = []
        self._began = time.monotonic()

    async def begin(self) -> None:
        for number in range(self._size.subscribers):
            await self._subscribe(number)
        for number in range(self._size.publishers):
            self._publishers.append(await self._publisher(number))
        for language in self._size.official:
            if language != "js" or has_node():
                await self._start_official(language)
        await until(lambda: all(a.answers for _, _, a in self._folds), SETTLING)
        for clients in self._official:
            await clients.ask("go")
        stop = self._stop
        self._tasks = [asyncio.create_task(p.run(stop)) for p in self._publishers]

    async def _subscribe(self, number: int) -> None:
        client = await self._client()
        for channel in sorted({self._channel(number), self._rng.choice(self._channels)}):
            fold = Fold()
            self._folds.append((f"subscriber {number}", fold, client.attach(channel, fold.receive)))

    async def _publisher(self, number: int) -> Publisher:
        ledger = Ledger(f"publisher {number}", self._channel(number))
        rng, rate = random.Random(self._rng.random()), self._size.rate
        if number % 4 == 3:
            rest = RawRest(self._url(), KEY, patience=PATIENCE)
            self._rests.append(rest)
            return RestPublisher(rest, ledger, rng, rate)
        kind = StreamingPublisher if number % 2 == 0 else RealtimePublisher
        return kind(await self._client(), ledger, rng, rate)

    async def _client(self) -> RawClient:
        client = RawClient(self._url(), KEY, patience=PATIENCE)
        self._clients.append(client)
        return await client.start()

    def _channel(self, number: int) -> str:
        return self._channels[number % len(self._channels)]

    async def _start_official(self, language: str) -> None:
        second = "stream" if language == "js" else "publish"
        parts = [
            Part("subscribe", f"{language} subscriber 0", self._channel(0)),
            Part("subscribe", f"{language} subscriber 1", self._channel(1)),
            Part("publish", f"{language} publisher", self._channel(1)),
            Part(second, f"{language} second", self._channel(0)),
        ]
        port = int(self._url().rpartition(":")[2])
        clients = OfficialClients(language, port, parts)
        self._official.append(clients)
        await clients.start(self._folder / f"{language}.log")

    async def finish(self, url: str) -> Report:
        """Stop publishing, let everyone catch up, and compare all with what is in history."""
        report = Report()
        self._stop.set()
        ledgers = [publisher.ledger for publisher in self._publishers]
        for outcome in await self._outcomes():
            report.problems.append(f"a publisher ended with {outcome!r}")
        for clients in self._official:
            for answer in await clients.ask("stop", SETTLING):
                ledgers.append(_ledger_of(answer))
                report.problems += [f"{answer['name']}: {error}" for error in answer["errors"]]
        async with RawRest(url, KEY, patience=60) as rest:
            histories = {channel: await rest.history(channel) for channel in self._channels}
        truth = {channel: content_of(history) for channel, history in histories.items()}
        for ledger in ledgers:
            report.problems += check_ledger(ledger, histories[ledger.channel])
        report.problems += strangers(ledgers, truth)
        report.problems += await self._check_folds(truth)
        for clients in self._official:
            report.given_up += sum(fold["given up"] for fold in await clients.ask("fold"))
        report.messages = sum(map(len, truth.values()))
        report.operations = sum(ledger.operations for ledger in ledgers)
        report.deliveries = sum(len(fold.messages) for _, fold, _ in self._folds)
        report.resumes = sum(client.resumes for client in self._clients)
        report.retries = sum(rest.retries for rest in self._rests)
        report.seconds = time.monotonic() - self._began
        return report

    async def _outcomes(self) -> list[BaseException]:
        done, pending = await asyncio.wait(self._tasks, timeout=SETTLING)
        for task in pending:
            task.cancel()
        late = [TimeoutError(f"no answer within {SETTLING} s") for _ in pending]
        return [error for task in done if (error := task.exception())] + late

    async def _check_folds(self, truth: Mapping[str, Content]) -> list[str]:
        """Wait until each subscriber has the truth; say who has something else for good."""
        deadline = time.monotonic() + SETTLING / 2
        while True:
            problems = list(self._raw_problems(truth))
            for clients in self._official:
                problems += official_problems(await clients.ask("fold"), truth)
            if not problems or time.monotonic() > deadline:
                return problems
            await asyncio.sleep(0.3)

    def _raw_problems(self, truth: Mapping[str, Content]) -> Iterator[str]:
        for name, fold, attachment in self._folds:
            for problem in fold.problems:
                yield f"{name}: {problem}"
            for gap in attachment.gaps:
                yield f"{name}: not resumed: {gap}"
            difference = first_difference(fold.content(), truth[attachment.channel])
            if difference:
                yield f"{name} on {attachment.channel}: {difference}"

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        for client in self._clients:
            await client.vanish()
        for rest in self._rests:
            await rest.close()
        for clients in self._official:
            await clients.end()


def _ledger_of(answer: Mapping[str, Any]) -> Ledger:
    return Ledger(
        answer["name"], answer["channel"], answer["sent"], answer["serials"], answer["operations"]
    )


def check_ledger(ledger: Ledger, history: list[Wire]) -> Iterator[str]:
    """Each message of a publisher is there once, whole, in its order, under its serial."""
    found = [(m["serial"], m.get("data", "")) for m in history if m.get("name") == ledger.name]
    expected = list(zip(ledger.serials, ledger.sent, strict=True))
    if found == expected:
        return
    if len(found) != len(expected):
        yield f"{ledger.name}: {len(expected)} acknowledged, {len(found)} in history"
    for place, (has, wants) in enumerate(zip(found, expected, strict=False)):
        if has != wants:
            yield f"{ledger.name}: message {place} is {has!r}, not {wants!r}"
            return


def strangers(ledgers: list[Ledger], truth: Mapping[str, Content]) -> Iterator[str]:
    """What is in history and nobody sent there."""
    names: dict[str, set[str]] = defaultdict(set)
    for ledger in ledgers:
        names[ledger.channel].add(ledger.name)
    for channel, content in truth.items():
        for serial, name, _ in content:
            if name not in names[channel]:
                yield f"nobody sent {name!r} ({serial}) to {channel}"


def official_problems(
    answers: list[Mapping[str, Any]], truth: Mapping[str, Content]
) -> Iterator[str]:
    for answer in answers:
        for problem in answer["problems"]:
            yield f"{answer['name']}: {problem}"
        if answer["gaps"] > answer["given up"]:
            yield f"{answer['name']}: {answer['gaps']} attachments were not resumed"
        if answer["gaps"]:
            # It knows that it has to load history.
            continue
        content = [(serial, name, data) for serial, name, data in answer["content"]]
        difference = first_difference(content, truth[answer["channel"]])
        if difference:
            state = f"{answer['state']}, {answer['channel state']}"
            yield f"{answer['name']} on {answer['channel']} ({state}): {difference}"


def first_difference(has: Content, wants: Content) -> str:
    """Say where two contents part; nothing if they do not."""
    for place, (one, other) in enumerate(zip(has, wants, strict=False)):
        if one[:2] != other[:2]:
            return f"message {place} is {one[:2]}, in history {other[:2]}"
        if one[2] != other[2]:
            return f"message {place} {one[:2]}: {_parting(one[2], other[2])}"
    if len(has) != len(wants):
        return f"{len(has)} messages, in history {len(wants)}"
    return ""


def _parting(has: str, wants: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(has, wants, strict=False)) if a != b), -1)
    at = min(len(has), len(wants)) if at < 0 else at
    return (
        f"{len(has)} of {len(wants)} characters, the same up to {at}:"
        f" then {has[at : at + 40]!r}, in history {wants[at : at + 40]!r}"
    )
