"""What clients and agents have in common: a channel, and marks on it that tell how far one is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.base import Session
from aitransport_notebook.wire.inbound import Inbound

MARK = "mark"


class Side:
    def __init__(self, connection: Any, session: Session[Any]) -> None:
        self.connection = connection
        self.session = session
        self.errors: list[int] = []
        self._marks: set[str] = set()
        session.on("error", self._complain)
        session.tree.on("message", self._hear)

    def now(self) -> Any:
        return None

    async def mark(self, mark: str) -> None:
        """Put a mark on the channel, behind all that was published before."""
        await self.connection.channels.get(self.session.name).publish(MARK, mark)

    async def up_to(self, mark: str) -> None:
        """Wait until the mark has come, and so all that was before it."""
        await until(lambda: mark in self._marks, lambda look: self.session.tree.on("message", look))

    async def complaints(self) -> list[int]:
        """Return the codes of the errors that the session told of."""
        return self.errors

    async def leave(self) -> None:
        await self.session.close()
        self.connection.channels.release(self.session.name)

    def _complain(self, error: AITransportError) -> None:
        self.errors.append(error.code)

    def _hear(self, message: Inbound) -> None:
        if message.name == MARK:
            self._marks.add(message.data)


Listener = Callable[..., None]
Hear = Callable[[Listener], Callable[[], object]]


async def until(is_so: Callable[[], bool], *hear: Hear) -> None:
    """Wait until something is so; `hear(listener)` has it looked at again, and returns its end."""
    came = asyncio.Event()

    def look(*_: object) -> None:
        if is_so():
            came.set()

    offs = [on(look) for on in hear]
    try:
        look()
        await came.wait()
    finally:
        for off in offs:
            off()
