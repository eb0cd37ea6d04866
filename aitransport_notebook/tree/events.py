"""What a tree tells as it changes."""

from __future__ import annotations

from typing import NamedTuple

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.tree.nodes import RunError
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

_TYPES = {
    wire.RUN_START: "start",
    wire.RUN_SUSPEND: "suspend",
    wire.RUN_RESUME: "resume",
    wire.RUN_END: "end",
}


class RunEvent(NamedTuple):
    """A Run has started, been suspended or resumed, or ended."""

    type: str
    run_id: str
    client_id: str
    invocation_id: str
    # The message that asked for the Run.
    input_message_id: str | None
    reason: str | None
    error: RunError | None
    serial: str

    @classmethod
    def of(cls, record: Record) -> RunEvent:
        headers = record.transport
        type = _TYPES[record.name]
        reason = headers.get(wire.RUN_REASON, "complete") if type == "end" else None
        return cls(
            type,
            record.run_id or "",
            headers.get(wire.RUN_CLIENT_ID, ""),
            headers.get(wire.INVOCATION_ID, ""),
            headers.get(wire.INPUT_MESSAGE_ID),
            reason,
            RunError.read(headers) if reason == "error" else None,
            record.serial,
        )


class OutputEvent(NamedTuple):
    """What one delivery said, decoded."""

    # None where it is a user's message.
    run_id: str | None
    message_id: str | None
    events: list[Event]
    record: Record


class Update(NamedTuple):
    """What a reader sees has changed: one message where it is known, else anything."""

    message_id: str | None
