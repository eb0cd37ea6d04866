"""Publishers that write down what they sent, and what they were told became of it."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.support.raw_client import RawClient
from tests.support.raw_rest import RawRest

# One, two, three and four bytes a character, and what a careless join would break.
ALPHABET = 'abcdefg {}[]":,\\/\n\t0123456789éüßяшж漢字仮名🙂👩\u200d🚀'
WINDOW = 6


def random_text(rng: random.Random, longest: int) -> str:
    return "".join(rng.choices(ALPHABET, k=rng.randint(1, longest)))


@dataclass
class Ledger:
    """The messages of one publisher, in order: whole texts, and the serials they were given."""

    name: str
    channel: str
    sent: list[str] = field(default_factory=list)
    serials: list[str | None] = field(default_factory=list)
    operations: int = 0

    def begin(self, text: str) -> int:
        self.sent.append(text)
        self.serials.append(None)
        return len(self.sent) - 1


class Publisher(Protocol):
    """Publishes until it is told to stop; then waits for every answer."""

    @property
    def ledger(self) -> Ledger: ...

    async def run(self, stop: asyncio.Event) -> None: ...


class Window:
    """What is under way of one publisher: a few at a time, as a pipeline has them."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[Any]] = deque()

    async def add(self, future: asyncio.Future[Any]) -> None:
        self._waiting.append(future)
        while len(self._waiting) >= WINDOW:
            await self._waiting.popleft()

    async def all_settled(self) -> None:
        while self._waiting:
            await self._waiting.popleft()


class RealtimePublisher:
    """Publishes messages, one to three in a frame."""

    def __init__(self, client: RawClient, ledger: Ledger, rng: random.Random, rate: float) -> None:
        self.ledger = ledger
        self._client = client
        self._rng = rng
        self._rate = rate

    async def run(self, stop: asyncio.Event) -> None:
        window = Window()
        while not stop.is_set():
            count = self._rng.choice((1, 1, 1, 2, 3))
            await window.add(self._publish(count))
            await asyncio.sleep(self._rng.expovariate(self._rate))
        await window.all_settled()

    def _publish(self, count: int) -> asyncio.Future[None]:
        places = [self.ledger.begin(random_text(self._rng, 120)) for _ in range(count)]
        messages = [{"name": self.ledger.name, "data": self.ledger.sent[p]} for p in places]
        outcome = self._client.publish(self.ledger.channel, *messages)

        async def settle() -> None:
            for place, serial in zip(places, await outcome, strict=True):
                self.ledger.serials[place] = serial
                self.ledger.operations += 1

        return asyncio.ensure_future(settle())


class StreamingPublisher:
    """Creates messages and appends to them, as an agent streams a reply."""

    def __init__(self, client: RawClient, ledger: Ledger, rng: random.Random, rate: float) -> None:
        self.ledger = ledger
        self._client = client
        self._rng = rng
        self._rate = rate

    async def run(self, stop: asyncio.Event) -> None:
        window = Window()
        while not stop.is_set():
            place = self.ledger.begin("")
            created = self._client.publish(
                self.ledger.channel, {"name": self.ledger.name, "data": ""}
            )
            (serial,) = await created
            self.ledger.serials[place] = serial
            for _ in range(self._rng.randint(5, 60)):
                text = random_text(self._rng, 30)
                self.ledger.sent[place] += text
                self.ledger.operations += 1
                await window.add(self._client.append(self.ledger.channel, serial, text))
                await asyncio.sleep(self._rng.expovariate(self._rate))
                if stop.is_set():
                    break
        await window.all_settled()


class RestPublisher:
    """Publishes over REST, each message under an id of its own for as long as it takes."""

    def __init__(self, rest: RawRest, ledger: Ledger, rng: random.Random, rate: float) -> None:
        self.ledger = ledger
        self._rest = rest
        self._rng = rng
        self._rate = rate

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            place = self.ledger.begin(random_text(self._rng, 120))
            message = {
                "id": f"{uuid.UUID(int=self._rng.getrandbits(128))}:0",
                "name": self.ledger.name,
                "data": self.ledger.sent[place],
            }
            (serial,) = await self._rest.publish(self.ledger.channel, message)
            self.ledger.serials[place] = serial
            self.ledger.operations += 1
            await asyncio.sleep(self._rng.expovariate(self._rate))
