"""What the tests of the official Python client work with: clients that end with the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from ably import AblyException, AblyRealtime, AblyRest
from ably.types.channeloptions import ChannelOptions

from aitransport_notebook.session.connection import Connection, connect
from tests.support.hub_process import HubProcess
from tests.support.relay import Relay

PATIENCE = 30.0


class Inbox:
    """What a subscriber has been given, in order."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Any] = asyncio.Queue()

    def put(self, item: Any) -> None:
        self._waiting.put_nowait(item)

    @property
    def empty(self) -> bool:
        return self._waiting.empty()

    async def next(self) -> Any:
        return await asyncio.wait_for(self._waiting.get(), PATIENCE)

    async def take(self, count: int) -> list[Any]:
        return [await self.next() for _ in range(count)]

    async def up_to(self, last: Callable[[Any], bool]) -> list[Any]:
        """Take everything up to the first item that is `last`, and return what was before."""
        taken = []
        while not last(item := await self.next()):
            taken.append(item)
        return taken


class Lab:
    """Makes clients of one format, connected as `connect()` says."""

    def __init__(self, hub: HubProcess, form: str) -> None:
        self.hub = hub
        self.form = form
        self.channel = f"python:{form}:{uuid4().hex[:8]}"
        self._closers: list[Callable[[], Awaitable[object]]] = []

    def at(self, *, port: int | None = None, **who: Any) -> Connection:
        hub = self.hub
        return connect(key=hub.key, endpoint=hub.host, port=port or hub.port, tls=False, **who)

    def realtime(self, *, port: int | None = None, form: str = "", **given: Any) -> Any:
        who = {name: given.pop(name) for name in ("client_id", "role") if name in given}
        options = {
            **self.at(port=port, **who).options(),
            "use_binary_protocol": (form or self.form) == "msgpack",
            "disconnected_retry_timeout": 100,
            **given,
        }
        client = AblyRealtime(**options)
        self._closers.append(client.close)
        return client

    async def connected(self, **given: Any) -> Any:
        client = self.realtime(**given)
        await asyncio.wait_for(client.connection.once_async("connected"), PATIENCE)
        return client

    def rest(self, **given: Any) -> Any:
        who = {name: given.pop(name) for name in ("client_id", "role") if name in given}
        options = {
            **self.at(**who).options(),
            "use_binary_protocol": self.form == "msgpack",
            **given,
        }
        client = AblyRest(**options)
        self._closers.append(client.close)
        return client

    async def relay(self) -> Relay:
        relay = await Relay(self.hub.host, self.hub.port).start()
        self._closers.append(relay.close)
        return relay

    async def close(self) -> None:
        for close in self._closers:
            await asyncio.wait_for(close(), PATIENCE)


def with_params(**params: str) -> ChannelOptions:
    return ChannelOptions(params=params)


async def listen(channel: Any) -> Inbox:
    inbox = Inbox()
    await channel.subscribe(inbox.put)
    return inbox


async def watch(channel: Any) -> Inbox:
    inbox = Inbox()
    await channel.presence.subscribe(inbox.put)
    return inbox


def states(emitter: Any) -> Inbox:
    inbox = Inbox()
    emitter.on(inbox.put)
    return inbox


def named(name: str) -> Callable[[Any], bool]:
    return lambda message: bool(message.name == name)


def in_state(state: str) -> Callable[[Any], bool]:
    return lambda change: bool(change.current == state)


async def refused(work: Awaitable[object], code: int, status: int | None = None) -> None:
    """Check that the client raises this error."""
    with pytest.raises(AblyException) as caught:
        await work
    assert caught.value.code == code, caught.value
    assert status is None or caught.value.status_code == status


def data_of(messages: list[Any]) -> list[Any]:
    return [message.data for message in messages]
