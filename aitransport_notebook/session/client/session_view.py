"""What one reader sees of a session: a path through it, as far back as was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.errors import SessionError, error_for
from aitransport_notebook.session.client.window import Window
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.tree.events import RunEvent, Update
from aitransport_notebook.tree.nodes import RunInfo, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.tree.view import Branch
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.names import MESSAGE_ID, RUN_ID


class Followed(Protocol):
    """What a view asks of its session to show it."""

    tree: Tree

    @property
    def has_older(self) -> bool: ...
    async def load_page(self) -> bool: ...


class Heard(Protocol):
    """What tells of each message that comes."""

    def on(self, event: str, handler: Handler) -> Callable[[], None]: ...


class SessionView:
    """A path through the session: the newest versions, unless others are selected."""

    def __init__(self, session: Followed) -> None:
        self._followed = session
        self._view = session.tree.view()
        self._window = Window(self._view, lambda: session.has_older, session.load_page)
        self._relays: dict[str, Handler] = {
            "update": self._updated,
            "run": self._turned,
            "message": self._came,
        }
        self._emitter = Emitter(*self._relays)
        self._heard: dict[str, Callable[[], None]] = {}
        self._closed = False

    @property
    def messages(self) -> Sequence[CodecMessage]:
        """The messages on view, oldest first; live: copy them to keep them."""
        return self._window.messages

    @property
    def is_empty(self) -> bool:
        """Whether no message is known on the path, shown or not."""
        return not self._view.messages

    @property
    def runs(self) -> list[RunInfo]:
        """The Runs on view, oldest first: from that of the oldest message on."""
        edge = self._window.edge
        node = self._followed.tree.node_of(edge.codec_message_id) if edge is not None else None
        begin = self._view.place_of(node.key) if node is not None else None
        nodes = self._view.nodes[begin or 0 :]
        return [RunInfo.of(one) for one in nodes if isinstance(one, RunNode)]

    @property
    def has_older(self) -> bool:
        """Whether there may be older messages than those on view."""
        return self._window.has_older

    @property
    def beginning_missing(self) -> bool:
        """Whether what is on view follows something that the channel has no more."""
        return self._view.beginning_missing and not self._followed.has_older

    async def load_older(self, limit: int = 10) -> Sequence[CodecMessage]:
        """Show up to so many older messages; returns them, oldest first."""
        self._refuse_if_closed("load older messages")
        shown = await self._window.load_older(limit)
        self._tell_update()
        return shown

    async def load_until(self, wanted: Callable[[CodecMessage], bool]) -> Sequence[CodecMessage]:
        """Go back to the newest message that is wanted, and show only what is newer.

        For who keeps the conversation elsewhere, and wants what came since: the messages that are
        returned, oldest first, follow what is kept without a gap, and none twice. Where no
        message is wanted all of them are shown. `load_older` shows the others.
        """
        self._refuse_if_closed("load older messages")
        newer = await self._window.load_until(wanted)
        self._tell_update()
        return newer

    @contextmanager
    def unseen(self, session: Heard) -> Iterator[None]:
        """Keep out of sight what is loaded meanwhile, and show what comes meanwhile."""
        self._window.cover()
        off = session.on("message", lambda _: self._window.came())
        try:
            yield
        finally:
            off()
            self._window.uncover()

    def run(self, run_id: str) -> RunInfo | None:
        """Return a Run by its id, on view or not."""
        return self._view.run(id_in(run_id, "Run"))

    def run_for(self, message_id: str) -> RunInfo | None:
        """Return the Run that a message is from, or that answers it."""
        return self._view.run_for(id_in(message_id, "message"))

    def branch_at(self, message_id: str) -> Branch:
        """Return the versions at the place of a message."""
        return self._view.branch_at(id_in(message_id, "message"))

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear of what is on view; returns what ends it.

        "update" comes whenever it changes, "run" with each turn of a Run, "message" with each
        message of the channel that is about it.
        """
        off = self._emitter.on(event, handler)
        if event not in self._heard and not self._closed:
            source = self._view.on if event == "update" else self._followed.tree.on
            self._heard[event] = source(event, self._relays[event])
        return off

    def close(self) -> None:
        """Tell nobody any more, and take nothing to say; the session goes on."""
        self._closed = True
        for off in self._heard.values():
            off()
        self._heard.clear()

    def _updated(self, update: Update) -> None:
        self._emitter.emit("update", update)

    def _turned(self, event: RunEvent) -> None:
        if self._view.place_of(event.run_id) is not None:
            self._emitter.emit("run", event)

    def _came(self, message: Inbound) -> None:
        told = message.transport
        run_id, message_id = told.get(RUN_ID), told.get(MESSAGE_ID)
        node = self._followed.tree.node_of(message_id) if message_id and not run_id else None
        key = node.key if node is not None else run_id or message_id
        if key is None or self._view.place_of(key) is not None:
            self._emitter.emit("message", message)

    def _tell_update(self) -> None:
        if not self._closed:
            self._emitter.emit("update", Update(None))

    def _refuse_if_closed(self, what: str) -> None:
        if self._closed:
            raise SessionError(
                f"unable to {what}: the view is closed",
                code=104004,
                hint="Make another view, of a session that is open.",
            )


def id_in(value: object, of: str) -> str:
    """Return an id; raise if it cannot be one."""
    if not isinstance(value, str) or not value:
        raise error_for(
            40003,
            f"{value!r:.80} is no {of}'s id",
            hint="Messages on view have a codec_message_id, and Runs a run_id.",
        )
    return value
