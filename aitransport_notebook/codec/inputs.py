"""What a user says, as a table: which input is which message on the wire, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.codec.fields import Event, pick, read_fields, write_fields
from aitransport_notebook.codec.operations import Publish
from aitransport_notebook.codec.outputs import Fields, Payload, refuse_reserved, refuse_twice
from aitransport_notebook.codec.problems import unknown_input
from aitransport_notebook.errors import error_for
from aitransport_notebook.wire.names import DISCRETE, KIND, MESSAGE_ID, PART_TYPE, Headers


@dataclass(frozen=True, slots=True)
class Signal:
    """An input that only says that it happened: what it is about stands in the wire's headers."""

    kind: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """An input that changes a message which is there, by its `payload`."""

    kind: str
    fields: Fields = ()
    payload: Payload | None = None

    def encode(self, event: Event) -> Publish:
        source = event.get("payload")
        if not isinstance(source, Mapping):
            raise error_for(
                40003,
                f"the input {self.kind!r} has no payload",
                hint=f"Make it with the codec's own factory for {self.kind}.",
            )
        data = self.payload.encode(dict(source)) if self.payload else ""
        return Publish(data, {KIND: self.kind, **write_fields(self.fields, source)})

    def decode(self, headers: Headers, data: Any, transport: Headers) -> Event:
        payload = read_fields(self.fields, headers)
        if self.payload:
            payload.update(self.payload.decode(data))
        target = transport.get(MESSAGE_ID, "")
        return {"kind": self.kind, "codecMessageId": target, "payload": payload}


# What a user who approves of a tool call has put in the place of its arguments, if anything.
EDITED = Payload(
    lambda payload: pick(payload, "arguments") or "", lambda data: pick(data, "arguments")
)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of part of a new message. A type that ends in `-*` stands for a family."""

    type: str
    fields: Fields = ()
    payload: Payload | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """An input that is a new message, of which each part is a message on the wire."""

    kind: str
    parts: tuple[Part, ...]
    # The parts of an input that can be written: at least one.
    explode: Callable[[Event], Sequence[Event]]
    # What of the message each part carries: codec headers, and headers of the wire.
    envelope: Callable[[Event], tuple[Headers, Headers]]
    # An input again, of one part, from the part and both kinds of headers.
    assemble: Callable[[Event, Headers, Headers], Event]

    def part(self, type: str) -> Part | None:
        exact = next((part for part in self.parts if part.type == type), None)
        if exact is not None:
            return exact
        families = (part for part in self.parts if part.type.endswith("-*"))
        return next((part for part in families if type.startswith(part.type[:-1])), None)

    def encode(self, event: Event) -> list[Publish]:
        codec, transport = self.envelope(event)
        transport = {**transport, DISCRETE: "true"}
        published = []
        for value in self.explode(event):
            part = self.part(value["type"])
            if part is None:
                continue
            headers = {KIND: self.kind, **write_fields(part.fields, value), **codec}
            headers[PART_TYPE] = value["type"]
            data = part.payload.encode(value) if part.payload else ""
            published.append(Publish(data, headers, transport=transport))
        return published or [Publish("", {KIND: self.kind, **codec}, transport=transport)]

    def decode(self, headers: Headers, data: Any, transport: Headers) -> list[Event]:
        type = _part_type(headers)
        part = self.part(type)
        if part is None:
            return []
        value = read_fields(part.fields, headers)
        if part.payload:
            value.update(part.payload.decode(data))
        value["type"] = type
        return [{"kind": self.kind, **self.assemble(value, headers, transport)}]


class InputTable:
    """All inputs of a codec, by their kind."""

    def __init__(self, *entries: Signal | Amendment | Composed) -> None:
        self._by_kind: dict[str, Signal | Amendment | Composed] = {}
        refuse_twice(entry.kind for entry in entries)
        for entry in entries:
            self._by_kind[entry.kind] = entry
            if isinstance(entry, Amendment):
                refuse_reserved(entry.fields, entry.kind)
            elif isinstance(entry, Composed):
                refuse_twice(part.type for part in entry.parts)
                for part in entry.parts:
                    refuse_reserved(part.fields, f"{entry.kind} {part.type}")

    @property
    def kinds(self) -> list[str]:
        return list(self._by_kind)

    def has(self, kind: str) -> bool:
        return kind in self._by_kind

    def encode(self, event: Mapping[str, Any]) -> list[Publish]:
        """Return the messages that the input becomes; they belong together."""
        entry = self._by_kind.get(event.get("kind", ""))
        if entry is None:
            raise unknown_input(event.get("kind", ""), self._by_kind)
        if isinstance(entry, Signal):
            return [Publish("", {KIND: entry.kind})]
        if isinstance(entry, Amendment):
            return [entry.encode(dict(event))]
        return entry.encode(dict(event))

    def knows(self, headers: Headers) -> bool:
        """Tell whether a message with these codec headers says anything."""
        entry = self._by_kind.get(headers.get(KIND, ""))
        if isinstance(entry, Composed):
            return entry.part(_part_type(headers)) is not None
        return isinstance(entry, Amendment)

    def decode(self, headers: Headers, data: Any, transport: Headers) -> list[Event]:
        entry = self._by_kind.get(headers.get(KIND, ""))
        if isinstance(entry, Composed):
            return entry.decode(headers, data, transport)
        if isinstance(entry, Amendment):
            return [entry.decode(headers, data, transport)]
        return []


def _part_type(headers: Headers) -> str:
    type: object = headers.get(PART_TYPE)
    return type if isinstance(type, str) else ""
