"""A publisher and fifty subscribers, on the hub and on the bare library."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import content, load
from benchmarks.servers import Server

SUBSCRIBERS = 50


@dataclass
class Audience:
    """Who is connected to a server, and what is published to them."""

    server: Server
    publisher: load.Peer
    subscribers: list[load.Peer]
    payload: Callable[[int], bytes]
    published: int = 0

    def frames(self, count: int) -> list[bytes]:
        """Return the next frames to publish, ready to be written."""
        first, self.published = self.published, self.published + count
        return [load.client_frame(self.payload(n)) for n in range(first, self.published)]

    def close(self) -> None:
        for peer in (self.publisher, *self.subscribers):
            peer.close()


async def on_hub(server: Server, *, appends: bool) -> Audience:
    """Gather an audience for messages of 400 bytes, or for tokens appended to one message."""
    subscribers = [await load.attach(server.port) for _ in range(SUBSCRIBERS)]
    audience = Audience(server, await load.connect(server.port), subscribers, content.text)
    if appends:
        audience.publisher.send(content.opening(content.CHANNEL, 1, 0))
        answer = load.read_answer(await audience.publisher.told(load.ACK))
        await _all_told(subscribers)
        stream = content.Appends(content.CHANNEL, 1, answer.serials[0])
        audience.payload = lambda number: stream.frame(number, number)
        audience.published = 1
    return audience


async def on_bare(server: Server, payload: bytes) -> Audience:
    """Gather an audience for these bytes, again and again."""
    subscribers = [await load.Peer.open(server.port, "/subscribe") for _ in range(SUBSCRIBERS)]
    publisher = await load.Peer.open(server.port, "/publish")
    return Audience(server, publisher, subscribers, lambda _: payload)


async def delivered(audience: Audience) -> bytes:
    """Publish once, and return what subscribers are sent of it."""
    audience.publisher.write(audience.frames(1)[0])
    return await _all_told(audience.subscribers)


async def _all_told(subscribers: list[load.Peer]) -> bytes:
    return (await asyncio.gather(*(peer.told(load.MESSAGE) for peer in subscribers)))[0]
