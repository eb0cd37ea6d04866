"""Opening the database: its file, its settings and its tables."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Literal

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.store.schema import GREATEST, TABLES, VERSION

FILE = "hub.sqlite3"
MEMORY = ":memory:"

Synchronous = Literal["FULL", "NORMAL"]

# JSON in scripts, window functions and materialized CTEs.
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
    try:
        connection = _connection(file)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        _prepare(connection, file)
    except sqlite3.Error as error:
        raise _unusable(file, str(error)) from error
    return connection


def connect_reader(file: str) -> sqlite3.Connection:
    """Open the database to read what has been committed."""
    connection = _connection(file)
    connection.execute("PRAGMA query_only = ON")
    return connection


def series(connection: sqlite3.Connection) -> str:
    """Return what every serial of this store has in common."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'series'").fetchone()
    made: str = row[0]
    return made


def greatest_number(connection: sqlite3.Connection) -> int:
    """Return the greatest number that has been given; 0: none has."""
    row = connection.execute(GREATEST).fetchone()
    greatest: int = row[0]
    return greatest


def _connection(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _prepare(connection: sqlite3.Connection, file: str) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise HubError(
            f"{file} was written by a newer version of aitransport-notebook",
            code=50003,
            hint="Upgrade with `pip install -U aitransport-notebook`, or use another folder.",
        )
    if version == VERSION:
        return
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise _unusable(file, "it has tables of something else")
    series = secrets.token_hex(5)
    connection.executescript(
        f"BEGIN; {TABLES} INSERT INTO meta VALUES ('series', '{series}');"
        f"PRAGMA user_version = {VERSION}; COMMIT;"
    )


def _unusable(file: str, why: str) -> HubError:
    return HubError(
        f"{file} cannot be used as the hub's store: {why}",
        code=50003,
        hint="Move the file away to begin with an empty store, or use another folder.",
    )
