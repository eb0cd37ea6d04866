"""What a client sees of a session, and how it adds to what it sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.placing import before, fork_of
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.session_view import Followed, SessionView, id_in
from aitransport_notebook.tree.nodes import InputNode, Node, RunNode


class Speaker(Followed, Protocol):
    """What a view asks of its session to speak in it."""

    codec: Codec[Any]

    async def look_back(self, view: SessionView) -> None: ...
    async def send(self, inputs: Sequence[Event], sending: Sending) -> ClientRun: ...
    def input_of(self, content: Any) -> Event: ...


class ClientView(SessionView):
    """A path through the session, on which one can speak."""

    def __init__(self, session: Speaker) -> None:
        super().__init__(session)
        self._session = session

    def __repr__(self) -> str:
        return f"<ClientView: {len(self.messages)} messages>"

    async def send(self, content: Any, sending: Sending | None = None) -> ClientRun:
        """Say something: a text, a message, an input of the codec, or several inputs.

        It follows the newest message of the conversation, also where none has been loaded.
        """
        self._refuse_if_closed("send")
        contents = content if isinstance(content, list) else [content]
        inputs = [self._session.input_of(one) for one in contents]
        sending = _sending(sending)
        if sending.parent is None and sending.fork_of is None:
            if not self._view.messages:
                await self._session.look_back(self)
            messages = self._view.messages
            parent = messages[-1].codec_message_id if messages else None
            sending = replace(sending, parent=parent)
        run = await self._session.send(inputs, sending)
        if sending.fork_of is not None:
            self._view.follow_edit(run.input_message_id)
        return run

    async def regenerate(self, message_id: str) -> ClientRun:
        """Ask for another answer in the place of a message, and show it once it comes."""
        self._refuse_if_closed("regenerate")
        tree = self._session.tree
        run = tree.node_of(id_in(message_id, "message"))
        _refuse_users("regenerate", message_id, run)
        parent = before(tree, self._view.messages, message_id) if run is not None else None
        if not isinstance(run, RunNode) or parent is None:
            raise _unknown("regenerate", message_id)
        messages = tree.messages_of(run)
        at_head = bool(messages) and messages[0].codec_message_id == message_id
        # What was regenerated before is one place with its versions, not a version of its own.
        target = run.regenerates if run.regenerates is not None and at_head else message_id
        event = self._session.codec.regenerate(target, parent)
        asked = await self._session.send([event], Sending(parent=parent))
        self._view.follow_regenerate(target)
        return asked

    async def edit(self, message_id: str, content: Any) -> ClientRun:
        """Say something else in the place of a user's message; what followed stays as a branch."""
        tree = self._session.tree
        node = tree.node_of(id_in(message_id, "message"))
        if node is None:
            raise _unknown("edit", message_id)
        _refuse_agents(dict(tree.messages_of(node)).get(message_id), message_id)
        parent = before(tree, self._view.messages, message_id)
        return await self.send(content, Sending(parent=parent, fork_of=message_id))

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
        owner = tree.node_of(id_in(message_id, "message"))
        _refuse_users("answer a call of", message_id, owner)
        if not isinstance(owner, RunNode):
            raise _unknown("answer a call of", message_id)
        messages = dict(tree.messages_of(owner))
        if not codec.has_call(messages.get(message_id), call_id):
            raise _no_call(call_id, message_id)
        payload[codec.call_key] = call_id
        sending = Sending(run_id=owner.key)
        if fork:
            if not codec.forks:
                raise _no_fork(codec)
            message_id, seed, sending = fork_of(tree, owner, message_id)
            payload |= seed
        return await self.send(codec.amend(kind, message_id, payload), sending)


def _sending(given: object) -> Sending:
    if given is not None and not isinstance(given, Sending):
        raise error_for(
            40003,
            f"{given!r:.80} does not say where something belongs",
            hint="Give a Sending, or leave it out: what is said then follows what is on view.",
        )
    return given or Sending()


def _unknown(what: str, message_id: str) -> AITransportError:
    return error_for(
        40003,
        f"unable to {what} {message_id!r}: there is no such message here",
        hint="Give a message's codec_message_id, and load older messages if it is not on view.",
    )


def _refuse_users(what: str, message_id: str, node: Node | None) -> None:
    if isinstance(node, InputNode):
        raise error_for(
            40003,
            f"unable to {what} {message_id!r}: it is a user's message",
            hint="Give the id of an answer; edit() says something else in the place of a question.",
        )


def _refuse_agents(message: Any, message_id: str) -> None:
    if isinstance(message, Mapping) and message.get("role") == "assistant":
        raise error_for(
            40003,
            f"unable to edit {message_id!r}: it is an agent's message",
            hint="Edit the question before it, or regenerate() the answer.",
        )


def _no_call(call_id: object, message_id: str) -> AITransportError:
    return error_for(
        40003,
        f"the message {message_id!r} has no tool call {call_id!r:.80}",
        hint="Give the id of a call as the message has it, and the message that has the call.",
    )


def _no_fork(codec: Codec[Any]) -> AITransportError:
    return error_for(
        40003,
        f"{type(codec).__name__} has no forks of an answer",
        hint="Leave fork out: the Run that made the call goes on with the first answer.",
    )
