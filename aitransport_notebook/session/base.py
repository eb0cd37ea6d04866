"""What both kinds of session do: follow the channel, fold it, and go back in its history."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, ClassVar, Generic, NoReturn, Self, TypeVar

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, SessionError, error_for
from aitransport_notebook.session.channel.line import PAGE, Line, Moved, Wire
from aitransport_notebook.session.channel.missed import Since, as_growth
from aitransport_notebook.session.closing import Closing
from aitransport_notebook.session.given import check_given
from aitransport_notebook.session.health import Health
from aitransport_notebook.session.presence import Presence
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.tree.tree import Tree

P = TypeVar("P")
_LOG = logging.getLogger("aitransport_notebook")
_BROKEN = frozenset({"failed", "suspended", "detached"})


class Session(Closing, Generic[P]):
    """A channel that is followed: its messages make the tree."""

    _events: ClassVar[tuple[str, ...]] = ("error", "message")

    def __init__(
        self,
        client: Any,
        name: str,
        codec: Codec[P],
        *,
        page_size: int = PAGE,
        modes: Sequence[str] = (),
    ) -> None:
        check_given(client, name, codec, page_size)
        self.codec = codec
        self.tree = Tree(codec)
        self._line = Line(client, name, codec.agent_tag, page_size=page_size, modes=modes)
        self.presence = Presence(self._line)
        self._health: Health | None = None
        self._emitter = Emitter(*self._events)
        self._connecting: asyncio.Task[None] | None = None
        self._closed = False
        # When it was attached first, and since when it has missed something, if it has.
        self._began: float | None = None
        self._missed: Since | None = None
        self._pages: AsyncIterator[Sequence[Wire]] | None = None
        self._paging = asyncio.Lock()
        self._exhausted = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def __repr__(self) -> str:
        state = "closed" if self._closed else self._line.state
        return f"<{type(self).__name__} {self.name!r} as {self.client_id!r}: {state}>"

    @property
    def name(self) -> str:
        """The session's name, which is the channel's."""
        return self._line.name

    @property
    def client_id(self) -> str | None:
        """Who one is here, as the token says."""
        return self._line.client_id

    async def connect(self) -> None:
        """Follow the channel; more than once does no harm, and again after a failure."""
        self._refuse_if_closed("connect")
        if self._connecting is not None and self._connecting.done() and self._is_broken:
            self._connecting = None
        await self._join()

    @property
    def _is_broken(self) -> bool:
        return self._line.state in _BROKEN

    async def _join(self) -> None:
        """Follow the channel, unless that was begun before."""
        self._line.refuse_other_loops()
        if self._connecting is None:
            self._connecting = asyncio.ensure_future(
                self._line.open(self._heard, self.presence.heard, self._moved)
            )
            self._connecting.add_done_callback(_look_at)
        try:
            await asyncio.shield(self._connecting)
        except BaseException:
            if self._connecting.done():
                self._connecting = None
            raise

    async def close(self) -> None:
        """Leave the channel; the session itself goes on without us."""
        if self._closed:
            return
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
            await self._line.close()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear "error" or "message", clients also "cancel-refused"; returns what ends it."""
        return self._emitter.on(event, handler)

    @property
    def object(self) -> NoReturn:
        """Shared objects, which JavaScript's sessions have, and Ably's Python client has not."""
        raise error_for(
            40019,
            "Ably's Python client has no LiveObjects",
            hint="Keep what is shared in messages or in presence, or use a session in JavaScript.",
        )

    @property
    def health(self) -> Health:
        """Whether the agents of the active Runs are still at them; it is watched once asked for."""
        if self._health is None:
            self._refuse_if_closed("watch over runs")
            self._health = Health(self.tree, self.presence, self._line, self._spawn)
        return self._health

    @property
    def has_older(self) -> bool:
        """Whether the channel may have messages that have not been loaded."""
        return not self._exhausted

    async def load_page(self) -> bool:
        """Load the next older page of the channel's history; False if there is none."""
        self._refuse_if_closed("load history")
        await self.connect()
        return await self._load_next()

    async def _load_next(self) -> bool:
        async with self._paging:
            if self._exhausted:
                return False
            if self._pages is None:
                self._pages = self._line.history()
            try:
                page = await anext(self._pages)
            except StopAsyncIteration:
                self._exhausted = True
                return False
            except BaseException:
                # The next time begins anew: what is known already changes nothing.
                self._pages = None
                raise
            self.tree.load(page)
            return True

    def _heard(self, message: Wire) -> None:
        self.tree.apply(as_growth(self.tree, message))
        self._emitter.emit("message", message)

    def _moved(self, moved: Moved) -> None:
        if moved.state == "attached":
            if self._began is None:
                self._began = time.time() * 1000
            elif not moved.resumed:
                self._miss(Since.known(self.tree, self._began))
            if self._missed is not None:
                self._spawn(self._catch_up())
        elif moved.state == "closed" and moved.reason is not None:
            self._ended(moved.reason)
        elif moved.state == "away":
            self._emitter.emit("error", moved.reason)
        elif self._began is not None and moved.state in _BROKEN:
            self._lost(moved.reason)

    def _ended(self, reason: AITransportError) -> None:
        """Have it known that the client was closed: nothing more will be heard over it."""

    def _miss(self, since: Since) -> None:
        self._missed = min(since, self._missed or since)

    async def _catch_up(self) -> None:
        """Hear what was missed; where that fails, it is tried again with the next connection."""
        since, self._missed = self._missed, None
        if since is None:
            return
        found: list[Wire] = []
        try:
            async for page in self._line.history():
                found += (message for message in page if since.covers(message))
                if not all(since.covers(message) for message in page):
                    break
        except AITransportError as error:
            self._miss(since)
            self._lost(error)
            return
        for message in reversed(found):
            if self.tree.record(message["serial"] or "") is None:
                self._heard(message)
            else:
                self.tree.apply(as_growth(self.tree, message))

    def _lost(self, reason: AITransportError | None) -> None:
        why = f": {reason.message}" if reason else ""
        known = reason.hint if reason else ""
        error = error_for(
            104006,
            f"the channel has lost its place{why}",
            hint=known or "What was missed may be gone: load the history again.",
        )
        self._emitter.emit("error", error)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, AITransportError):
            self._emitter.emit("error", error)
        elif error is not None:
            _LOG.error("a task of the session %s failed", self.name, exc_info=error)

    def _refuse_if_closed(self, what: str) -> None:
        if self._closed:
            raise SessionError(
                f"unable to {what}: the session is closed",
                code=104004,
                hint="Make a new session; they cost little.",
            )


def _look_at(task: asyncio.Task[None]) -> None:
    """Take note of how it ended: who waited for it may have given up before."""
    if not task.cancelled():
        task.exception()
