"""The store: one log in one file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

from aitransport_notebook.errors import ServerError
from aitransport_notebook.hub.lock import FolderLock
from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Page, Place, Replay, Write, Written
from aitransport_notebook.hub.store import files
from aitransport_notebook.hub.store.failure import storage_failure
from aitransport_notebook.hub.store.reader import Reader
from aitransport_notebook.hub.store.retention import Retention
from aitransport_notebook.hub.store.state import Shaper
from aitransport_notebook.hub.store.vault import Vault
from aitransport_notebook.hub.store.writer import Writer

T = TypeVar("T")


def wall_clock() -> int:
    """Return the time in ms."""
    return time.time_ns() // 1_000_000


class Store:
    """A log that is written in batches.

    Whatever is written belongs to the open batch, and is stored when `commit` returns; nothing of
    it may be acknowledged before that. When anything raises ServerError, `rollback` drops the
    batch, and the store goes on from what is stored.

    `head`, `replay` and `rewind` see the open batch. `reader` sees what is stored; when it is
    `threadsafe`, it may be used in another thread, also while `commit` is under way. Nothing else
    may be.
    """

    def __init__(
        self,
        file: str,
        synchronous: files.Synchronous,
        clock: Callable[[], int],
        opened: ExitStack,
    ) -> None:
        connection = files.connect(file, synchronous)
        opened.callback(connection.close)
        self.file = file
        self.series = files.series_of(connection)
        self._clock = clock
        self._failure: ServerError | None = None
        self._connection = connection
        self._retention = Retention(connection, self._removed)
        self._retention.sweep()
        shape = Shaper(self.series)
        self._here = self.reader = Reader(connection, shape, file, threadsafe=False)
        self._writer = Writer(connection, self._here, shape, files.greatest_number(connection))
        self._vault = Vault(connection)
        if file != files.MEMORY:
            beside = files.connect_reader(file)
            opened.callback(beside.close)
            self.reader = Reader(beside, shape, file, threadsafe=True)
        self._opened = opened.pop_all()

    @classmethod
    def open(
        cls,
        folder: Path | None,
        *,
        synchronous: files.Synchronous = "FULL",
        clock: Callable[[], int] = wall_clock,
    ) -> Store:
        """Open the store of a folder, or one in memory; raise HubError if it cannot be used."""
        if folder is None:
            with ExitStack() as opened:
                return cls(files.MEMORY, synchronous, clock, opened)
        file = str(folder / files.FILE)
        files.make_folder(folder)
        try:
            with ExitStack() as opened:
                opened.callback(FolderLock(folder).close)
                return cls(file, synchronous, clock, opened)
        except (sqlite3.Error, OSError) as error:
            raise files.unusable(file, str(error)) from error

    def write(self, write: Write, now: int) -> Written:
        """Apply a write in the open batch; what is wrong with it is its answer's `error`."""
        return self._batched(self._writer.write, write, now)

    def commit(self) -> None:
        """Store the open batch. Made for another thread: nearly all of it is without the GIL."""
        if self._failure is not None:
            raise self._failure
        try:
            self._connection.commit()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def rollback(self) -> None:
        """Drop the open batch, and whatever was believed because of it."""
        self._writer.forget()
        try:
            self._connection.rollback()
            self._failure = None
        except sqlite3.Error as error:
            # The next batch is refused, and with its rollback this one is tried again.
            self._failed(error)

    def head(self, place: Place) -> int:
        """Return the number of the channel's newest operation; 0: there is none."""
        return self._here.head(place)

    def replay(self, place: Place, after: int, limit: int, room: int) -> Replay:
        """Return the operations kept after a number: at most so many, of so many bytes or one."""
        return self._here.replay(place, after, limit, room)

    def rewind(self, place: Place, limit: int, since: int | None = None) -> Page[Message]:
        """Return the newest messages, since a time (ms), oldest first, each as it is now."""
        return self._here.rewind(place, limit, since)

    def use_nonce(self, key: str, expires: int) -> bool:
        """Use a nonce up, in the open batch; return whether it was unused."""
        return self._batched(self._vault.use_nonce, key, expires, self._clock())

    def save_app(self, app: str, body: bytes) -> None:
        """Keep an app, in the open batch."""
        self._batched(self._vault.save_app, app, body)

    def apps(self) -> list[tuple[str, bytes]]:
        """Return all apps that are kept."""
        return self._batched(self._vault.apps)

    def delete_app(self, app: str) -> None:
        """Remove an app and all that is in its channels, in the open batch."""
        self._batched(self._vault.delete_app, app, self._writer.previous)
        self._batched(self._retention.mark_unswept)
        self._writer.forget()

    def secret(self, name: str) -> bytes:
        """Return 32 random bytes, the same for as long as the folder lives."""
        alone = not self._connection.in_transaction
        secret = self._batched(self._vault.secret, name)
        if alone:
            self.commit()
        return secret

    def prune(self, before_ms: int, keep: Callable[[Place], bool] | None = None) -> Iterator[int]:
        """Remove messages whose newest operation is older, and older presence events.

        Every step removes one small slice, in the open batch, and gives its number of rows.
        Commit after each; between steps anything else may be written.
        """
        slices = self._retention.prune(before_ms, keep or (lambda _: False))
        while (taken := self._batched(next, slices, None)) is not None:
            yield taken

    def close(self) -> None:
        """Close the file; an open batch is dropped."""
        with suppress(ServerError):
            self.rollback()
            self._batched(self._vault.keep_clock, self._writer.previous)
            self.commit()
        self._opened.close()

    def _removed(self, seq: int) -> None:
        self._writer.forget_message(seq)

    def _batched(self, do: Callable[..., T], *arguments: object) -> T:
        if self._failure is not None:
            raise self._failure
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            return do(*arguments)
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ServerError:
        """Refuse the rest of the batch: it could only be stored in part."""
        self._failure = storage_failure(error, self.file)
        return self._failure
