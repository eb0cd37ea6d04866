"""A channel as it should be: slow, plain, and in memory."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.hub.protocol.frames import Message, MessageAction, Version
from aitransport_notebook.hub.protocol.log import Delivery
from aitransport_notebook.hub.protocol.serials import parse_serial

CREATE, UPDATE, DELETE, APPEND = (
    int(MessageAction[name]) for name in ("CREATE", "UPDATE", "DELETE", "APPEND")
)


@dataclass
class Model:
    """Every message as it is, every version of each, and what every operation left behind."""

    messages: dict[str, Message] = field(default_factory=dict)
    versions: dict[str, list[Message]] = field(default_factory=dict)
    told: list[tuple[str, Message]] = field(default_factory=list)
    # The messages whose last operation was an append.
    growing: set[str] = field(default_factory=set)

    def create(self, serial: str, message: Message, own_id: str) -> None:
        created = deepcopy(message)
        created.id, created.serial, created.action = own_id, serial, CREATE
        created.timestamp = time_of(serial)
        created.version = Version(serial=serial, timestamp=created.timestamp)
        self.messages[serial] = created
        self.versions[serial] = [deepcopy(created)]
        self.told.append((serial, deepcopy(created)))

    def operate(self, serial: str, said: Message) -> None:
        target = said.serial or ""
        now, is_append = self.messages[target], said.action == APPEND
        if said.data is not None:
            now.data = now.data + said.data if is_append and now.data is not None else said.data
            now.encoding = said.encoding
        if said.name is not None and not is_append:
            now.name = said.name
        if said.extras is not None:
            now.extras = said.extras
        now.action = UPDATE if is_append else said.action
        by = said.version or Version()
        now.version = Version(serial, time_of(serial), by.clientId, by.description, by.metadata)
        self._keep(serial, target, is_append)

    def refuses(self, said: Message) -> bool:
        """Tell whether an operation does not fit its message."""
        now = self.messages[said.serial or ""]
        if said.action != APPEND or said.data is None or now.data is None:
            return False
        kinds_differ = type(said.data) is not type(now.data) or said.encoding != now.encoding
        return kinds_differ or said.encoding == "json"

    def _keep(self, serial: str, target: str, is_append: bool) -> None:
        if is_append and target in self.growing:
            self.versions[target].pop()
        (self.growing.add if is_append else self.growing.discard)(target)
        self.versions[target].append(deepcopy(self.messages[target]))
        self.told.append((serial, deepcopy(self.messages[target])))


def time_of(serial: str) -> int:
    return parse_serial(serial) // 1000


def fold(seen: dict[str, Message], delivery: Delivery) -> None:
    """Follow a delivery as a client does that was there from the beginning."""
    message = deepcopy(delivery.message)
    serial = message.serial or ""
    if message.action == APPEND:
        before = seen[serial]
        message.action = UPDATE
        if message.data is None:
            message.data, message.encoding = before.data, before.encoding
        elif before.data is not None:
            message.data = before.data + message.data
    seen[serial] = message


def texts(messages: Any) -> list[str]:
    """Return messages for comparison: as text, because 1 == True and 1 == 1.0."""
    return [repr(message) for message in messages]
