"""What an agent says, as a table: which event is which message on the wire, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.codec.fields import Event, Field, read_fields, write_fields
from aitransport_notebook.codec.operations import Append, Close, Open, Operation, Publish
from aitransport_notebook.codec.problems import clash, unknown_event
from aitransport_notebook.wire.names import KIND, PART_TYPE, Headers

Fields = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Payload:
    """How an event's values stand in the message's data."""

    encode: Callable[[Event], Any]
    decode: Callable[[Any], Event]


@dataclass(frozen=True, slots=True)
class Said:
    """An event that is one message. A type that ends in `-*` stands for all with that beginning."""

    type: str
    fields: Fields = ()
    payload: Payload | None = None
    ephemeral: Callable[[Event], bool] | None = None

    def encode(self, event: Event) -> Publish:
        data = self.payload.encode(event) if self.payload else ""
        ephemeral = self.ephemeral(event) if self.ephemeral else False
        headers = {KIND: event["type"], **write_fields(self.fields, event)}
        return Publish(data, headers, ephemeral)

    def decode(self, kind: str, headers: Headers, data: Any) -> Event:
        event = read_fields(self.fields, headers)
        if self.payload:
            event.update(self.payload.decode(data))
        event["type"] = kind
        return event


@dataclass(frozen=True, slots=True)
class Streamed:
    """Events that are one growing message: its start, each delta of text, and its end."""

    kind: str
    start: str
    delta: str
    end: str
    # Names the stream, in any of its three events.
    stream_id: Callable[[Event], str]
    # Where a delta has its text.
    delta_text: str
    fields: Fields = ()
    # What of the headers a rebuilt delta carries.
    delta_fields: Fields = ()
    # Tells apart groups that begin with the same event.
    starts_with: Callable[[Event], bool] = lambda event: True
    # Which fields the close repeats; None is all.
    closing: tuple[str, ...] | None = None
    # Rebuilds the end from the headers and the whole text.
    rebuild_end: Callable[[Headers, str], Event] | None = None
    rebuild_delta: Callable[[Headers, str], Event] | None = None
    # What an end without a start becomes, and how that is read.
    whole: Payload | None = None
    rebuild_whole: Callable[[Headers, Any], list[Event]] | None = None

    def encode_start(self, event: Event) -> Open:
        return Open(self.stream_id(event), self._headers(event))

    def encode_delta(self, event: Event) -> Append:
        text = event[self.delta_text]
        if not isinstance(text, str):
            raise TypeError(f"{self.delta_text!r} is not text")
        return Append(self.stream_id(event), text)

    def encode_end(self, event: Event) -> Close:
        otherwise = Publish(self.whole.encode(event), self._headers(event)) if self.whole else None
        return Close(self.stream_id(event), self._headers(event, self.closing), otherwise)

    def decode_start(self, headers: Headers) -> Event:
        return {"type": self.start, **read_fields(self.fields, headers)}

    def decode_delta(self, headers: Headers, text: str) -> Event:
        if self.rebuild_delta:
            return self.rebuild_delta(headers, text)
        event = read_fields(self.delta_fields, headers)
        event["type"] = self.delta
        event[self.delta_text] = text
        return event

    def decode_end(self, headers: Headers, text: str) -> Event:
        if self.rebuild_end:
            return self.rebuild_end(headers, text)
        return {"type": self.end, **read_fields(self.fields, headers)}

    def _headers(self, event: Event, keys: tuple[str, ...] | None = None) -> Headers:
        fields = [field for field in self.fields if keys is None or field.key in keys]
        return {KIND: self.kind, **write_fields(fields, event)}


@dataclass(frozen=True, slots=True)
class Unsaid:
    """An event that is deliberately kept off the wire."""

    type: str


class OutputTable:
    """All outputs of a codec, found by their type when written and by their kind when read."""

    def __init__(self, *entries: Said | Streamed | Unsaid) -> None:
        self.said: dict[str, Said] = {}
        self.families: list[tuple[str, Said]] = []
        self.streamed: dict[str, Streamed] = {}
        self._starts: dict[str, list[Streamed]] = {}
        self._later: dict[str, Callable[[Event], Operation]] = {}
        self._unsaid: set[str] = set()
        for entry in entries:
            self._add(entry)
        refuse_twice(_kind(entry) for entry in entries if not isinstance(entry, Unsaid))
        # A start alone may be others' too: they tell it apart, and one that is none of theirs
        # may be said as it is.
        refuse_twice(type for entry in entries for type in _sole_types(entry))
        refuse_twice([*self._starts, *self._later])

    def _add(self, entry: Said | Streamed | Unsaid) -> None:
        if isinstance(entry, Unsaid):
            self._unsaid.add(entry.type)
            return
        refuse_reserved(entry.fields, _kind(entry))
        if isinstance(entry, Streamed):
            self.streamed[entry.kind] = entry
            self._starts.setdefault(entry.start, []).append(entry)
            self._later |= {entry.delta: entry.encode_delta, entry.end: entry.encode_end}
        elif entry.type.endswith("-*"):
            self.families.append((entry.type[:-1], entry))
        else:
            self.said[entry.type] = entry

    def find(self, kind: str) -> Said | None:
        """Return what a message of this kind, that is not a stream, stands for."""
        exact = self.said.get(kind)
        if exact is not None:
            return exact
        return next((said for prefix, said in self.families if kind.startswith(prefix)), None)

    def knows(self, kind: str, streamed: bool) -> bool:
        """Tell whether a message of this kind says anything: as a stream, or as a whole."""
        group = self.streamed.get(kind)
        if streamed:
            return group is not None
        return self.find(kind) is not None or (
            group is not None and group.rebuild_whole is not None
        )

    def has(self, type: str) -> bool:
        """Tell whether an event of this type can be said, if only to stay off the wire."""
        known = (self._starts, self._later, self._unsaid)
        return any(type in names for names in known) or self.find(type) is not None

    @property
    def _types(self) -> list[str]:
        families = [said.type for _, said in self.families]
        return [*self.said, *families, *self._starts, *self._later, *self._unsaid]

    def encode(self, event: Mapping[str, Any]) -> Operation | None:
        """Return what the event asks of the channel; None for one that stays off the wire."""
        event = dict(event)
        type = event.get("type", "")
        for group in self._starts.get(type, ()):
            if group.starts_with(event):
                return group.encode_start(event)
        later = self._later.get(type)
        if later is not None:
            return later(event)
        if type in self._unsaid and type not in self.said:
            return None
        said = self.find(type)
        if said is None:
            raise unknown_event(type, self._types)
        return said.encode(event)

    def decode_whole(self, kind: str, headers: Headers, data: Any) -> list[Event]:
        """Return the events of a message that is not a stream."""
        group = self.streamed.get(kind)
        if group is not None and group.rebuild_whole is not None:
            return group.rebuild_whole(headers, data)
        said = self.find(kind)
        return [said.decode(kind, headers, data)] if said is not None else []


def _kind(entry: Said | Streamed) -> str:
    return entry.kind if isinstance(entry, Streamed) else entry.type


def _sole_types(entry: Said | Streamed | Unsaid) -> tuple[str, ...]:
    return (entry.delta, entry.end) if isinstance(entry, Streamed) else (entry.type,)


def refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise clash(name)
        seen.add(name)


def refuse_reserved(fields: Fields, owner: str) -> None:
    for field in fields:
        if field.key in (KIND, PART_TYPE):
            raise clash(f"{owner}.{field.key}")
