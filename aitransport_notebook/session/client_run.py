"""A Run that a client has asked for: what becomes of it, and how to steer and cancel it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.tree.events import OutputEvent, RunEvent
from aitransport_notebook.tree.nodes import ACTIVE, RunError, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire

TERMINAL = frozenset({"complete", "cancelled", "error"})


@dataclass(frozen=True, slots=True)
class SteerOutcome:
    """Whether an answer took a steer in, and how the Run ended, if it has."""

    consumed: bool
    run_reason: str | None = None


class Asker(Protocol):
    """What a Run asks of its session."""

    tree: Tree

    @property
    def name(self) -> str: ...
    async def publish_cancel(self, run_id: str | None, input_message_id: str | None) -> None: ...
    async def publish_steer(self, run_id: str, content: Any) -> str: ...


class ClientRun:
    """One Run, known by the input that asked for it until its agent has named it."""

    def __init__(
        self, session: Asker, message_id: str, event_id: str, run_id: str | None = None
    ) -> None:
        self._session = session
        self.input_message_id = message_id
        self.input_event_id = event_id
        self._continued = run_id
        self._run_id = ""
        self._started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._off = session.tree.on("run", self._turned)
        # Who waits for something of the Run, to be told if it is not to come any more.
        self._waiting: list[Callable[[AITransportError], None]] = []
        self._given_up: AITransportError | None = None

    @property
    def run_id(self) -> str:
        """The Run's id; empty until its agent has begun."""
        return self._run_id

    @property
    def status(self) -> str:
        node = self._node
        return node.status if node is not None else ACTIVE

    @property
    def error(self) -> RunError | None:
        node = self._node
        return node.error if node is not None else None

    @property
    def messages(self) -> list[Any]:
        """The user's message and all that the Run has said, each once."""
        tree, node = self._session.tree, self._node
        parent = node.parent if node is not None and node.parent else self.input_message_id
        asked = tree.node_of(parent)
        nodes = [asked if asked is not None and not asked.is_run else None, node]
        found = {
            message.codec_message_id: message.message
            for one in nodes
            if one is not None
            for message in tree.messages_of(one)
        }
        return list(found.values())

    async def started(self) -> str:
        """Wait until an agent has begun to answer; returns the Run's id."""
        return await asyncio.shield(self._started)

    async def cancel(self) -> None:
        """Ask for the Run's end, also before its agent has begun."""
        await self._session.publish_cancel(self._continued, self.input_message_id)

    async def steer(self, content: Any) -> SteerOutcome:
        """Say something to the Run while it works; returns once it is known what came of it."""
        run_id = await self.started()
        if self.status in TERMINAL:
            raise error_for(
                40003,
                f"the run {run_id} has already ended",
                hint="Send a new message instead.",
            )
        steer = _Steer(self._session, run_id)
        self._waiting.append(steer.give_up)
        try:
            return await steer.publish(content)
        finally:
            self._waiting.remove(steer.give_up)

    async def wait(self) -> str:
        """Wait until the Run has ended or been suspended; returns its status."""
        async for _ in self.events():
            pass
        return self.status

    async def events(self) -> AsyncIterator[Event]:
        """Yield what the Run says, from its beginning and then live, until it ends or waits."""
        queue: asyncio.Queue[list[Event] | AITransportError | None] = asyncio.Queue()
        tree = self._session.tree

        def heard(event: OutputEvent) -> None:
            if self._is_ours(event.run_id, event.record.transport.get(wire.INPUT_MESSAGE_ID)):
                queue.put_nowait(event.events)

        def turned(event: RunEvent) -> None:
            if event.type in ("end", "suspend") and self._is_ours(
                event.run_id, event.input_message_id
            ):
                queue.put_nowait(None)

        offs = [tree.on("output", heard), tree.on("run", turned)]
        self._waiting.append(queue.put_nowait)
        if self._given_up is not None:
            queue.put_nowait(self._given_up)
        try:
            node, goes_on = self._node, self.status not in (*TERMINAL, "suspended")
            for event in tree.said_by(node) if node is not None else ():
                yield event
            while goes_on and (events := await queue.get()) is not None:
                if isinstance(events, AITransportError):
                    raise events
                for event in events:
                    yield event
        finally:
            self._waiting.remove(queue.put_nowait)
            for off in offs:
                off()

    def to_invocation(self) -> Invocation:
        """Return what wakes an agent for this Run, to be sent to its endpoint."""
        return Invocation(self.input_event_id, self._session.name)

    def close(self, error: AITransportError) -> None:
        """Give up waiting, as the session is closed."""
        self._off()
        self._given_up = error
        if not self._started.done():
            self._started.set_exception(error)
            # Nobody may be waiting.
            self._started.exception()
        for give_up in list(self._waiting):
            give_up(error)

    @property
    def _node(self) -> RunNode | None:
        return self._session.tree.run(self._run_id) if self._run_id else None

    def _is_ours(self, run_id: str | None, input_message_id: str | None) -> bool:
        return run_id == self._run_id if self._run_id else input_message_id == self.input_message_id

    def _turned(self, event: RunEvent) -> None:
        if event.type not in ("start", "resume"):
            return
        if event.input_message_id == self.input_message_id and not self._started.done():
            self._run_id = event.run_id
            self._started.set_result(event.run_id)
            self._off()


class _Steer:
    """One steer on its way: an answer names it, or the Run ends without."""

    def __init__(self, session: Asker, run_id: str) -> None:
        self._session = session
        self._run_id = run_id
        self._answered: set[str] = set()
        self._message_id: str | None = None
        self._outcome: asyncio.Future[SteerOutcome] = asyncio.get_running_loop().create_future()

    async def publish(self, content: Any) -> SteerOutcome:
        tree = self._session.tree
        offs = [tree.on("output", self._heard), tree.on("run", self._turned)]
        try:
            self._message_id = await self._session.publish_steer(self._run_id, content)
            self._look(None)
            return await self._outcome
        finally:
            for off in offs:
                off()

    def give_up(self, error: AITransportError) -> None:
        """Stop waiting, as the session is closed."""
        if not self._outcome.done():
            self._outcome.set_exception(error)

    def _heard(self, event: OutputEvent) -> None:
        if event.run_id == self._run_id:
            self._answered.update(steers_in(event.record.transport))

    def _turned(self, event: RunEvent) -> None:
        if event.run_id == self._run_id and event.type in ("end", "suspend"):
            self._look(event)

    def _look(self, event: RunEvent | None) -> None:
        run = self._session.tree.run(self._run_id)
        ended = run is not None and run.status in TERMINAL
        if self._outcome.done() or self._message_id is None or not (event or ended):
            return
        consumed = self._message_id in self._answered
        if consumed or ended:
            reason = run.status if run is not None and ended else None
            self._outcome.set_result(SteerOutcome(consumed, reason))


def steers_in(headers: Mapping[str, str]) -> list[str]:
    """Return the ids of the steers that an output says it answers."""
    try:
        ids = json.loads(headers.get(wire.STEERS, "[]"))
    except ValueError:
        return []
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []
