"""How a Run ends, as it is told."""

from __future__ import annotations

from aitransport_notebook.errors import AITransportError

# Each with the reason that its open step then ends for.
REASONS = {"complete": "complete", "cancelled": "cancelled", "error": "failed"}


def told(error: Exception | None) -> tuple[int, str] | None:
    """Return a code and a message that can be told to everyone."""
    if error is None:
        return None
    if isinstance(error, AITransportError):
        return error.code, _sayable(error.message)
    return 104008, _sayable(str(error) or type(error).__name__)


def _sayable(text: str) -> str:
    """Put a mark where there is half a character, which no channel takes.

    >>> _sayable("a\\ud83d")
    'a?'
    """
    return text.encode("utf-8", "replace").decode()
