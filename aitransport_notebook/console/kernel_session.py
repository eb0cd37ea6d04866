"""The kernel's own place in a session, in the background loop: opened when Python needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from aitransport_notebook.codec.contract import Codec, CodecMessage
from aitransport_notebook.console.seat import Seat
from aitransport_notebook.errors import SessionError

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession

    Opened = Callable[[ClientSession[Any]], None]

# So much of what was said is there for Python at first.
FIRST_MESSAGES = 50
# More than any session has.
ALL = 10**9


def console_closed() -> SessionError:
    """Return what is raised for whatever is asked of a console that is closed."""
    return SessionError(
        "the console is closed", code=104004, hint="Make a new one; it costs little."
    )


class KernelSession:
    """A `ClientSession` with a connection of its own, which is there while it is needed."""

    def __init__(self, seat: Seat, codec: Codec[Any], opened: Opened) -> None:
        self._seat = seat
        self._codec = codec
        self._opened = opened
        self._client: Any = None
        self._session: ClientSession[Any] | None = None
        self._opening = asyncio.Lock()
        self._looking_back = asyncio.Lock()
        self._has_looked_back = False
        self._closed = False

    async def open(self) -> ClientSession[Any]:
        """Return the session, connected; after a failure it is tried again."""
        async with self._opening:
            if self._closed:
                raise console_closed()
            if self._session is None:
                # A tenth of a second, which no cell waits for that only shows a session.
                from aitransport_notebook.session.channel.client import client
                from aitransport_notebook.session.client.session import ClientSession

                self._client = client(self._seat)
                self._session = ClientSession(self._client, self._seat.session, self._codec)
                self._opened(self._session)
            await self._session.connect()
            return self._session

    async def look(self) -> ClientSession[Any]:
        """Return the session with the newest messages on view."""
        session = await self.open()
        async with self._looking_back:
            if not self._has_looked_back:
                await session.view.load_older(FIRST_MESSAGES)
                self._has_looked_back = True
        return session

    async def load_older(self, limit: int) -> ClientSession[Any]:
        """Return the session with up to so many more messages on view."""
        session = await self.look()
        await session.view.load_older(limit)
        return session

    async def find(self, message_ids: tuple[str, ...]) -> list[CodecMessage]:
        """Return the messages that have these ids, on whatever branch, as far as they exist."""
        session = await self.look()
        tree = session.tree
        while any(tree.node_of(id) is None for id in message_ids) and await session.load_page():
            pass
        found = []
        for id in message_ids:
            node = tree.node_of(id)
            messages = tree.messages_of(node) if node is not None else ()
            found += [message for message in messages if message.codec_message_id == id]
        return found

    def patience(self) -> AbstractAsyncContextManager[None]:
        """Have what is done in it given up where the server is away, or silent, for long."""
        from aitransport_notebook.console.patience import patiently
        from aitransport_notebook.session.channel.link import Link

        return patiently(Link.of(self._client))

    async def close(self) -> None:
        """Leave the session, which goes on without us."""
        self._closed = True
        # Whoever is just opening it is done first.
        async with self._opening:
            if self._session is not None:
                await self._session.close()
            if self._client is not None:
                await self._client.close()
