"""Turning SQLite's errors into the package's own."""

from __future__ import annotations

import sqlite3

from aitransport_notebook.errors import ServerError

_FULL = "full"


def storage_failure(error: sqlite3.Error, file: str) -> ServerError:
    """Return the error for something that could not be stored or read."""
    if _FULL in str(error):
        message = f"the disk is full: {file} cannot grow"
        hint = f"Free some space on the disk that holds {file}, then publish again."
    else:
        message = f"the store {file} failed: {error}"
        hint = f"Check that {file} can be read and written and that its disk is in order."
    return ServerError(message, code=50003, hint=hint)
