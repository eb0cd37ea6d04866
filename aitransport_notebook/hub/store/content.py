"""What publishers attach to messages and operations, as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from aitransport_notebook.errors import error_for


class Note(msgspec.Struct, omit_defaults=True):
    """What an operation's author says of it."""

    description: str | None = None
    metadata: dict[str, Any] | None = None


def encode(value: dict[str, Any] | Note) -> bytes:
    """Write JSON; raise 40013 if the value is none."""
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise error_for(
            40013, f"extras or metadata that are not JSON: {error}", hint="Use JSON values only."
        ) from error


def decode_extras(body: str | bytes) -> dict[str, Any]:
    """Read extras."""
    extras: dict[str, Any] = msgspec.json.decode(body)
    return extras


def decode_note(body: str) -> Note:
    """Read a note."""
    return msgspec.json.decode(body, type=Note)
