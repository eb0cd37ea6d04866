"""Publishers that stream tokens as agents do: open a message, append to it, open the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from time import perf_counter

from benchmarks import content, load

# Appends on their way at once, per publisher: an official client does not wait for each either.
WINDOW = 64
TOKENS_PER_MESSAGE = 250


class Publisher:
    """One connection that streams one message after the other on its own channel."""

    def __init__(self, peer: load.Peer, number: int) -> None:
        self._peer = peer
        self._number = number
        self._channel = f"{content.CHANNEL}:{number}"
        self._msg_serial = 0
        self._acknowledged = 0
        self._until = 0
        self._reached: asyncio.Future[list[str]] | None = None
        peer.listen(self._hear)

    def close(self) -> None:
        self._peer.close()

    async def stream(self, appends: int) -> None:
        """Append so many tokens, and return when all of them are acknowledged."""
        for begun in range(0, appends, TOKENS_PER_MESSAGE):
            tokens = min(TOKENS_PER_MESSAGE, appends - begun)
            # No two streams ever have the same headers.
            identity = self._number * 1_000_000 + self._msg_serial
            self._send(content.opening(self._channel, identity, self._msg_serial))
            # One acknowledgement may cover appends to the message before, too.
            *_, serial = await self._all_acknowledged()
            message = content.Appends(self._channel, identity, serial)
            await self._append(message, tokens)
        await self._all_acknowledged()

    async def _append(self, message: content.Appends, tokens: int) -> None:
        sent = 0
        while sent < tokens:
            batch = min(tokens - sent, WINDOW - (self._msg_serial - self._acknowledged))
            numbers = range(self._msg_serial, self._msg_serial + batch)
            self._peer.write(
                b"".join(load.client_frame(message.frame(number, number)) for number in numbers)
            )
            self._msg_serial += batch
            sent += batch
            await self._acknowledged_upto(self._msg_serial - WINDOW // 2)

    def _send(self, payload: bytes) -> None:
        self._peer.send(payload)
        self._msg_serial += 1

    async def _all_acknowledged(self) -> list[str]:
        return await self._acknowledged_upto(self._msg_serial)

    async def _acknowledged_upto(self, msg_serial: int) -> list[str]:
        """Wait, and return the serials of the acknowledgement that it took."""
        if self._acknowledged >= msg_serial:
            return []
        self._until = msg_serial
        self._reached = asyncio.get_running_loop().create_future()
        return await self._reached

    def _hear(self, frame: bytes) -> None:
        answer = load.read_answer(frame)
        if answer.action != load.ACK:
            return
        self._acknowledged += answer.count
        if self._reached is not None and self._acknowledged >= self._until:
            reached, self._reached = self._reached, None
            reached.set_result(answer.serials)


async def publishers(opened: ExitStack, port: int, count: int) -> list[Publisher]:
    """Connect publishers, to be closed with what is `opened`."""
    made = []
    for number in range(count):
        made.append(Publisher(await load.connect(port), number))
        opened.callback(made[-1].close)
    return made


async def stream_all(publishers: Sequence[Publisher], appends: int) -> float:
    """Let every publisher append so many tokens; return the seconds until all are acknowledged."""
    began = perf_counter()
    await asyncio.gather(*(publisher.stream(appends) for publisher in publishers))
    return perf_counter() - began
