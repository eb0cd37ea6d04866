"""What a node amounts to: its records folded in the order of their serials."""

from __future__ import annotations

import logging
from bisect import insort
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from aitransport_notebook.codec.contract import Codec, CodecMessage
from aitransport_notebook.codec.decoding import events_of, growth_of
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.wire.names import AI_INPUT
from aitransport_notebook.wire.record import Record

P = TypeVar("P")
_SERIAL = attrgetter("serial")


Fold = Callable[[Any, Event, str | None], None]
_LOG = logging.getLogger("aitransport_notebook")


class Problem(NamedTuple):
    """A message that the codec could not fold, by its serial."""

    serial: str
    error: Exception


class Content(Generic[P]):
    """A node's records and their fold, which is made when it is asked for."""

    __slots__ = ("_folded", "_projection", "_seen", "problems", "records", "version")

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.problems: tuple[Problem, ...] = ()
        # The states of the records that are folded, empty for those that do not count.
        # Where there is none the fold begins anew.
        self._folded: list[str] = []
        self._projection: P | None = None
        # What the codec noted of a Run so far.
        self._seen: set[str] | None = None
        # Changes when messages are others than before, and not only more or longer.
        self.version = 0

    def add(self, record: Record) -> None:
        """Take a record in at its place."""
        if record.serial and self.records and not self.records[-1].serial:
            # The channel shows now what was shown before it had it.
            self.records = [known for known in self.records if known.serial]
            self.spoil()
        records = self.records
        if not records or not record.serial or records[-1].serial < record.serial:
            records.append(record)
        elif all(known is not record for known in records):
            insort(records, record, key=_SERIAL)
            self.spoil()

    def spoil(self) -> None:
        """Have everything folded anew, as something in the middle has changed."""
        self._folded = []
        self.version += 1

    def reuse(self, earlier: Content[P], counts: Callable[[Record], bool]) -> None:
        """Take over a fold that was made of the same records as they still are."""
        records = self.records[: len(earlier._folded)]
        states = [record.state if counts(record) else "" for record in records]
        if records == earlier.records[: len(records)] and states == earlier._folded:
            self._folded, self._projection = earlier._folded, earlier._projection
            self._seen, self.version = earlier._seen, earlier.version
            self.problems = earlier.problems
        else:
            self.version = earlier.version + 1

    def fold(self, codec: Codec[P], counts: Callable[[Record], bool]) -> list[Event]:
        """Fold what is not folded yet; returns the events of the last record, if it was."""
        if self._projection is None or not self._folded:
            self._projection, self._seen, self.problems = codec.empty(), set(), ()
        events: list[Event] = []
        for record in self.records[len(self._folded) :]:
            events = events_of(codec, record, self._seen)
            if counts(record):
                by_user = record.name == AI_INPUT
                self._fold(codec.fold_input if by_user else codec.fold_output, events, record)
                self._folded.append(record.state)
            else:
                events = []
                self._folded.append("")
        return events

    def grow(self, codec: Codec[P], record: Record, added: str, counts: bool) -> list[Event]:
        """Fold what a stream has just grown by; anew, where others came after it."""
        events = growth_of(codec, record, added) if counts else []
        if self._projection is None or not self._folded:
            return events
        if self.records[-1] is not record:
            self.spoil()
        elif len(self._folded) == len(self.records):
            self._folded[-1] = record.state
            self._fold(codec.fold_output, events, record)
        return events

    def _fold(self, fold: Fold, events: list[Event], record: Record) -> None:
        """Fold events one by one: what a codec chokes on must not take the rest along."""
        for event in events:
            try:
                fold(self._projection, event, record.message_id)
            except Exception as error:
                _LOG.warning("the codec cannot fold %s", record.serial, exc_info=error)
                self.problems = (*self.problems, Problem(record.serial, error))

    def messages(self, codec: Codec[P], counts: Callable[[Record], bool]) -> Sequence[CodecMessage]:
        if self._projection is None or len(self._folded) < len(self.records):
            self.fold(codec, counts)
        projection: Any = self._projection
        return codec.messages(projection)
