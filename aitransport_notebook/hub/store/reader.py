"""What can be asked of the log."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage
from aitransport_notebook.hub.protocol.log import Delivery, Page, Place, Range, Replay, T
from aitransport_notebook.hub.protocol.serials import PER_MS, time_of
from aitransport_notebook.hub.store import queries
from aitransport_notebook.hub.store.content import decode_extras
from aitransport_notebook.hub.store.failure import not_unicode, storage_failure
from aitransport_notebook.hub.store.head import APPEND, Head
from aitransport_notebook.hub.store.state import Shaper, state_query

Row = tuple[Any, ...]

_HISTORY = {
    "backwards": state_query(queries.PICK_NEWEST),
    "forwards": state_query(queries.PICK_OLDEST),
}
_PRESENCE = {"backwards": queries.NEWEST_PRESENCE, "forwards": queries.OLDEST_PRESENCE}
_ONE = state_query(queries.PICK_ONE)
_VERSIONS = state_query(queries.PICK_VERSIONS)
_REPLAYED = state_query(queries.PICK_REPLAYED)


class Reader:
    """Reads through one connection, one query at a time, from whichever thread asks.

    `threadsafe` says whether it may be asked while a commit is under way: its connection is its
    own then, and it sees what has been committed. Otherwise it shares the writer's.
    """

    def __init__(
        self, connection: sqlite3.Connection, shape: Shaper, file: str, *, threadsafe: bool
    ) -> None:
        self.threadsafe = threadsafe
        self._connection = connection
        self._file = file
        self._shape = shape
        self._lock = threading.Lock()

    def history(self, place: Place, span: Range) -> Page[Message]:
        """Return messages in the order of their creation, each as it is now."""
        heads = self._heads(_HISTORY[span.direction], place, **_bounds(span))
        heads.sort(key=lambda head: head.origin.seq, reverse=span.direction == "backwards")
        return _page([(head.origin.seq, head.message()) for head in heads], span.limit)

    def message(self, place: Place, seq: int) -> Message | None:
        """Return one message as it is now."""
        head = self.state(place, seq)
        return None if head is None else head.message()

    def state(self, place: Place, seq: int) -> Head | None:
        """Return one message as it is now, ready for its next operation."""
        heads = self._heads(_ONE, place, seq=seq)
        return heads[0] if heads else None

    def versions(self, place: Place, seq: int, span: Range) -> Page[Message]:
        """Return what a message has been, oldest first; a run of appends is one version."""
        bounds = _bounds(span, direction="forwards")
        heads = self._heads(_VERSIONS, place, seq=seq, **bounds)
        heads.sort(key=lambda head: head.latest)
        return _page([(head.latest, head.message()) for head in heads], span.limit)

    def appends(self, place: Place, seq: int) -> list[tuple[int, str | bytes | None]]:
        """Return each append to a message: when it was made (ms), and what it added."""
        rows = self._rows(queries.APPENDS, place, seq=seq)
        return [(time_of(number), data) for number, data in rows]

    def presence_history(self, place: Place, span: Range) -> Page[PresenceMessage]:
        """Return presence events in the order in which they happened."""
        rows = self._rows(_PRESENCE[span.direction], place, **_bounds(span))
        return _page([(row[0], self._presence(row)) for row in rows], span.limit)

    def rewind(self, place: Place, limit: int, since: int | None = None) -> Page[Message]:
        """Return the newest messages, since a time (ms), oldest first, each as it is now."""
        page = self.history(place, Range(start=since, limit=limit))
        return Page(page.items[::-1], page.cursor)

    def replay(self, place: Place, after: int, limit: int, room: int) -> Replay:
        """Return the operations after a number, or after the last that has been removed.

        There are at most `limit` of them, with at most `room` of data, but at least one.
        """
        for (pruned,) in self._rows(queries.PRUNED, place):
            after = max(after, pruned)
        sizes = self._rows(queries.REPLAY_SIZES, place, low=after + 1, limit=limit + 1)
        fitting = _fitting(sizes, limit, room)
        if not fitting:
            return Replay([], after)
        last = sizes[fitting - 1][0]
        span = {"low": after + 1, "high": last}
        states = {head.origin.seq: head for head in self._heads(_REPLAYED, place, **span)}
        deliveries = {seq: head.delivery() for seq, head in states.items() if seq > after}
        for seq, delivery in deliveries.items():
            delivery.source = states[seq].origin.connection_id
        deliveries |= self._replayed_operations(place, states, span)
        return Replay(
            [(self._shape.serial(seq), deliveries[seq]) for seq in sorted(deliveries)],
            after,
            next=last if fitting < len(sizes) else None,
        )

    def head(self, place: Place) -> int:
        """Return the number of the channel's newest operation; 0: there is none."""
        rows = self._rows(queries.HEAD, place)
        number: int = rows[0][0] if rows else 0
        return number

    def channels(self, app: str, prefix: str = "", limit: int = 100, after: str = "") -> list[str]:
        """Return the names of an app's stored channels, in order."""
        place = Place(app, "")
        rows = self._rows(queries.CHANNELS, place, prefix=prefix, limit=limit, after=after)
        return [name for (name,) in rows]

    def _replayed_operations(
        self, place: Place, states: dict[int, Head], span: dict[str, int]
    ) -> dict[int, Delivery]:
        deliveries = {}
        rows = self._rows(queries.OPERATIONS, place, **span)
        for target, operation, connection_id in self._shape.operations(rows):
            head = states[target] = states[target].apply(operation)
            delivery = head.delivery(operation if operation.action == APPEND else None)
            delivery.source = connection_id
            deliveries[operation.seq] = delivery
        return deliveries

    def _presence(self, row: Row) -> PresenceMessage:
        seq, own_id, connection_id, msg_serial, index, client_id, action, data, *rest = row
        encoding, extras = rest
        return PresenceMessage(
            id=own_id or self._shape.message_id(connection_id, msg_serial, index, seq),
            action=action,
            clientId=client_id,
            connectionId=connection_id,
            data=data,
            encoding=encoding,
            extras=None if extras is None else decode_extras(extras),
            timestamp=time_of(seq),
        )

    def _heads(self, query: str, place: Place, **parameters: int) -> list[Head]:
        return self._shape.heads(self._rows(query, place, **parameters), place)

    def _rows(self, query: str, place: Place, **parameters: int | str) -> list[Row]:
        named = {"app": place.app, "name": place.channel, **parameters}
        try:
            with self._lock:
                return self._connection.execute(query, named).fetchall()
        except UnicodeEncodeError as error:
            raise not_unicode() from error
        except sqlite3.Error as error:
            raise storage_failure(error, self._file) from error


def _bounds(span: Range, *, direction: str | None = None) -> dict[str, int]:
    """Return the numbers that a range allows, and one more than the page holds."""
    low = 0 if span.start is None else span.start * PER_MS
    high = queries.FOREVER if span.end is None else span.end * PER_MS + PER_MS - 1
    if span.until is not None:
        high = min(high, span.until)
    if span.cursor is not None:
        if (direction or span.direction) == "backwards":
            high = min(high, span.cursor - 1)
        else:
            low = max(low, span.cursor + 1)
    return {"low": _clamp(low), "high": _clamp(high), "limit": span.limit + 1}


def _fitting(sizes: list[Row], limit: int, room: int) -> int:
    """Return how many operations fit a page; a page has at least one, if there is any."""
    fitting = 0
    for _, size in sizes[:limit]:
        room -= size
        if room < 0 and fitting:
            break
        fitting += 1
    return fitting


def _clamp(number: int) -> int:
    """Keep a number to what SQLite can hold; nothing is numbered beyond."""
    return max(-1, min(number, queries.FOREVER))


def _page(numbered: list[tuple[int, T]], limit: int) -> Page[T]:
    """Make a page of what was found; one more than the limit means that there is a next one."""
    items = [item for _, item in numbered[:limit]]
    return Page(items, numbered[limit - 1][0] if len(numbered) > limit else None)
