"""A request as handlers see it: who asks, of which channel, with what body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from aiohttp import web

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.credentials import Credentials, claimed_client_id
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.http.replies import format_of_body
from aitransport_notebook.hub.protocol.encoding import decode_body
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.names import parse_channel
from aitransport_notebook.hub.store import Reader

if TYPE_CHECKING:
    from aitransport_notebook.hub.http.parts import Hub

T = TypeVar("T")
Done = Callable[[T], None]
Failed = Callable[[AITransportError], None]


class Call:
    """One REST request on its way through a handler."""

    def __init__(self, hub: Hub, request: web.Request) -> None:
        self.hub = hub
        self.request = request
        self.query: Mapping[str, str] = request.query
        self._grant: Grant | None = None

    def now(self) -> int:
        return self.hub.now()

    def part(self, name: str) -> str:
        """Return a part of the path, decoded."""
        return self.request.match_info[name]

    def credentials(self) -> Credentials:
        return Credentials.from_request(self.request.headers, self.query)

    def grant(self) -> Grant:
        """Return what the caller may do; raise if it is nobody."""
        if self._grant is None:
            self._grant = self.hub.authenticator.authenticate(
                self.credentials(),
                self.now(),
                claimed_client_id(self.request.headers),
            )
        return self._grant

    def place(self) -> Place:
        return Place(self.grant().app_id, parse_channel(self.part("channel")).name)

    async def body(self, shape: type[T]) -> T:
        """Read the body as `shape`."""
        raw = await self.request.read()
        return decode_body(raw, format_of_body(self.request), shape)

    async def one_or_many(self, shape: type[T]) -> list[T]:
        """Read a body that is one `shape`, or a list of them."""
        many = await self.body(cast("type[list[T] | T]", list[shape] | shape))  # type: ignore[valid-type]
        return many if isinstance(many, list) else [many]

    async def read(self, question: Callable[[Reader], T]) -> T:
        """Ask the store, beside the loop where it can be asked there."""
        reader = self.hub.store.reader
        if reader.threadsafe:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.hub.readers, question, reader)
        return question(reader)


async def outcome(begin: Callable[[Done[T], Failed], None]) -> T:
    """Begin something that tells its outcome later, and wait for it."""
    told: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def done(result: T) -> None:
        if not told.done():
            told.set_result(result)

    def failed(error: AITransportError) -> None:
        if not told.done():
            told.set_exception(error)

    begin(done, failed)
    return await told
