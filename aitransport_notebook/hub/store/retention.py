"""Removing what is old, a little at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.serials import PER_MS

# Rows looked at, or removed, in one slice.
SLICE = 500

_OLD_MESSAGES = """
SELECT seq, coalesce((SELECT max(seq) FROM op WHERE target = message.seq), seq) FROM message
WHERE channel = ? AND seq > ? AND seq < ? ORDER BY seq LIMIT ?
"""
_OLD_PRESENCE = """
DELETE FROM presence WHERE seq IN (
    SELECT seq FROM presence WHERE channel = ? AND seq < ? ORDER BY seq LIMIT ?
)
"""
_DOOMED_OPERATIONS = """
DELETE FROM op WHERE seq IN (
    SELECT seq FROM op WHERE target IN (SELECT target FROM doomed) LIMIT ?
)
"""

_SWEEP = """
DELETE FROM op WHERE target IN (SELECT target FROM doomed);
DELETE FROM doomed;
DELETE FROM extras WHERE id NOT IN (
    SELECT extras FROM message WHERE extras IS NOT NULL
    UNION SELECT extras FROM op WHERE extras IS NOT NULL
    UNION SELECT extras FROM presence WHERE extras IS NOT NULL
);
DELETE FROM term WHERE id NOT IN (
    SELECT conn FROM message WHERE conn IS NOT NULL
    UNION SELECT client FROM message WHERE client IS NOT NULL
    UNION SELECT encoding FROM message WHERE encoding IS NOT NULL
    UNION SELECT name FROM message WHERE name IS NOT NULL
    UNION SELECT conn FROM op WHERE conn IS NOT NULL
    UNION SELECT client FROM op WHERE client IS NOT NULL
    UNION SELECT encoding FROM op WHERE encoding IS NOT NULL
    UNION SELECT name FROM op WHERE name IS NOT NULL
    UNION SELECT conn FROM presence WHERE conn IS NOT NULL
    UNION SELECT client FROM presence WHERE client IS NOT NULL
    UNION SELECT encoding FROM presence WHERE encoding IS NOT NULL
);
DELETE FROM meta WHERE name = 'unswept';
"""


class Retention:
    """Removes messages that nothing has touched for long, with all that belongs to them.

    A message goes first and its operations after it, slice by slice; `doomed` remembers those
    that are still to go, whatever happens in between.
    """

    def __init__(self, connection: sqlite3.Connection, removed: Callable[[int], None]) -> None:
        self._connection = connection
        self._removed = removed

    def prune(self, before_ms: int, keep: Callable[[Place], bool]) -> Iterator[int]:
        """Remove what is older, unless `keep` is for it; yield the rows that each slice took."""
        before = before_ms * PER_MS
        yield from self._operations()
        channels = self._connection.execute("SELECT id, app, name FROM channel").fetchall()
        for channel, app, name in channels:
            if not keep(Place(app, name)):
                yield from self._messages(channel, before)
                yield from self._presence(channel, before)

    def sweep(self) -> None:
        """Remove what nothing refers to any more. Numbers may be given anew after this."""
        if self._connection.execute("SELECT 1 FROM meta WHERE name = 'unswept'").fetchone():
            self._connection.executescript(f"BEGIN IMMEDIATE; {_SWEEP} COMMIT;")

    def mark_unswept(self) -> None:
        """Have the next opening sweep."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('unswept', 1)")

    def _messages(self, channel: int, before: int) -> Iterator[int]:
        examined = 0
        while True:
            parameters = (channel, examined, before, SLICE)
            rows = self._connection.execute(_OLD_MESSAGES, parameters).fetchall()
            if not rows:
                return
            examined = rows[-1][0]
            old = [(seq, latest) for seq, latest in rows if latest < before]
            self._doom(channel, old)
            yield len(old)
            yield from self._operations()

    def _doom(self, channel: int, messages: list[tuple[int, int]]) -> None:
        if not messages:
            return
        execute, numbers = self._connection.executemany, [(seq,) for seq, _ in messages]
        execute("INSERT INTO doomed VALUES (?)", numbers)
        execute("DELETE FROM message WHERE seq = ?", numbers)
        greatest = max(latest for _, latest in messages)
        execute("UPDATE channel SET pruned = max(pruned, ?) WHERE id = ?", [(greatest, channel)])
        self.mark_unswept()
        for seq, _ in messages:
            self._removed(seq)

    def _operations(self) -> Iterator[int]:
        while self._connection.execute("SELECT 1 FROM doomed").fetchone():
            taken = self._connection.execute(_DOOMED_OPERATIONS, (SLICE,)).rowcount
            if taken < SLICE:
                self._connection.execute("DELETE FROM doomed")
            yield taken

    def _presence(self, channel: int, before: int) -> Iterator[int]:
        taken = SLICE
        while taken == SLICE:
            parameters = (channel, before, SLICE)
            taken = self._connection.execute(_OLD_PRESENCE, parameters).rowcount
            yield taken
