"""Writes and reads in few words, for the tests of `hub.store`."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

from aitransport_notebook.hub.protocol.frames import Message, MessageAction, Version
from aitransport_notebook.hub.protocol.log import Delivery, Place, Range, Write, Written
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store

NOW = 1_800_000_000_000
PLACE = Place("app", "room")
ELSEWHERE = Place("app", "elsewhere")
# Of a page that holds any data.
ROOM = 1 << 40

UPDATE, DELETE, APPEND = MessageAction.UPDATE, MessageAction.DELETE, MessageAction.APPEND

Data = str | bytes | None


class Publisher:
    """Publishes on one connection, a msgSerial at a time, each in its own millisecond."""

    def __init__(
        self,
        store: Store,
        *,
        place: Place = PLACE,
        connection: str | None = "conn",
        client: str | None = "ann",
        start: int = NOW,
        first_serial: int = 0,
    ) -> None:
        self.store = store
        self.place = place
        self.connection = connection
        self.client = client
        self._clock = count(start)
        self._serials = count(first_serial)

    def send(
        self, *messages: Message, place: Place | None = None, only_of: str | None = None
    ) -> Written:
        msg_serial = None if self.connection is None else next(self._serials)
        return self.send_again(msg_serial, *messages, place=place, only_of=only_of)

    def send_again(
        self,
        msg_serial: int | None,
        *messages: Message,
        place: Place | None = None,
        only_of: str | None = None,
    ) -> Written:
        write = Write(
            place or self.place,
            messages=messages,
            connection_id=self.connection,
            msg_serial=msg_serial,
            only_of=only_of,
        )
        return self.store.write(write, next(self._clock))

    def create(self, data: Data = None, **fields: Any) -> str:
        return one_serial(self.send(self.message(data, **fields)))

    def message(self, data: Data = None, **fields: Any) -> Message:
        return Message(data=data, clientId=self.client, connectionId=self.connection, **fields)

    def operate(self, action: int, serial: str, data: Data = None, **fields: Any) -> Written:
        return self.send(operation(action, serial, data, **fields))

    def append(self, serial: str, data: Data, **fields: Any) -> Written:
        return self.operate(APPEND, serial, data, **fields)

    def update(self, serial: str, data: Data = None, **fields: Any) -> Written:
        return self.operate(UPDATE, serial, data, **fields)

    def delete(self, serial: str, data: Data = None, **fields: Any) -> Written:
        return self.operate(DELETE, serial, data, **fields)


def operation(action: int, serial: str, data: Data = None, **fields: Any) -> Message:
    version = fields.pop("version", Version(clientId="bob"))
    return Message(action=action, serial=serial, data=data, version=version, **fields)


def one_serial(written: Written) -> str:
    assert written.error is None
    (serial,) = written.serials
    assert serial is not None
    return serial


def one_delivery(written: Written) -> Delivery:
    assert written.error is None
    (delivery,) = written.deliveries
    return delivery


def whole(delivery: Delivery) -> Message:
    """Return the message as one gets it who has not seen it before."""
    return delivery.whole() if delivery.whole else delivery.message


def refusal(written: Written) -> int:
    """Return the code of the error that a write was answered with."""
    assert written.error is not None
    assert not written.serials
    assert not written.deliveries
    assert written.error.hint
    return written.error.code


def message_now(store: Store, serial: str, place: Place = PLACE) -> Message:
    message = store.reader.message(place, parse_serial(serial))
    assert message is not None
    return message


def everything(store: Store, place: Place = PLACE) -> list[Message]:
    """Return all of a channel's messages, oldest first, read page by page."""
    found: list[Message] = []
    cursor: int | None = None
    while True:
        span = Range(direction="forwards", limit=7, cursor=cursor)
        page = store.reader.history(place, span)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


def as_if_killed(folder: Path, copy: Path) -> Store:
    """Open a copy of a folder as it is on disk now, while a store has it open."""
    copytree(folder, copy)
    return Store.open(copy)
