"""Errors of the package for what SQLite and Python raise."""

from __future__ import annotations

import sqlite3

from aitransport_notebook.errors import AITransportError, ServerError, error_for


def storage_failure(error: Exception, file: str) -> ServerError:
    """Return the error for something that could not be stored or read."""
    if isinstance(error, ServerError):
        return error
    if isinstance(error, sqlite3.Error) and "full" in str(error):
        message = f"the disk is full: {file} cannot grow"
        hint = f"Free some space on the disk that holds {file}, then publish again."
    else:
        message = f"the store {file} failed: {error}"
        hint = f"Check that {file} can be read and written and that its disk is in order."
    return ServerError(message, code=50003, hint=hint)


def not_unicode() -> AITransportError:
    """Return the error for text that has half of a character in it."""
    return error_for(40013, "text that is not valid Unicode", hint="Send whole characters.")
