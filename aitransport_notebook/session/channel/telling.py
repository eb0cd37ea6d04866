"""What the Python client says went wrong, as one of our errors, with the mend where it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ably.transport.websockettransport import WebSocketException
from ably.util.exceptions import AblyException

from aitransport_notebook.errors import AITransportError, error_for

NO_SERVER, NO_CONNECTION, NO_TOKEN, NOT_ALLOWED = 80000, 80003, 80019, 40160
NOT_FOUND, NOT_VALID = 40400, 40003
# How the client names a handshake that did not succeed, under the code of any bad request.
BLOCKED = "Error opening websocket connection"
# Codes that only say that the connection or the channel is not there, and not why.
NOT_THERE = frozenset({40001, 80000, 90000, 90001})

HINTS = {
    40009: (
        "Say less at once: send a long text as several messages, one after the other, and of"
        " anything else that is large say where it is."
    ),
    40011: "Data travels as a text, bytes, a list or a dict: put a bare number into one of them.",
    40012: "Give the client a client_id, or take the one that its token names.",
    40101: "The key or the token is not the server's: check what connect() is given.",
    40102: "The token is for another client_id: connect with that one, or get another token.",
    40103: "The Python client takes no key without TLS: make the client with ait.client().",
    40142: "The token has expired and no new one came: check the token endpoint.",
    40144: "The server does not take the token: check the key that it was made with.",
    40170: "Check that the token endpoint answers, and that it knows who asks.",
    40171: "The client has a token and no way to get another: give it a token_url or a key.",
    40400: "There is no such app or key there: check the key, and the address.",
    42911: "Too many messages on one connection: send fewer, or several at once.",
    50003: "The server did not answer in time: check that it runs, and the way to it.",
    80000: "No server answers there: check the address, and that the server runs.",
    80002: "No connection for two minutes: check the network; it comes back by itself.",
    80003: (
        "Check the network: a proxy or a firewall on the way may block WebSockets, and has to let"
        " them through to this server."
    ),
    80008: "The server has forgotten the connection: say again what was on its way.",
    80017: "The client was closed: make another, and a session with it.",
    80019: "Check that the token endpoint answers, and that it gives tokens to who asks.",
    90001: "The channel is not attached: connect() the session again.",
    90007: "The server did not answer in time: connect() the session again.",
    93002: (
        "The channel's namespace does not allow it: enable 'Message annotations, updates, deletes,"
        " and appends' for it."
    ),
}
# A message that is to grow was there, or it could not be named.
GONE = (
    "The message is gone, as when a hub without --data has ended: say it again from its beginning."
)
# The capability that each thing takes.
NEEDED = {
    "attach": "subscribe",
    "keep the channel": "subscribe",
    "publish": "publish",
    "append": "message-update-own",
    "update": "message-update-own",
    "read history": "history",
    "read presence history": "history",
    "enter presence": "presence",
    "leave presence": "presence",
    "list sessions": "channel-metadata",
}

Why = Callable[[], BaseException | None]


def told(error: BaseException, what: str) -> AITransportError:
    """Return an error of the client's as one of ours."""
    known = behind(error)
    if isinstance(known, AITransportError):
        message = f"unable to {what}: {known.message}"
        return error_for(known.code, message, status=known.status, hint=known.hint)
    if not isinstance(known, AblyException):
        # Else it is a request's, which no WebSocket has to do with.
        code = NO_CONNECTION if isinstance(known, WebSocketException) else NO_SERVER
        return error_for(code, f"unable to {what}: {known}", hint=HINTS[code])
    code, status = int(known.code or 50000), known.status_code
    if code < 1000:
        # The client sometimes takes one for the other.
        code, status = int(status or 50000), code
    text = str(known.message)
    if BLOCKED in text:
        code, status, text = (
            NO_CONNECTION,
            None,
            text.replace(BLOCKED, "the WebSocket was not opened"),
        )
    return error_for(code, f"unable to {what}: {text}", status=status, hint=hint_for(code, what))


def hint_for(code: int, what: str) -> str:
    """Return the mend of an error that came when this was tried.

    >>> hint_for(40160, "publish")
    "The token lacks a capability for this channel: ask for one with 'publish'."
    """
    if code == NOT_ALLOWED:
        needed = NEEDED.get(what, what)
        return f"The token lacks a capability for this channel: ask for one with {needed!r}."
    if code == NOT_FOUND and what in ("append", "update"):
        return GONE
    return HINTS.get(code, "")


class telling:
    """Raises the client's errors as ours; `why` says what lies behind a connection that is lost."""

    def __init__(self, what: str, why: Why | None = None) -> None:
        self._what = what
        self._why = why

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UnicodeEncodeError):
            raise error_for(
                NOT_VALID,
                f"unable to {self._what}: {error.object[error.start]!a} is half a character",
                hint='Join the halves, or drop them: text.encode("utf-8", "ignore").decode().',
            ) from error
        if error is None or not _is_the_clients(error):
            return
        found = told(error, self._what)
        why = self._why() if self._why is not None and found.code in NOT_THERE else None
        raise told(why, self._what) if why is not None else found from error


def _is_the_clients(error: BaseException) -> bool:
    if isinstance(error, AblyException | WebSocketException):
        return True
    # It lets through what its HTTP client says.
    return type(error).__module__.partition(".")[0] in ("httpx", "httpcore")


def behind(error: Any) -> Any:
    """Return what an error stands for, where the client has put another before it."""
    for cause in (getattr(error, "cause", None), getattr(error, "__cause__", None)):
        if isinstance(cause, AITransportError):
            return cause
        if cause is not None and type(cause).__module__.startswith("httpx"):
            return AblyException(f"no answer to a request: {cause!r}", 500, NO_SERVER)
    return error
