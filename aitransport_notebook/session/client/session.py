"""The side of a session that asks: users and operators."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar
from uuid import uuid4
from weakref import WeakSet

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.errors import (
    AITransportError,
    AuthError,
    LinkError,
    ServerError,
    error_for,
)
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.base import Session
from aitransport_notebook.session.channel.line import PAGE, Wire, ai_message
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.session_view import SessionView, id_in
from aitransport_notebook.session.client.view import ClientView
from aitransport_notebook.tree.nodes import TERMINAL, RunNode
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record

P = TypeVar("P")
_LOG = logging.getLogger("aitransport_notebook")
Input = Event | str | Mapping[str, Any]


class ClientSession(Session[P]):
    """A session as one who asks has it.

    >>> from aitransport_notebook import ClientSession, UIMessageCodec  # doctest: +SKIP
    >>> async with ClientSession(client, "room", UIMessageCodec()) as session:  # doctest: +SKIP
    ...     run = await session.view.send("hello")
    """

    _events = (*Session._events, "cancel-refused")

    def __init__(
        self,
        client: Any,
        name: str,
        codec: Codec[P],
        *,
        page_size: int = PAGE,
        modes: Sequence[str] = (),
    ) -> None:
        super().__init__(client, name, codec, page_size=page_size, modes=modes)
        # Who may be waiting for one has it; what nobody has any more is let go.
        self._runs: WeakSet[ClientRun] = WeakSet()
        self._views: WeakSet[ClientView] = WeakSet()
        self._looking_back = asyncio.Lock()
        self.view = self.create_view()

    def create_view(self) -> ClientView:
        """Return another view of the session, with branches and a window of its own."""
        self._refuse_if_closed("make a view")
        view = ClientView(self)
        self._views.add(view)
        return view

    async def look_back(self, view: SessionView) -> None:
        """Load the newest of what was said, unseen, so that what is said now can follow it."""
        self._refuse_if_closed("send")
        await self._join()
        self._refuse_if_closed("send")
        self._refuse_if_detached()
        async with self._looking_back:
            with ExitStack() as views:
                for one in list(self._views):
                    views.enter_context(one.unseen(self))
                while view.is_empty and self.has_older and await self._load_somehow():
                    pass

    async def _load_somehow(self) -> bool:
        """Load a page; wait with it for a connection that is away, as what is said does."""
        while True:
            try:
                return await self._load_next()
            except AuthError as error:
                # Who may not read what was said can still say something.
                _LOG.debug("%s: nothing to follow: %s", self.name, error)
                return False
            except (LinkError, ServerError):
                if self._line.is_live:
                    raise
                if not await self._line.settled():
                    return False

    async def send(self, inputs: Sequence[Event], sending: Sending) -> ClientRun:
        """Publish inputs that belong together; the last one is what an agent answers."""
        self._refuse_if_closed("send")
        if not inputs:
            raise error_for(40003, "there is nothing to send", hint="Give at least one input.")
        if sum(event["kind"] == "user-message" for event in inputs) > 1:
            raise error_for(
                40003,
                "a send may have one new message at most",
                hint="Send the others after it, or as further parts of the one message.",
            )
        await self._join()
        self._refuse_if_closed("send")
        self._refuse_if_detached()
        prepared = [self._prepare(event, sending) for event in inputs]
        message_id, event_id, _ = prepared[-1]
        run = ClientRun(self, message_id, event_id, sending)
        pairs = zip(inputs, prepared, strict=True)
        new = [made for event, made in pairs if event["kind"] == "user-message"]
        for _, _, messages in new:
            self.tree.propose(self._as_delivered(messages))
        try:
            await self._line.publish(*(one for _, _, messages in prepared for one in messages))
        except BaseException:
            # What the channel has shown by now is no proposal any more, and stays.
            for id, _, _ in new:
                self.tree.withdraw(id)
            run.close(error_for(104005, "the message was not sent"))
            raise
        self._runs.add(run)
        return run

    async def cancel(
        self,
        *,
        run_id: str | None = None,
        client_id: str | None = None,
        scope: str | None = None,
    ) -> list[str]:
        """Cancel one Run, those of a client, one's own (`scope="own"`) or all (`scope="all"`).

        Returns the ids of the Runs whose end was asked for. What this session has asked for and
        no agent has begun yet is cancelled with one's own, and has no id.
        """
        given = [value for value in (run_id, client_id, scope) if value is not None]
        if len(given) != 1 or scope not in (None, "own", "all"):
            raise error_for(
                40003,
                "it is not clear what to cancel",
                hint='Give one of run_id=, client_id=, scope="own" and scope="all".',
            )
        if run_id is not None:
            await self.publish_cancel(id_in(run_id, "Run"), None)
            return [run_id]
        await self.connect()
        whose = None if scope == "all" else self._own_id() if scope else id_in(client_id, "client")
        found = [
            node.key
            for node in self.tree.nodes
            if isinstance(node, RunNode)
            and node.status not in TERMINAL
            and whose in (None, node.client_id)
        ]
        for id in found:
            await self.publish_cancel(id, None)
        if whose in (None, self.client_id):
            for run in [run for run in self._runs if not run.run_id]:
                await run.cancel()
        return found

    def _heard(self, message: Wire) -> None:
        super()._heard(message)
        if message["name"] == wire.CANCEL_REFUSED:
            refusal = CancelRefused.read(Record(Inbound(message)))
            if refusal is not None:
                self._emitter.emit("cancel-refused", refusal)

    def _ended(self, reason: AITransportError) -> None:
        waited = f"{reason.message} while the run was waited for"
        self._give_up(error_for(reason.code, waited, hint=reason.hint))

    def _give_up(self, error: AITransportError) -> None:
        for run in list(self._runs):
            run.close(error)

    async def close(self) -> None:
        self._give_up(error_for(104004, "the session was closed while the run was waited for"))
        for view in list(self._views):
            view.close()
        await super().close()

    async def publish_cancel(self, run_id: str | None, input_message_id: str | None) -> None:
        self._refuse_if_closed("cancel")
        await self.connect()
        target = headers.of_cancel(str(uuid4()), run_id, input_message_id)
        await self._line.publish(ai_message(wire.AI_CANCEL, target))

    async def publish_steer(self, run_id: str, content: Any) -> str:
        """Publish a message into a Run; returns the message's id."""
        self._refuse_if_closed("steer")
        event = self.input_of(content)
        message_id, _, messages = self._prepare(event, Sending(run_id=run_id))
        await self._line.publish(*messages)
        return message_id

    def input_of(self, content: Input) -> Event:
        """Return an input: as it is given, or as the codec makes one of a text or a message."""
        if isinstance(content, Mapping) and isinstance(content.get("kind"), str):
            return dict(content)
        return self.codec.user_message(content)

    def _prepare(self, event: Event, sending: Sending) -> tuple[str, str, list[Wire]]:
        message_id = event.get("codecMessageId") or str(uuid4())
        event_id = str(uuid4())
        base = headers.of_input(
            message_id=message_id,
            event_id=event_id,
            client_id=self.client_id,
            role=sending.role,
            run_id=sending.run_id,
            parent=event.get("parent") or sending.parent,
            fork_of=sending.fork_of,
            regenerates=event.get("target") if event["kind"] == "regenerate" else None,
            supersedes=sending.supersedes,
        )
        messages = []
        for part in self.codec.encode_input(event):
            transport = {
                **base,
                **part.transport,
                wire.MESSAGE_ID: message_id,
                wire.STREAM: "false",
            }
            messages.append(ai_message(wire.AI_INPUT, transport, part.codec, part.data))
        return message_id, event_id, messages

    def _as_delivered(self, messages: Sequence[Wire]) -> list[Wire]:
        return [{**message, "action": 0, "clientId": self.client_id} for message in messages]

    def _own_id(self) -> str:
        if self.client_id is None:
            raise error_for(
                40012,
                "who is nobody in particular has no Runs of their own",
                hint="Connect with a client_id, or with a token that has one.",
            )
        return self.client_id

    def _refuse_if_detached(self) -> None:
        state = self._line.state
        if state not in ("attached", "attaching"):
            raise error_for(
                104007,
                f"unable to send: the channel is {state}",
                hint="Call connect() again, or make a new session.",
            )
