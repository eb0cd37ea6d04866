"""Which realtime publishes have been written: each connection's msgSerials grow.

There is no table of receipts: rows carry their publish. A connection's are read only when it sends
a msgSerial that is not greater than its last, that is, when it tries again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from aitransport_notebook.hub.protocol.serials import PER_MS
from aitransport_notebook.hub.store.interning import Interning
from aitransport_notebook.hub.store.lru import Lru

# How long after a publish its connection may still try again, across a restart.
MEMORY_MS = 10 * 60 * 1000

_CONNECTIONS = 10_000
_EPHEMERAL = 10_000

_WRITTEN = """
SELECT msg_serial, idx, seq FROM message
WHERE seq > :since AND conn = :conn AND msg_serial IS NOT NULL
UNION ALL
SELECT msg_serial, idx, seq FROM op
WHERE seq > :since AND conn = :conn AND msg_serial IS NOT NULL
"""

# The number of each message of a publish, by its place in the publish.
Numbers = dict[int, int]


@dataclass(slots=True)
class _Connection:
    last: int
    written: dict[int, Numbers] | None


class Receipts:
    """Remembers what each connection has had written."""

    def __init__(self, connection: sqlite3.Connection, interning: Interning) -> None:
        self._connection = connection
        self._interning = interning
        self._connections: Lru[str, _Connection] = Lru(_CONNECTIONS)
        self._ephemeral: Lru[tuple[str, int], Numbers] = Lru(_EPHEMERAL)

    def find(self, connection_id: str, msg_serial: int, now: int) -> Numbers:
        """Return the numbers that a publish was given before; none if it is new."""
        connection = self._of(connection_id, now)
        if msg_serial > connection.last:
            return {}
        if connection.written is None:
            connection.written = self._read(connection_id, now)
        stored = connection.written.get(msg_serial, {})
        return stored | (self._ephemeral.get((connection_id, msg_serial)) or {})

    def add(
        self, connection_id: str, msg_serial: int, now: int, stored: Numbers, ephemeral: Numbers
    ) -> None:
        """Remember a publish, whatever there was in it to be stored."""
        connection = self._of(connection_id, now)
        if ephemeral:
            self._ephemeral.put((connection_id, msg_serial), ephemeral)
        if msg_serial > connection.last:
            # It goes on from here: what it did before matters only if it tries again.
            connection.last, connection.written = msg_serial, None
        elif connection.written is not None and stored:
            connection.written[msg_serial] = stored

    def forget(self) -> None:
        """Believe nothing that may not have been stored."""
        self._connections.clear()
        self._ephemeral.clear()

    def _of(self, connection_id: str, now: int) -> _Connection:
        connection = self._connections.get(connection_id)
        if connection is None:
            written = self._read(connection_id, now)
            connection = _Connection(max(written, default=-1), written)
            self._connections.put(connection_id, connection)
        return connection

    def _read(self, connection_id: str, now: int) -> dict[int, Numbers]:
        ref = self._interning.known_term(connection_id)
        if ref is None:
            return {}
        since = (now - MEMORY_MS) * PER_MS
        rows = self._connection.execute(_WRITTEN, {"since": since, "conn": ref})
        written: dict[int, Numbers] = {}
        for msg_serial, index, seq in rows:
            written.setdefault(msg_serial, {})[index] = seq
        return written
