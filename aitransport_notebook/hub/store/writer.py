"""Writing: what has been written before is answered again, what is new is planned and stored."""

from __future__ import annotations

import sqlite3

from aitransport_notebook.errors import AITransportError, ServerError
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.serials import time_of
from aitransport_notebook.hub.store.failure import not_unicode
from aitransport_notebook.hub.store.fleeting import FleetingIds
from aitransport_notebook.hub.store.head import Head
from aitransport_notebook.hub.store.interning import Interning
from aitransport_notebook.hub.store.lru import Lru
from aitransport_notebook.hub.store.plan import Plan, Planner
from aitransport_notebook.hub.store.reader import Reader
from aitransport_notebook.hub.store.receipts import Receipts
from aitransport_notebook.hub.store.state import Shaper

_HEADS = 4_096
_HEADS_ROOM = 64 * 1024 * 1024

_INSERT_MESSAGE = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_OPERATION = "INSERT INTO op VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PRESENCE = "INSERT INTO presence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OWN_ID = "SELECT seq FROM message WHERE channel = ? AND id = ?"


class Writer:
    """Applies writes through one connection; whoever owns that begins and commits.

    `previous` is the greatest number given so far.
    """

    def __init__(
        self, connection: sqlite3.Connection, reader: Reader, shape: Shaper, previous: int
    ) -> None:
        self.previous = previous
        self._connection = connection
        self._reader = reader
        self._shape = shape
        self._interning = Interning(connection)
        self._receipts = Receipts(connection, self._interning)
        self._fleeting = FleetingIds()
        self._heads: Lru[int, Head] = Lru(_HEADS, _HEADS_ROOM, lambda _, head: head.body.size)
        self._planner = Planner(self._interning, shape, self._head, self._own_id)

    def write(self, write: Write, now: int) -> Written:
        """Apply a write, or say why it cannot be; raise only if it could not be stored."""
        try:
            retried = self._retried(write, now)
            if retried is not None:
                return retried
            plan = self._planner.plan(write, self.previous, now)
        except UnicodeEncodeError:
            return Written(error=not_unicode())
        except ServerError:
            raise
        except AITransportError as error:
            return Written(error=error)
        self._store(plan)
        self._remember(plan, now)
        return plan.answer

    def forget(self) -> None:
        """Believe nothing that may not have been stored."""
        self._interning.forget()
        self._receipts.forget()
        self._fleeting.forget()
        self._heads.clear()

    def forget_message(self, seq: int) -> None:
        """Forget a message that has been removed."""
        self._heads.drop(seq)

    def _store(self, plan: Plan) -> None:
        insert = self._connection.executemany
        if plan.messages:
            insert(_INSERT_MESSAGE, plan.messages)
        if plan.operations:
            insert(_INSERT_OPERATION, plan.operations)
        if plan.presence:
            insert(_INSERT_PRESENCE, plan.presence)

    def _remember(self, plan: Plan, now: int) -> None:
        self.previous = max(self.previous, plan.newest)
        for seq, head in plan.heads.items():
            self._heads.put(seq, head)
        write = plan.write
        for index, seq in plan.ephemeral.items():
            own_id = write.messages[index].id
            if own_id:
                self._fleeting.add(write.place, own_id, seq)
        if write.connection_id is not None and write.msg_serial is not None:
            self._receipts.add(
                write.connection_id, write.msg_serial, now, plan.stored, plan.ephemeral
            )

    def _retried(self, write: Write, now: int) -> Written | None:
        """Return the first answer to a publish that has been written before."""
        if write.connection_id is None or write.msg_serial is None or not write.messages:
            return None
        numbers = self._receipts.find(write.connection_id, write.msg_serial, now)
        if not numbers:
            return None
        serials: list[str | None] = []
        for index, message in enumerate(write.messages):
            seq = numbers.get(index)
            if seq is None and message.id:
                # It was the second create with its id, so it was not stored itself.
                seq = self._own_id(write.place, message.id, now)
            serials.append(None if seq is None else self._shape.serial(seq))
        return Written(
            serials,
            channel_serial=self._shape.serial(max(numbers.values())),
            timestamp=time_of(min(numbers.values())),
        )

    def _head(self, place: Place, seq: int) -> Head | None:
        head = self._heads.get(seq)
        if head is None:
            return self._reader.state(place, seq)
        return head if head.origin.place == place else None

    def _own_id(self, place: Place, own_id: str, now: int) -> int | None:
        fleeting = self._fleeting.find(place, own_id, now)
        if fleeting is not None:
            return fleeting
        parameters = (self._interning.channel(place), own_id)
        row = self._connection.execute(_OWN_ID, parameters).fetchone()
        return None if row is None else row[0]
