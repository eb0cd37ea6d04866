"""A TCP proxy that harms what passes through it: cuts, lost answers, stalls, half-open sockets."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 1 << 14
# How long a connection lives at most, in seconds, whatever is done to it before.
LIVES = (0.5, 4.0)
HEAD_END = b"\r\n\r\n"
# How a publish looks in a frame: as JSON (with or without a space), and as MessagePack.
PUBLISHES = (b'"action":15', b'"action": 15', b"\xa6action\x0f")

# What happens to a connection, and how often of how many.
Harm = str
CLEAN, CUT, LOSE_ACK, STALL, HALF_OPEN = "clean", "cut", "lose ack", "stall", "half-open"
EVERY_HARM: Mapping[Harm, int] = {CLEAN: 2, CUT: 4, LOSE_ACK: 5, STALL: 2, HALF_OPEN: 1}
NO_HALF_OPEN: Mapping[Harm, int] = {**EVERY_HARM, HALF_OPEN: 0}


class ClientFrames:
    """The payloads of WebSocket frames that a client sends, out of the bytes of its socket."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_open = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._bytes += data
        if not self._is_open:
            head, end, rest = bytes(self._bytes).partition(HEAD_END)
            if not end:
                return
            if b"upgrade: websocket" not in head.lower():
                # A request: its head names the method.
                yield head
                self._bytes.clear()
                return
            self._is_open = True
            self._bytes = bytearray(rest)
        while (payload := self._take()) is not None:
            yield payload

    def _take(self) -> bytes | None:
        held = self._bytes
        if len(held) < 2:
            return None
        size, at = held[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(held[2 : 2 + width], "big"), 2 + width
        end = at + 4 + size
        if len(held) < end:
            return None
        mask, masked = bytes(held[at : at + 4]), bytes(held[at + 4 : end])
        del held[:end]
        wide = mask * (size // 4 + 1)
        return (int.from_bytes(masked, "big") ^ int.from_bytes(wide[:size], "big")).to_bytes(
            size, "big"
        )


def is_publish(payload: bytes) -> bool:
    """Tell whether a frame, or a request's head, publishes."""
    return payload.startswith(b"POST ") or any(mark in payload for mark in PUBLISHES)


@dataclass(eq=False)
class Link:
    """One connection on its way through, and what is to become of it."""

    harm: Harm
    after: int
    publishes: int
    pause: float
    to_client: asyncio.StreamWriter
    to_server: asyncio.StreamWriter
    passed: int = 0
    is_mute: bool = False
    is_deaf: bool = False
    frames: ClientFrames = field(default_factory=ClientFrames)

    def cut(self) -> None:
        self.to_client.transport.abort()
        self.to_server.transport.abort()


class CuttingProxy:
    """Listens on a port of its own, and forwards to the hub's: with harm, until `calm`."""

    def __init__(
        self, port: int, rng: random.Random, harms: Mapping[Harm, int] = EVERY_HARM
    ) -> None:
        self._target = port
        self._rng = rng
        self._harms = harms
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_calm = False
        self._is_shut = False
        # How often each harm was done.
        self.done: Counter[Harm] = Counter()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> CuttingProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def calm(self) -> None:
        """Do no more harm. Half-open sockets stay so: it is for the client to find out."""
        self._is_calm = True

    def rage(self) -> None:
        """Do harm from now on, to those who have to come again as well."""
        self._is_calm = False
        self._cut()

    async def interrupt(self, seconds: float) -> None:
        """Cut all connections, and take no others for so long."""
        self._is_shut = True
        self._cut()
        await asyncio.sleep(seconds)
        self._is_shut = False

    async def close(self) -> None:
        self._server.close()
        self._cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cut(self) -> None:
        for link in list(self._links):
            link.cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_shut:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError):
                await self._carry(reader, writer)
        except asyncio.CancelledError:
            # A cancelled handler would be reported as a failure of the server's.
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        link = self._draw(writer, to_server)
        self._links.add(link)
        asyncio.get_running_loop().call_later(self._rng.uniform(*LIVES), self._expire, link)
        ways = [
            asyncio.create_task(self._forward(link, reader, to_server, from_client=True)),
            asyncio.create_task(self._forward(link, from_server, writer, from_client=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if link.is_mute:
                # The client alone may end what is half-open.
                await ways[0]
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            link.cut()
            self._links.discard(link)

    def _expire(self, link: Link) -> None:
        if not self._is_calm and not link.is_deaf:
            link.cut()

    def _draw(self, to_client: asyncio.StreamWriter, to_server: asyncio.StreamWriter) -> Link:
        rng = self._rng
        harm = rng.choices(list(self._harms), list(self._harms.values()))[0]
        if self._is_calm:
            harm = CLEAN
        return Link(
            harm=harm,
            after=int(2 ** rng.uniform(4, 15)),
            publishes=rng.randint(1, 12),
            pause=rng.uniform(0.2, 1.5),
            to_client=to_client,
            to_server=to_server,
        )

    async def _forward(
        self,
        link: Link,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        from_client: bool,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                data = await self._harm(link, data, from_client)
                if (link.is_deaf if from_client else link.is_mute) or not data:
                    continue
                writer.write(data)
                await writer.drain()
                if from_client and link.harm == LOSE_ACK and not self._is_calm:
                    self._count_publishes(link, data)

    async def _harm(self, link: Link, data: bytes, from_client: bool) -> bytes:
        """Do to a connection what is due, and return what is left of the data."""
        before, link.passed = link.passed, link.passed + len(data)
        if self._is_calm or link.passed < link.after or link.is_mute:
            return data
        if link.harm == CUT:
            self.done[CUT] += 1
            kept = data[: max(0, link.after - before)]
            (link.to_server if from_client else link.to_client).write(kept)
            await asyncio.sleep(0)
            link.cut()
            return b""
        if link.harm == STALL:
            self.done[STALL] += 1
            await asyncio.sleep(link.pause)
            link.after = link.passed + 4 * link.after
        elif link.harm == HALF_OPEN:
            self.done[HALF_OPEN] += 1
            link.is_mute = link.is_deaf = True
        return data

    def _count_publishes(self, link: Link, data: bytes) -> None:
        """After the chosen publish has passed, nothing of the server's gets through any more."""
        for payload in link.frames.feed(data):
            if is_publish(payload):
                link.publishes -= 1
        if link.publishes <= 0 and not link.is_mute:
            self.done[LOSE_ACK] += 1
            link.is_mute = True
            asyncio.get_running_loop().call_later(link.pause / 5, link.cut)
