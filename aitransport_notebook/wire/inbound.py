"""A message as Ably delivers it, live or from history, read into what the fold needs."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from aitransport_notebook.errors import error_for
from aitransport_notebook.wire.names import Headers
from aitransport_notebook.wire.strict_json import from_json

NO_HEADERS: Headers = {}


class Action:
    """What a delivery does to its message."""

    CREATE: Final = 0
    UPDATE: Final = 1
    DELETE: Final = 2
    META: Final = 3
    SUMMARY: Final = 4
    APPEND: Final = 5


# The names that clients give the actions, which files that they wrote have.
_NAMED: Final = {
    "message.create": Action.CREATE,
    "message.update": Action.UPDATE,
    "message.delete": Action.DELETE,
    "meta": Action.META,
    "message.summary": Action.SUMMARY,
    "message.append": Action.APPEND,
}


class Inbound:
    """One delivery of a message. An append's `data` is what it adds; any other's is the whole."""

    __slots__ = (
        "action",
        "client_id",
        "codec",
        "data",
        "extras",
        "name",
        "serial",
        "timestamp",
        "transport",
        "version",
        "version_client_id",
        "version_timestamp",
    )

    def __init__(self, wire: Mapping[str, Any]) -> None:
        get = wire.get
        action = get("action", Action.CREATE)
        self.action: int = _NAMED.get(action, Action.META) if isinstance(action, str) else action
        # Empty where there is none.
        self.serial: str = get("serial") or ""
        self.name: str = get("name") or ""
        data = get("data")
        encoding = get("encoding")
        self.data: Any = decoded(data, encoding) if encoding else data
        self.client_id: str | None = get("clientId")
        self.timestamp: int | None = get("timestamp")
        version = get("version")
        if isinstance(version, dict):
            self.version: str = version.get("serial") or self.serial
            self.version_timestamp: int | None = version.get("timestamp")
            self.version_client_id: str | None = version.get("clientId")
        else:
            self.version = version if isinstance(version, str) else self.serial
            self.version_timestamp = self.version_client_id = None
        extras = get("extras")
        self.extras: Any = extras
        ai = extras.get("ai") if isinstance(extras, dict) else None
        if isinstance(ai, dict):
            transport, codec = ai.get("transport"), ai.get("codec")
            self.transport: Headers = transport if isinstance(transport, dict) else NO_HEADERS
            self.codec: Headers = codec if isinstance(codec, dict) else NO_HEADERS
        else:
            self.transport = self.codec = NO_HEADERS


def deliveries_in(items: Iterable[Mapping[str, Any] | Inbound]) -> Iterator[Inbound]:
    """Yield the deliveries in messages, and in frames of the protocol that carry some."""
    for item in items:
        if isinstance(item, Inbound):
            yield item
            continue
        if not isinstance(item, Mapping):
            raise error_for(
                40003,
                f"{item!r:.80} is not a message",
                hint="Give dicts as REST has them; a message of the ably client has `as_dict()`.",
            )
        carried = item.get("messages")
        if isinstance(carried, list):
            # What holds for all messages of a frame stands in the frame.
            yield from (Inbound({"timestamp": item.get("timestamp"), **each}) for each in carried)
        else:
            yield Inbound(item)


def decoded(data: Any, encoding: str) -> Any:
    """Undo the encodings of a message's data, last first, as far as they are known."""
    for step in reversed(encoding.split("/")):
        try:
            if step == "json" and isinstance(data, str | bytes):
                data = from_json(data)
            elif step == "base64" and isinstance(data, str | bytes):
                data = base64.b64decode(data)
            elif step == "utf-8" and isinstance(data, bytes):
                data = data.decode()
            else:
                return data
        except ValueError:
            return data
    return data
