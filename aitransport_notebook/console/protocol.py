"""What a console's kernel and page say to each other: `js/src/kernel/protocol.ts`, in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.connection import Connection

Message = dict[str, Any]
TOKEN_PLEASE = "token please"
SELECTION = "selection"
PAGE_PROBLEM = "problem"
# So much of what a page says is repeated, in characters.
MOST_WORDS = 500
CODES = range(40000, 200_000)
# Of a connection that is away, for whatever reason.
NO_CONNECTION = 80003
CLOSE: Message = {"kind": "close"}


def token_message(token: str, expires: int) -> Message:
    """Give the page a token, and the time when it expires, in ms since 1970."""
    return {"kind": "token", "token": token, "expires": expires}


def no_token_message(error: AITransportError) -> Message:
    """Say why there is no token."""
    return {"kind": "no token", **_told(error)}


def invoked_message(event_id: str, error: AITransportError | None = None) -> Message:
    """Say what came of waking the agent for an input."""
    return {
        "kind": "invoked",
        "eventId": event_id,
        "ok": error is None,
        **(_told(error) if error is not None else {}),
    }


def reveal_message(message_id: str) -> Message:
    """Have the page show a message."""
    return {"kind": "reveal", "messageId": message_id}


def where_of(connection: Connection, instance: str | None) -> Message:
    """Return where the channel server is, as the page has it in a trait."""
    where = {
        "endpoint": connection.endpoint,
        "port": connection.port,
        "tls": connection.tls,
        "isLocal": connection.is_local,
    }
    return where if instance is None else {**where, "instance": instance}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a page shows and its person looks at; on the path that they selected."""

    # Oldest first, as far as they are shown.
    message_ids: tuple[str, ...]
    # The message that the person looks at.
    focused: str | None
    run_ids: tuple[str, ...]

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Selection:
        """Read what a page says; what is no id in it is left out."""
        focused = message.get("focused")
        return cls(
            _ids_in(message.get("messageIds")),
            focused if isinstance(focused, str) and focused else None,
            _ids_in(message.get("runIds")),
        )


def page_problem(message: Mapping[str, Any]) -> AITransportError:
    """Read why a page is not connected, and does not come back by itself."""
    code = message.get("code")
    return error_for(
        code if isinstance(code, int) and code in CODES else NO_CONNECTION,
        f"the page is not connected: {_words_in(message.get('message')) or 'nobody said why'}",
        hint=_words_in(message.get("hint")),
    )


def kind_of(message: object) -> str | None:
    """Return what a message of the page is about; None if it is none."""
    kind = message.get("kind") if isinstance(message, Mapping) else None
    return kind if isinstance(kind, str) else None


def _ids_in(value: object) -> tuple[str, ...]:
    ids = value if isinstance(value, list) else []
    return tuple(id for id in ids if isinstance(id, str) and id)


def _words_in(value: object) -> str:
    return value[:MOST_WORDS] if isinstance(value, str) else ""


def _told(error: AITransportError) -> Message:
    return {"message": error.message, **({"hint": error.hint} if error.hint else {})}
