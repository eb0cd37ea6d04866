"""What a client sees of a session, and how it adds to what it sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import uuid4

from aitransport_notebook.codec.contract import Codec, CodecMessage
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.client_run import ClientRun
from aitransport_notebook.session.window import Window
from aitransport_notebook.tree.emitter import Handler
from aitransport_notebook.tree.nodes import Node, RunInfo, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.tree.view import Branch


class Speaker(Protocol):
    """What a view asks of its session."""

    codec: Codec[Any]
    tree: Tree

    @property
    def has_older(self) -> bool: ...
    async def load_page(self) -> bool: ...
    async def send(self, inputs: Sequence[Event], sending: Sending) -> ClientRun: ...
    def input_of(self, content: Any) -> Event: ...


class ClientView:
    """A path through the session, on which one can speak."""

    def __init__(self, session: Speaker) -> None:
        self._session = session
        self._view = session.tree.view()
        self._window = Window(self._view, lambda: session.has_older, session.load_page)

    @property
    def messages(self) -> Sequence[CodecMessage]:
        """The messages on view, oldest first; live: copy them to keep them."""
        return self._window.messages

    @property
    def runs(self) -> list[RunInfo]:
        return self._view.runs

    @property
    def has_older(self) -> bool:
        """Whether there may be older messages than those on view."""
        return self._window.has_older

    @property
    def beginning_missing(self) -> bool:
        """Whether what is on view follows something that the channel has no more."""
        return self._view.beginning_missing and not self._session.has_older

    async def load_older(self, limit: int = 10) -> Sequence[CodecMessage]:
        """Show up to so many older messages; returns them, oldest first."""
        return await self._window.load_older(limit)

    async def load_until(self, wanted: Callable[[CodecMessage], bool]) -> Sequence[CodecMessage]:
        """Go back to the newest message that is wanted, and show only what is newer."""
        return await self._window.load_until(wanted)

    def run(self, run_id: str) -> RunInfo | None:
        return self._view.run(run_id)

    def run_for(self, message_id: str) -> RunInfo | None:
        """Return the Run that a message is from, or that answers it."""
        return self._view.run_for(message_id)

    def branch_at(self, message_id: str) -> Branch:
        """Return the versions at the place of a message."""
        return self._view.branch_at(message_id)

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear "update", whenever what is on view changes; returns what ends it."""
        return self._view.on(event, handler)

    async def send(self, content: Any, sending: Sending | None = None) -> ClientRun:
        """Say something: a text, a message, an input of the codec, or several inputs."""
        contents = content if isinstance(content, list) else [content]
        inputs = [self._session.input_of(one) for one in contents]
        sending = sending or Sending()
        if sending.parent is None and sending.fork_of is None:
            messages = self._view.messages
            parent = messages[-1].codec_message_id if messages else None
            sending = replace(sending, parent=parent)
        run = await self._session.send(inputs, sending)
        if sending.fork_of is not None:
            self._view.follow_edit(run.input_message_id)
        return run

    async def regenerate(self, message_id: str) -> ClientRun:
        """Ask for another answer in the place of a message, and show it once it comes."""
        tree = self._session.tree
        run = tree.node_of(message_id)
        before = self._before(message_id) if isinstance(run, RunNode) else None
        if not isinstance(run, RunNode) or before is None:
            raise _unknown("regenerate", message_id)
        messages = tree.messages_of(run)
        at_head = bool(messages) and messages[0].codec_message_id == message_id
        # What was regenerated before is one place with its versions, not a version of its own.
        target = run.regenerates if run.regenerates is not None and at_head else message_id
        event = self._session.codec.regenerate(target, before)
        asked = await self._session.send([event], Sending(parent=before))
        self._view.follow_regenerate(target)
        return asked

    async def edit(self, message_id: str, content: Any) -> ClientRun:
        """Say something else in the place of a message; what followed it stays as a branch."""
        if self._session.tree.node_of(message_id) is None:
            raise _unknown("edit", message_id)
        before = self._before(message_id)
        return await self.send(content, Sending(parent=before, fork_of=message_id))

    async def tool_result(
        self, message_id: str, call_id: str, output: Any, *, fork: bool = False
    ) -> ClientRun:
        """Give what a tool of one's own returned; the Run that called it goes on.

        With `fork` another Run takes its place, so that of two who answer at the same time each
        has an answer of their own.
        """
        return await self._answer("tool-result", message_id, call_id, {"output": output}, fork)

    async def tool_error(
        self, message_id: str, call_id: str, message: str, *, fork: bool = False
    ) -> ClientRun:
        """Say that a tool of one's own has failed."""
        said = {"message": message}
        return await self._answer("tool-result-error", message_id, call_id, said, fork)

    async def approve(
        self, message_id: str, call_id: str, *, reason: str | None = None, arguments: Any = None
    ) -> ClientRun:
        """Let the agent go on with a tool call, with other arguments if they are given.

        Agents of other SDKs take the arguments as the model gave them: ask them in words.
        """
        decided: dict[str, Any] = {"approved": True}
        if arguments is not None:
            decided["arguments"] = arguments
        return await self._decide(message_id, call_id, decided, reason)

    async def deny(self, message_id: str, call_id: str, *, reason: str | None = None) -> ClientRun:
        """Refuse a tool call; the model is told why."""
        return await self._decide(message_id, call_id, {"approved": False}, reason)

    async def _decide(
        self, message_id: str, call_id: str, decided: dict[str, Any], reason: str | None
    ) -> ClientRun:
        if reason is not None:
            decided["reason"] = reason
        return await self._answer("tool-approval-response", message_id, call_id, decided, False)

    async def _answer(
        self, kind: str, message_id: str, call_id: str, payload: dict[str, Any], fork: bool
    ) -> ClientRun:
        tree, codec = self._session.tree, self._session.codec
        owner = tree.node_of(message_id)
        if not isinstance(owner, RunNode):
            raise _unknown("answer", message_id)
        payload[codec.call_key] = call_id
        sending = Sending(run_id=owner.key)
        if fork:
            copies = {id: (str(uuid4()), message) for id, message in tree.messages_of(owner)}
            seed = [{"codecMessageId": id, "message": message} for id, message in copies.values()]
            message_id = copies[message_id][0]
            payload["forkSeed"] = {"messages": seed}
            sending = Sending(parent=owner.parent, role="assistant", supersedes=owner.key)
        return await self.send(codec.amend(kind, message_id, payload), sending)

    def _before(self, message_id: str) -> str | None:
        """Return the id of the message before this one, on view or else in the tree."""
        ids = [message.codec_message_id for message in self._view.messages]
        if message_id in ids:
            place = ids.index(message_id)
            return ids[place - 1] if place > 0 else None
        node = self._session.tree.node_of(message_id)
        return self._before_in(node, message_id) if node is not None else None

    def _before_in(self, node: Node, message_id: str) -> str | None:
        tree = self._session.tree
        own = [message.codec_message_id for message in tree.messages_of(node)]
        place = own.index(message_id) if message_id in own else 0
        if place > 0:
            return own[place - 1]
        parent = tree.node_of(node.parent) if node.parent is not None else None
        messages = tree.messages_of(parent) if parent is not None else ()
        return messages[-1].codec_message_id if messages else None


def _unknown(what: str, message_id: str) -> AITransportError:
    return error_for(
        40003,
        f"unable to {what} {message_id!r}: there is no such message here",
        hint="Give a message's codec_message_id, and load older messages if it is not on view.",
    )
