"""What Python is told of a session: which of its many messages are events for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.console.waiting import WaitingCall, waiting_calls
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.tree.events import RunEvent
from aitransport_notebook.tree.nodes import Node, RunError
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Action, Inbound

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession

RUN_START, RUN_END, NEEDS_PERSON = "run-start", "run-end", "needs-person"
MESSAGE, CANCEL_REFUSED, PROBLEM = "message", "cancel-refused", "problem"
_TURNS = {"start": RUN_START, "end": RUN_END, "suspend": NEEDS_PERSON}


class NeedsPerson(NamedTuple):
    """A Run was suspended, and waits for a person: what a `RunEvent` says, and which calls wait."""

    type: str
    run_id: str
    client_id: str
    invocation_id: str
    input_message_id: str | None
    reason: str | None
    error: RunError | None
    serial: str
    calls: list[WaitingCall]


class News:
    """Tells of what happens in a session from now on."""

    def __init__(self, session: ClientSession[Any], tell: Callable[[str, Any], None]) -> None:
        self._session = session
        self._tell = tell
        self._told: set[str] = set()
        session.tree.on("run", self._turned)
        session.tree.on("message", self._heard)
        session.on("cancel-refused", self._refused)
        session.on("error", self._failed)

    def _turned(self, event: RunEvent) -> None:
        name = _TURNS.get(event.type)
        if name == NEEDS_PERSON:
            calls = waiting_calls(self._session, event.run_id)
            self._tell(name, NeedsPerson(*event, calls))
        elif name is not None:
            self._tell(name, event)
        if event.type == "end":
            self._tell_messages(self._session.tree.run(event.run_id))

    def _heard(self, message: Inbound) -> None:
        said = message.name == wire.AI_INPUT and message.action == Action.CREATE
        id = message.transport.get(wire.MESSAGE_ID)
        if said and id and message.codec.get(wire.KIND) == "user-message":
            # Its other parts come with it, one after the other.
            asyncio.get_running_loop().call_soon(self._tell_message, id)

    def _tell_message(self, message_id: str) -> None:
        node = self._session.tree.node_of(message_id)
        self._tell_messages(node, message_id)

    def _tell_messages(self, node: Node | None, only: str | None = None) -> None:
        for id, message in self._session.tree.messages_of(node) if node is not None else ():
            if id not in self._told and only in (None, id):
                self._told.add(id)
                # It may change any time; who is told has it as it was.
                self._tell(MESSAGE, CodecMessage(id, deepcopy(message)))

    def _refused(self, refusal: CancelRefused) -> None:
        self._tell(CANCEL_REFUSED, refusal)

    def _failed(self, error: AITransportError) -> None:
        self._tell(PROBLEM, error)
