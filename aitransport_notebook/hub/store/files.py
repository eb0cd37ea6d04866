"""Opening the database: its file, its settings and its tables."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.store.schema import GREATEST, TABLES, VERSION

FILE = "hub.sqlite3"
MEMORY = ":memory:"

Synchronous = Literal["FULL", "NORMAL"]

# With window functions and materialized common table expressions.
_OLDEST_SQLITE = (3, 35, 0)
_PAGE_CACHE_KIB = 16 * 1024
_WAL_KEPT_BYTES = 16 * 1024 * 1024


def connect(file: str, synchronous: Synchronous) -> sqlite3.Connection:
    """Open the database to write, and make its tables if it is new."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        raise HubError(
            f"SQLite {sqlite3.sqlite_version} is too old",
            code=50003,
            hint=f"Use a Python whose sqlite3 has SQLite {oldest} or newer.",
        )
    with _connected(file) as connection:
        is_new = _check(connection, file)
        # A commit that fills 1000 pages of WAL also moves them to the file (wal_autocheckpoint).
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if is_new:
            _make_tables(connection)
    return connection


def connect_reader(file: str) -> sqlite3.Connection:
    """Open the database to read what has been committed."""
    with _connected(file) as connection:
        connection.execute("PRAGMA query_only = ON")
    return connection


def series_of(connection: sqlite3.Connection) -> str:
    """Return what every serial of this store has in common."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'series'").fetchone()
    made: str = row[0]
    return made


def greatest_number(connection: sqlite3.Connection) -> int:
    """Return the greatest number that has been given; 0: none has."""
    row = connection.execute(GREATEST).fetchone()
    greatest: int = row[0]
    return greatest


@contextmanager
def _connected(file: str) -> Iterator[sqlite3.Connection]:
    """Connect, and stay connected unless setting up fails."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
        yield connection
    except BaseException:
        connection.close()
        raise


def _check(connection: sqlite3.Connection, file: str) -> bool:
    """Return whether the database is new; raise HubError if it is not ours to use."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    has_tables = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
    if version > VERSION and has_tables:
        raise HubError(
            f"{file} was written by a newer version of aitransport-notebook",
            code=50003,
            hint="Upgrade with `pip install -U aitransport-notebook`, or use another folder.",
        )
    if version != VERSION and has_tables:
        raise unusable(file, "it has the tables of something else")
    return not has_tables


def _make_tables(connection: sqlite3.Connection) -> None:
    # Not a secret: it only tells the serials of one store from those of another.
    series = secrets.token_hex(5)
    connection.executescript(
        f"BEGIN; {TABLES} INSERT INTO meta VALUES ('series', '{series}');"
        f"PRAGMA user_version = {VERSION}; COMMIT;"
    )


def make_folder(folder: Path) -> None:
    """Make the folder of a store, unless it is there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HubError(
            f"cannot make the folder {folder}: {error.strerror}",
            code=50003,
            hint="Name another folder, in a place where you can write.",
        ) from error


def unusable(file: str, why: str) -> HubError:
    """Return the error for a file that cannot be opened as a store."""
    return HubError(
        f"{file} cannot be used as the hub's store: {why}",
        code=50003,
        hint="Move the file away to begin with an empty store, or use another folder.",
    )
