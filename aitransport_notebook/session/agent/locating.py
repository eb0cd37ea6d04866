"""How an agent finds the input that its Run answers, and what it has said itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.headers import Trigger
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.claims import claim_in
from aitransport_notebook.wire.record import Record


class Pages(Protocol):
    """A session that can go back in its history."""

    @property
    def has_older(self) -> bool: ...
    async def load_page(self) -> bool: ...


class Locating:
    """Looks out for an input; once it is there, it says what the Run answers and hangs from."""

    def __init__(self, tree: Tree, event_id: str, found: Callable[[], None]) -> None:
        self._tree = tree
        self._event_id = event_id
        self._tell = found
        self._found: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.trigger = Trigger()
        self.anchor: str | None = None
        # The input's serial: what answers it comes after.
        self.asked_at = ""
        self._offs = [
            tree.on("message", lambda _: self.look()),
            tree.on("update", self.look),
        ]

    @property
    def is_over(self) -> bool:
        """Whether it looks no more, be it found or given up."""
        return self._found.done()

    @property
    def is_found(self) -> bool:
        return self._found.done() and self._found.exception() is None

    async def wait(self) -> None:
        await asyncio.shield(self._found)

    async def seek(self, pages: Pages) -> Record | None:
        """Return the input, which may be far back in history or still to come; None if there is
        to be none.
        """
        self.look()
        while not self.is_over:
            if not pages.has_older or not await pages.load_page():
                await self.wait()
        return self._tree.find_event(self._event_id)

    def look(self) -> None:
        """See whether the input has come."""
        if self._found.done():
            return
        if not self._event_id:
            self._found.set_result(None)
            return
        record = self._tree.find_event(self._event_id)
        if record is None:
            return
        told = record.transport
        self.trigger = Trigger(
            run_client_id=told.get(wire.RUN_CLIENT_ID),
            client_id=record.client_id,
            message_id=record.message_id,
            parent=told.get(wire.PARENT),
            fork_of=told.get(wire.FORK_OF),
            regenerates=told.get(wire.REGENERATES),
            run_id=record.run_id,
            user_claim=claim_in(record.extras),
        )
        self.asked_at = record.serial
        node = self._tree.node_of(record.message_id or "")
        self.anchor = record.message_id if node is not None else self.trigger.parent
        self._found.set_result(None)
        self._tell()

    def hung(self) -> Trigger:
        """Return the trigger with the message that the Run itself hangs from."""
        node = self._tree.node_of(self.trigger.message_id or "")
        forks = node is not None and node.is_run
        parent = self.trigger.parent if forks else self.anchor
        return replace(self.trigger, parent=parent)

    def give_up(self, error: AITransportError) -> None:
        if not self._found.done():
            self._found.set_exception(error)
            # Nobody may be waiting.
            self._found.exception()

    def forget(self) -> None:
        for off in self._offs:
            off()
        self._offs.clear()


async def shown(tree: Tree, serial: str) -> None:
    """Wait until the channel has shown what stands at this place."""
    changed = asyncio.Event()
    off = tree.on("message", lambda message: changed.set())
    try:
        while tree.record(serial) is None:
            changed.clear()
            await changed.wait()
    finally:
        off()


def not_found(event_id: str, patience: float) -> AITransportError:
    """Return what is raised where an input was looked for in vain."""
    return error_for(
        104010,
        f"the input {event_id!r} was not found within {patience:g} s",
        status=504,
        hint="Check that the invocation names this session, and try again.",
    )
