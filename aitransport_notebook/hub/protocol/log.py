"""The log as the protocol sees it: what is written, and what comes back.

The log numbers every operation, drops the ones it has had before, applies updates and appends to
the message they name, and keeps all of it. `aitransport_notebook.hub.store` implements it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of an app."""

    app: str
    channel: str


@dataclass(slots=True)
class Write:
    """Messages, or presence events, to be written as one: all of them or none.

    A realtime publish names its connection and msgSerial: the log applies such a pair once. A
    request on behalf of a connection names that alone.
    """

    place: Place
    messages: Sequence[Message] = ()
    presence: Sequence[PresenceMessage] = ()
    connection_id: str | None = None
    msg_serial: int | None = None
    # The client id that must have made the messages which are updated, where it matters.
    only_of: str | None = None
    # The claim that the publisher's token makes: an operation carries it whatever it leaves alone.
    claim: str | None = None
    # What a message may grow to, in bytes as it is written; None is no limit.
    largest: int | None = None


@dataclass(slots=True)
class Delivery:
    """One applied message as a subscriber gets it.

    `message` is for those who have seen the message before (an append carries its delta);
    `whole()` is for those who have not. `created` numbers the message's creation: an attachment
    that began after it has not seen it. `source` is the connection that published it.
    """

    message: Message
    created: int
    whole: Callable[[], Message] | None = None
    source: str | None = None


@dataclass(slots=True)
class Written:
    """What became of a write. A duplicate has its first serials and nothing to deliver."""

    serials: list[str | None] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    presence: list[PresenceMessage] = field(default_factory=list)
    channel_serial: str = ""
    timestamp: int = 0
    error: AITransportError | None = None


T = TypeVar("T")

Direction = Literal["backwards", "forwards"]


@dataclass(frozen=True, slots=True)
class Range:
    """A page of history: times in ms, both ends inside; numbers bound it further."""

    start: int | None = None
    end: int | None = None
    until: int | None = None
    cursor: int | None = None
    direction: Direction = "backwards"
    limit: int = 100


@dataclass(slots=True)
class Page(Generic[T]):
    """A page, and where the next one begins (None: this is the last)."""

    items: list[T]
    cursor: int | None = None


@dataclass(slots=True)
class Replay:
    """What a channel has had since a number, as much as fits one page.

    `after` is that number, or a greater one where retention has removed what came between: there
    begins what is kept. `next` is where the next page begins, if there is more.
    """

    deliveries: list[tuple[str, Delivery]]
    after: int
    next: int | None = None


class Log(Protocol):
    """What the realtime side asks of a store, inside one batch."""

    def write(self, write: Write, now: int) -> Written: ...

    def head(self, place: Place) -> int: ...

    def replay(self, place: Place, after: int, limit: int, room: int) -> Replay: ...

    def rewind(self, place: Place, limit: int, since: int | None = None) -> Page[Message]: ...
