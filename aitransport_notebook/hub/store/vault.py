"""What the hub must not forget besides the log: nonces, sandbox apps, secrets."""

from __future__ import annotations

import secrets
import sqlite3

_SECRET_BYTES = 32

# Everything of an app, in an order in which each statement still finds what it needs.
_DELETE_APP = (
    *(
        f"DELETE FROM {table} WHERE channel IN (SELECT id FROM channel WHERE app = ?)"
        for table in ("op", "message", "presence")
    ),
    "DELETE FROM channel WHERE app = ?",
    "DELETE FROM app WHERE id = ?",
)


class Vault:
    """Keeps small things by name. Writes belong to the open batch."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def use_nonce(self, key: str, expires: int, now: int) -> bool:
        """Use a nonce up; return whether it was unused."""
        self._connection.execute("DELETE FROM nonce WHERE expires < ?", (now,))
        added = self._connection.execute(
            "INSERT OR IGNORE INTO nonce VALUES (?, ?)", (key, expires)
        )
        return added.rowcount == 1

    def save_app(self, app: str, body: bytes) -> None:
        self._connection.execute("INSERT OR REPLACE INTO app VALUES (?, ?)", (app, body))

    def apps(self) -> list[tuple[str, bytes]]:
        return self._connection.execute("SELECT id, body FROM app ORDER BY id").fetchall()

    def delete_app(self, app: str, greatest: int) -> None:
        """Remove an app and all that is in its channels."""
        for statement in _DELETE_APP:
            self._connection.execute(statement, (app,))
        self.keep_clock(greatest)

    def keep_clock(self, greatest: int) -> None:
        """Keep the greatest number given, in case no row has it."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('clock', ?)", (greatest,))

    def secret(self, name: str) -> bytes:
        """Return a secret; make it if it is asked for the first time."""
        key = f"secret:{name}"
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (key,)).fetchone()
        if row is not None:
            kept: bytes = row[0]
            return kept
        made = secrets.token_bytes(_SECRET_BYTES)
        self._connection.execute("INSERT INTO meta VALUES (?, ?)", (key, made))
        return made
