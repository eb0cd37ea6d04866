"""A Run that a client has asked for: what becomes of it, and how to steer and cancel it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.placing import last_of
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.client.steering import Steer
from aitransport_notebook.tree.emitter import Handler
from aitransport_notebook.tree.events import OutputEvent, RunEvent
from aitransport_notebook.tree.nodes import ACTIVE, TERMINAL, RunError, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire

# An agent that is cancelled stops within so many seconds, or is not going to.
PATIENCE = 3.0
_LOG = logging.getLogger("aitransport_notebook")


class Asker(Protocol):
    """What a Run asks of its session."""

    tree: Tree

    @property
    def name(self) -> str: ...
    def on(self, event: str, handler: Handler) -> Callable[[], None]: ...
    def input_of(self, content: Any) -> Event: ...
    async def send(self, inputs: Sequence[Event], sending: Sending) -> ClientRun: ...
    async def publish_cancel(self, run_id: str | None, input_message_id: str | None) -> None: ...
    async def publish_steer(self, run_id: str, content: Any) -> str: ...


class ClientRun:
    """One Run, known by the input that asked for it until its agent has named it."""

    def __init__(
        self, session: Asker, message_id: str, event_id: str, sending: Sending | None = None
    ) -> None:
        self._session = session
        self.input_message_id = message_id
        self.input_event_id = event_id
        sent = sending or Sending()
        self._follows, self._continued = sent.parent, sent.run_id
        self._run_id = ""
        self._started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._off = session.tree.on("run", self._turned)
        # Who waits for something of the Run, to be told if it is not to come any more.
        self._waiting: list[Callable[[AITransportError], None]] = []
        self._given_up: AITransportError | None = None

    def __repr__(self) -> str:
        return f"<ClientRun {self._run_id or '(not begun)'}: {self.status}>"

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
        node = self._node
        if node is not None and node.last_resumed_by is not None:
            # Another input has had it go on, by which alone agents know it now.
            await self._session.publish_cancel(self._run_id, None)
        else:
            await self._session.publish_cancel(self._continued, self.input_message_id)

    async def steer(self, content: Any) -> Steer:
        """Say something to the Run while it works; `await steer.outcome` tells what came of it."""
        run_id = await self.started()
        if self.status in TERMINAL:
            raise error_for(
                40003,
                f"the run {run_id} has already ended",
                hint="Send a new message instead.",
            )
        steer = Steer(self._session, run_id)
        await steer.publish(content)
        self._waiting.append(steer.give_up)
        steer.when_settled(lambda: self._waiting.remove(steer.give_up))
        return steer

    async def redirect(self, content: Any) -> ClientRun:
        """Stop the Run, and say something else; returns the Run that is to answer that.

        What was said by then stays on view, and what is said now follows it. In an agent's next
        prompt neither the stopped answer stands nor its question: say all that it is to know.
        """
        event = self._session.input_of(content)
        if self.status not in TERMINAL:
            await self._stop()
        return await self._session.send([event], Sending(parent=self._last))

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
            # What users say into the Run is told, too, and is no word of its agent's.
            asked_by = event.record.transport.get(wire.INPUT_MESSAGE_ID)
            if event.record.name == wire.AI_OUTPUT and self._is_ours(event.run_id, asked_by):
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

    async def _stop(self) -> None:
        """Cancel, and wait until the agent has stopped, says that it does not, or is silent."""
        stopped = asyncio.Event()

        def heard(told: RunEvent | CancelRefused) -> None:
            ends = not isinstance(told, RunEvent) or told.type in ("end", "suspend")
            if ends and told.run_id == self._run_id:
                stopped.set()

        offs = [self._session.tree.on("run", heard), self._session.on("cancel-refused", heard)]
        try:
            await self.cancel()
            if self._run_id and self.status == ACTIVE:
                async with asyncio.timeout(PATIENCE):
                    await stopped.wait()
        except TimeoutError:
            _LOG.debug("the agent of %s does not answer a cancel", self._run_id)
        finally:
            for off in offs:
                off()

    @property
    def _last(self) -> str | None:
        """The id of the last message of the Run, or of what it is to answer."""
        tree = self._session.tree
        found = last_of(tree, self._node or tree.run(self._continued or ""))
        asked = tree.node_of(self.input_message_id)
        return found or (self.input_message_id if asked is not None else self._follows)

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
