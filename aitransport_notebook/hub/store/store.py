"""The store: one log in one file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from aitransport_notebook.errors import ServerError
from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Place, Replay, Write, Written
from aitransport_notebook.hub.store import files
from aitransport_notebook.hub.store.failure import storage_failure
from aitransport_notebook.hub.store.lock import FolderLock
from aitransport_notebook.hub.store.reader import Reader
from aitransport_notebook.hub.store.schema import GREATEST
from aitransport_notebook.hub.store.state import Shaper
from aitransport_notebook.hub.store.writer import Writer


class Store:
    """A log that is written in batches.

    Whatever is written belongs to the open batch, and is stored when `commit` returns; until then
    nothing of it may be acknowledged. If anything raises ServerError, `rollback` drops the batch.
    `write`, `head`, `replay` and `rewind` see the open batch; `reader` sees what is stored.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        reader: Reader | None,
        file: str,
        lock: FolderLock | None,
    ) -> None:
        (series,) = connection.execute("SELECT value FROM meta WHERE name = 'series'").fetchone()
        (previous,) = connection.execute(GREATEST).fetchone()
        self.series: str = series
        self.file = file
        self._connection = connection
        self._lock = lock
        self._failed: ServerError | None = None
        shape = Shaper(series)
        self._here = Reader(connection, shape, file, threadsafe=False)
        self._writer = Writer(connection, self._here, shape, previous)
        self.reader = reader or self._here

    @classmethod
    def open(cls, folder: Path | None, *, synchronous: files.Synchronous = "FULL") -> Store:
        """Open the store of a folder, or one in memory."""
        if folder is None:
            return cls(files.connect(files.MEMORY, synchronous), None, files.MEMORY, None)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(folder)
        file = str(folder / files.FILE)
        try:
            connection = files.connect(file, synchronous)
            (series,) = connection.execute(
                "SELECT value FROM meta WHERE name = 'series'"
            ).fetchone()
            reader = Reader(files.connect_reader(file), Shaper(series), file, threadsafe=True)
            return cls(connection, reader, file, lock)
        except BaseException:
            lock.close()
            raise

    def write(self, write: Write, now: int) -> Written:
        """Apply a write in the open batch."""
        try:
            self._begin()
            return self._writer.write(write, now)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def commit(self) -> None:
        """Store the open batch. This alone may run in another thread, and releases the GIL."""
        try:
            self._connection.commit()
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def rollback(self) -> None:
        """Drop the open batch, and whatever was believed because of it."""
        self._connection.rollback()
        self._writer.forget()
        self._failed = None

    def head(self, place: Place) -> int:
        return self._here.head(place)

    def replay(self, place: Place, after: int, limit: int) -> Replay:
        return self._here.replay(place, after, limit)

    def rewind(self, place: Place, *, count: int | None, since: int | None) -> list[Message]:
        return self._here.rewind(place, count=count, since=since)

    def close(self) -> None:
        """Close the file; an open batch is dropped."""
        self.reader.close()
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    def _begin(self) -> None:
        if self._failed is not None:
            raise self._failed
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _failure(self, error: sqlite3.Error) -> ServerError:
        self._failed = storage_failure(error, self.file)
        return self._failed
