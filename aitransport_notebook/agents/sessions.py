"""The sessions that one agent process is at, over one client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session.agent.session import AgentSession
from aitransport_notebook.session.channel.client import client
from aitransport_notebook.session.connection import Connection, default_connection

# How long a session is kept that nothing is done in, in seconds: the next input is near, often.
LINGER = 30.0
_LOST = frozenset({"failed", "detached"})


class _Place:
    """One session, and how many are at it."""

    def __init__(self, session: AgentSession[Any]) -> None:
        self.session = session
        self.users = 0
        self.leaving: asyncio.TimerHandle | None = None


class Sessions:
    """Gives the session of a name: the same to all who use it at the same time."""

    def __init__(
        self,
        codec: Codec[Any],
        connection: Connection | None,
        opened: Callable[[AgentSession[Any]], object] = lambda session: None,
    ) -> None:
        self._codec = codec
        # Where the sessions are: whoever connects later means others.
        self.connection = connection or default_connection()
        self._opened = opened
        self._client: Any = None
        self._places: dict[str, _Place] = {}
        # A channel is left before it is joined again.
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def client(self) -> Any:
        """The client of all sessions, made when it is first asked for."""
        if self._client is None:
            self._client = client(self.connection)
        return self._client

    @asynccontextmanager
    async def use(self, name: str) -> AsyncIterator[AgentSession[Any]]:
        """Give a session that is connected, and keep it until it is left alone for a while.

        One in which something went wrong is not waited with: anybody may name a session.
        """
        place = await self._enter(name)
        linger = 0.0
        try:
            yield place.session
            linger = LINGER
        finally:
            place.users -= 1
            if not place.users and self._places.get(name) is place:
                loop = asyncio.get_running_loop()
                place.leaving = loop.call_later(linger, self._begin_to_leave, name, place)

    async def close(self) -> None:
        """Leave all sessions, with their Runs as they are, and let go of the client."""
        for name, place in list(self._places.items()):
            place.users = 0
            await self._leave(name, place)
        if self._client is not None:
            made, self._client = self._client, None
            await made.close()

    async def _enter(self, name: str) -> _Place:
        async with self._lock(name):
            place = self._places.get(name)
            if place is not None and not place.users and place.session.line.state in _LOST:
                await self._drop(name, place)
                place = None
            if place is None:
                place = self._places[name] = _Place(AgentSession(self.client, name, self._codec))
                self._opened(place.session)
            place.users += 1
            if place.leaving is not None:
                place.leaving.cancel()
                place.leaving = None
            try:
                await place.session.connect()
            except BaseException:
                place.users -= 1
                if not place.users:
                    await self._drop(name, place)
                raise
            return place

    def _lock(self, name: str) -> asyncio.Lock:
        return self._changing.setdefault(name, asyncio.Lock())

    def _begin_to_leave(self, name: str, place: _Place) -> None:
        task = asyncio.ensure_future(self._leave(name, place))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _leave(self, name: str, place: _Place) -> None:
        async with self._lock(name):
            if self._places.get(name) is place and not place.users:
                await self._drop(name, place)

    async def _drop(self, name: str, place: _Place) -> None:
        if place.leaving is not None:
            place.leaving.cancel()
        del self._places[name]
        await place.session.close()
