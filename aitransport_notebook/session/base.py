"""What both kinds of session do: follow the channel, fold it, and go back in its history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, SessionError, error_for
from aitransport_notebook.session.health import Health
from aitransport_notebook.session.line import Line, Moved, Wire
from aitransport_notebook.session.presence import Presence
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.tree.tree import Tree

P = TypeVar("P")
_BROKEN = frozenset({"failed", "suspended", "detached"})


class Session(Generic[P]):
    """A channel that is followed: its messages make the tree."""

    _events: ClassVar[tuple[str, ...]] = ("error", "message")

    def __init__(self, client: Any, name: str, codec: Codec[P]) -> None:
        self.codec = codec
        self.tree = Tree(codec)
        self._line = Line(client, name, codec.agent_tag)
        self.presence = Presence(self._line)
        self._health: Health | None = None
        self._emitter = Emitter(*self._events)
        self._connecting: asyncio.Task[None] | None = None
        self._closed = False
        self._attached = False
        self._pages: AsyncIterator[Sequence[Wire]] | None = None
        self._paging = asyncio.Lock()
        self._exhausted = False
        self._tasks: set[asyncio.Task[Any]] = set()

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
        if self._connecting is None:
            self._connecting = asyncio.ensure_future(
                self._line.open(self._heard, self.presence.heard, self._moved)
            )
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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear "error" or "message", clients also "cancel-refused"; returns what ends it."""
        return self._emitter.on(event, handler)

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
        self.tree.apply(message)
        self._emitter.emit("message", message)

    def _moved(self, moved: Moved) -> None:
        if moved.state == "attached":
            if self._attached and not moved.resumed:
                self._spawn(self._catch_up())
            self._attached = True
        elif self._attached and moved.state in _BROKEN:
            self._lost(moved.reason)

    async def _catch_up(self) -> None:
        """Hear what was missed, and load anew what had been heard in part."""
        last = self.tree.records[-1].serial if self.tree.records else ""
        found: list[Wire] = []
        try:
            async for page in self._line.history():
                found += page
                if any((message["serial"] or "") <= last for message in page):
                    break
        except AITransportError as error:
            self._lost(error)
            return
        known = {record.serial for record in self.tree.records}
        self.tree.load(message for message in found if message["serial"] in known)
        for message in reversed(found):
            if message["serial"] not in known:
                self._heard(message)

    def _lost(self, reason: AITransportError | None) -> None:
        why = f": {reason.message}" if reason else ""
        error = error_for(
            104006,
            f"the channel has lost its place{why}",
            hint="What was missed may be gone: load the history again, or make a new session.",
        )
        self._emitter.emit("error", error)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _refuse_if_closed(self, what: str) -> None:
        if self._closed:
            raise SessionError(
                f"unable to {what}: the session is closed",
                code=104004,
                hint="Make a new session; they cost little.",
            )
