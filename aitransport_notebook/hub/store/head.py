"""What an operation makes of a message. Nothing here knows how messages are kept."""

from __future__ import annotations

from typing import Any

import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.protocol.encoding import room_taken, to_json
from aitransport_notebook.hub.protocol.frames import Message, MessageAction, Version
from aitransport_notebook.hub.protocol.log import Delivery, Place
from aitransport_notebook.hub.protocol.serials import time_of

APPEND = int(MessageAction.APPEND)
CREATE = int(MessageAction.CREATE)
UPDATE = int(MessageAction.UPDATE)

# What one more part costs in memory beyond its own bytes: an object and a place in the list.
_PART_OVERHEAD = 64
# The characters of what is around the data of a plain message.
_FEW = 4096


class Extras(msgspec.Struct, frozen=True):
    """Extras, and the number they are kept under."""

    ref: int
    value: dict[str, Any]


class Body(msgspec.Struct, frozen=True):
    """Data that has grown by appends: the first `count` of `parts`.

    Later bodies share the list, so that an append copies nothing and every earlier body stays
    exactly what it was.
    """

    parts: list[Any]
    count: int
    size: int
    # Its bytes; of text, as JSON writes it.
    written: int

    @classmethod
    def of(cls, *parts: str | bytes | None) -> Body:
        body = cls([], 0, 0, 0)
        for part in parts:
            body = body.plus(part)
        return body

    def plus(self, part: str | bytes | None) -> Body:
        if part is None:
            return self
        # Whoever appends first to a shared list extends it; any other branch takes its own.
        parts = self.parts if len(self.parts) == self.count else self.parts[: self.count]
        parts.append(part)
        return Body(
            parts,
            self.count + 1,
            self.size + len(part) + _PART_OVERHEAD,
            self.written + (len(part) if isinstance(part, bytes) else len(to_json(part)) - 2),
        )

    @property
    def room_taken(self) -> int:
        """How many bytes the data takes in a frame, at most: bytes take a third more as base64."""
        is_bytes = self.count and isinstance(self.parts[0], bytes)
        return -(-self.written // 3) * 4 if is_bytes else self.written

    @property
    def data(self) -> str | bytes | None:
        if self.count < 2:
            return self.parts[0] if self.count else None
        data: str | bytes = self.parts[0][:0].join(self.parts[: self.count])
        return data

    def takes(self, part: str | bytes) -> bool:
        return not self.count or isinstance(part, str) is isinstance(self.parts[0], str)


class Origin(msgspec.Struct, frozen=True):
    """What a message keeps from its creation, whatever is done to it later."""

    seq: int
    place: Place
    serial: str
    id: str
    client_id: str | None
    connection_id: str | None


class Operation(msgspec.Struct, frozen=True):
    """An update, a delete or an append. What is None stays as it was."""

    seq: int
    action: int
    data: str | bytes | None
    encoding: str | None
    name: str | None
    extras: Extras | None
    version: Version


class Head(msgspec.Struct, frozen=True):
    """A message as it was right after the operation numbered `latest`."""

    origin: Origin
    latest: int
    action: int
    body: Body
    encoding: str | None
    name: str | None
    extras: Extras | None
    version: Version

    @property
    def room_taken(self) -> int:
        """How many bytes the whole message takes in a frame, at most."""
        return self.body.room_taken + room_taken(self._as(self.action, None, self.encoding))

    @property
    def is_plain(self) -> bool:
        """Whether little is around the data but extras, which every publish has limited."""
        note, origin = self.version, self.origin
        texts = (origin.id, origin.client_id, self.name, self.encoding)
        return (
            note.description is None
            and note.metadata is None
            and sum(len(text) for text in texts if text) < _FEW
        )

    def message(self) -> Message:
        """Return the whole message."""
        return self._as(self.action, self.body.data, self.encoding)

    def delivery(self, appended: Operation | None = None) -> Delivery:
        """Return what subscribers get of the operation that led here."""
        if appended is None:
            return Delivery(self.message(), self.origin.seq)
        encoding = None if appended.data is None else self.encoding
        delta = self._as(APPEND, appended.data, encoding)
        return Delivery(delta, self.origin.seq, self.message)

    def apply(self, operation: Operation) -> Head:
        """Return the message after the operation; raise 40013 if an append does not fit."""
        body, encoding, name = self.body, self.encoding, self.name
        if operation.action == APPEND:
            action = UPDATE
            if operation.data is not None:
                encoding = self._encoding_with(operation.data, operation.encoding)
                body = body.plus(operation.data)
        else:
            action = operation.action
            if operation.data is not None:
                body, encoding = Body.of(operation.data), operation.encoding
            if operation.name is not None:
                name = operation.name
        extras = self.extras if operation.extras is None else operation.extras
        return Head(
            self.origin, operation.seq, action, body, encoding, name, extras, operation.version
        )

    def check_decodable(self, operation: Operation) -> None:
        """Raise 40013 if no client could decode what an append would make of the message.

        `apply` does not ask: whatever the log has is replayed.
        """
        joined = operation.action == APPEND and operation.data is not None and self.body.count
        if joined and "json" in (operation.encoding or "").split("/"):
            raise _misfit("two JSON values one after the other are none")

    def _encoding_with(self, data: str | bytes, encoding: str | None) -> str | None:
        if not self.body.takes(data):
            raise _misfit(f"{_kind(data)} cannot be appended to {_kind(self.body.parts[0])}")
        if self.body.count and encoding != self.encoding:
            raise _misfit(
                f"data with encoding {encoding!r} cannot be appended to data with "
                f"encoding {self.encoding!r}"
            )
        return encoding

    def _as(self, action: int, data: str | bytes | None, encoding: str | None) -> Message:
        origin = self.origin
        return Message(
            id=origin.id,
            name=self.name,
            data=data,
            encoding=encoding,
            extras=None if self.extras is None else self.extras.value,
            clientId=origin.client_id,
            connectionId=origin.connection_id,
            timestamp=time_of(origin.seq),
            serial=origin.serial,
            action=action,
            version=self.version,
        )


def _kind(data: str | bytes) -> str:
    return "text" if isinstance(data, str) else "bytes"


def _misfit(message: str) -> AITransportError:
    return error_for(
        40013,
        message,
        hint="Append data of the kind that the message has, or replace its data by an update.",
    )
