"""A message as it stands: all of its deliveries put together, whatever way and order they came in.

What live appends add up to is what history shows, so a fold over records need not know which of
the two it was given.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from operator import attrgetter
from sys import intern
from typing import Any

from aitransport_notebook.wire.inbound import NO_HEADERS, Action, Inbound
from aitransport_notebook.wire.names import MESSAGE_ID, RUN_ID, STATUS, STREAM, Headers

COMPLETE = "complete"
CANCELLED = "cancelled"
_VERSION = attrgetter("version")
_SAYING = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE, Action.APPEND})


class Change(Enum):
    """What a delivery did to its record."""

    NOTHING = auto()
    # A stream has more text, or has ended.
    GREW = auto()
    # It says something else.
    REPLACED = auto()
    # It belongs somewhere else.
    MOVED = auto()


class Record:
    """One message. `serial` is its place on the channel, `version` the newest that is in it.

    Headers are taken as they are: whoever has a delivery from outside makes them clean first.
    """

    __slots__ = (
        "_text",
        "_unplaced",
        "client_id",
        "codec",
        "data",
        "deleted",
        "extras",
        "message_id",
        "name",
        "run_id",
        "serial",
        "streamed",
        "timestamp",
        "transport",
        "version",
        "version_client_id",
        "version_timestamp",
    )

    def __init__(self, delivery: Inbound) -> None:
        self.serial = delivery.serial
        self.name = intern(delivery.name)
        self.client_id = delivery.client_id
        self.timestamp = delivery.timestamp
        self.transport = self.codec = NO_HEADERS
        self.data: Any = None
        self._text: list[str] | None = None
        self._take(delivery)
        # Appends to a message whose beginning has not come yet.
        first = delivery.action == Action.APPEND
        self._unplaced: list[Inbound] | None = [delivery] if first else None

    @property
    def text(self) -> str:
        """What a stream has amounted to so far."""
        if self._text is None:
            return ""
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0]

    @property
    def state(self) -> str:
        """What is in it so far: what is known from a version on is less than all up to it."""
        return self.version if self._unplaced is None else f"only {self.version}"

    @property
    def status(self) -> str | None:
        """How a stream has ended, if it has."""
        status = self.transport.get(STATUS)
        return status if status in (COMPLETE, CANCELLED) else None

    def merge(self, delivery: Inbound) -> Change:
        """Take a further delivery in; what is older than what is here changes nothing."""
        if delivery.action not in _SAYING:
            return Change.NOTHING
        if self._unplaced is not None:
            return self._place(delivery)
        if delivery.version <= self.version:
            return Change.NOTHING
        if delivery.action == Action.APPEND:
            return self._append(delivery)
        return Change.NOTHING if delivery.action == Action.CREATE else self._replace(delivery)

    def _append(self, delivery: Inbound) -> Change:
        self._stamp(delivery)
        ended = self.status is not None
        added = delivery.data
        if not self.streamed:
            # Nobody streams a message that does not say so; history shows it in one piece.
            if isinstance(added, str) and isinstance(self.data, str):
                self.data += added
            return Change.REPLACED
        change = Change.REPLACED if ended else Change.GREW
        if self.data and isinstance(self.data, str):
            self._grow(self.data)
            self.data, change = None, Change.REPLACED
        if isinstance(added, str) and added:
            self._grow(added)
        if delivery.codec and delivery.codec != self.codec:
            self.codec = clean(delivery.codec)
            change = Change.REPLACED
        if delivery.transport and delivery.transport != self.transport:
            before, self.transport = self.transport, clean(delivery.transport)
            if not _same_but_status(before, self.transport):
                self._index()
                change = Change.MOVED
        return change

    def _grow(self, text: str) -> None:
        if self._text is None:
            self._text = [text]
        else:
            self._text.append(text)

    def _replace(self, delivery: Inbound) -> Change:
        before = (self.name, self.deleted, self.transport)
        self.name = intern(delivery.name) if delivery.name else self.name
        self._take(delivery)
        same = before[:2] == (self.name, self.deleted)
        same = same and _same_but_status(before[2], self.transport)
        return Change.REPLACED if same else Change.MOVED

    def _stamp(self, delivery: Inbound) -> None:
        version = delivery.version
        self.version = self.serial if version == self.serial else version
        self.version_timestamp = delivery.version_timestamp
        self.version_client_id = delivery.version_client_id

    def _take(self, delivery: Inbound) -> None:
        self._stamp(delivery)
        self.deleted = delivery.action == Action.DELETE
        self.extras = _besides_ai(delivery.extras)
        self.transport = delivery.transport
        self.codec = delivery.codec
        self._index()
        self.streamed = self.transport.get(STREAM) == "true"
        # What a stream is created with counts once it grows: nobody creates one with anything.
        began = not self.streamed or delivery.action == Action.CREATE
        self._text = None if began or not isinstance(delivery.data, str) else [delivery.data]
        self.data = delivery.data if began else None

    def _index(self) -> None:
        self.run_id = self.transport.get(RUN_ID)
        self.message_id = self.transport.get(MESSAGE_ID)

    def _place(self, delivery: Inbound) -> Change:
        """Put appends that came first behind the beginning that has come now."""
        unplaced = self._unplaced or []
        if delivery.action == Action.APPEND:
            if any(delivery.version == known.version for known in unplaced):
                return Change.NOTHING
            unplaced.append(delivery)
            return self._append(delivery)
        self._unplaced = None
        change = self._replace(delivery)
        for known in sorted(unplaced, key=_VERSION):
            self.merge(known)
        return change


def clean(given: dict[str, Any]) -> dict[str, Any]:
    """Keep headers that are plain; each text is in memory once, as they repeat."""
    kept = given.copy()
    try:
        for key, value in given.items():
            kept[key] = intern(value)
        return kept
    except TypeError:
        # Others put numbers where texts belong, and take them for what they are.
        return {key: value for key, value in given.items() if isinstance(value, str | int | float)}


class SharedHeaders:
    """Gives messages with the same headers the same dict: most of a Run's have."""

    def __init__(self, remembered: int) -> None:
        self._recent: deque[Headers] = deque(maxlen=remembered)

    def share(self, given: Headers) -> Headers:
        if not given:
            return NO_HEADERS
        for known in self._recent:
            if known == given:
                return known
        cleaned = clean(given)
        self._recent.appendleft(cleaned)
        return cleaned


def _same_but_status(one: Headers, other: Headers) -> bool:
    return {**one, STATUS: ""} == {**other, STATUS: ""}


def _besides_ai(extras: Any) -> dict[str, Any] | None:
    if not isinstance(extras, dict) or (len(extras) == 1 and "ai" in extras):
        return None
    return {key: value for key, value in extras.items() if key != "ai"}
