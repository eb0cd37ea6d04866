"""Every error that this package raises on purpose.

    AITransportError
    ├── RequestError       400xx  what was asked for cannot be done as asked
    ├── AuthError          401xx  who is asking, or what they may do
    ├── NotFoundError      404xx  there is no such thing
    ├── LimitError         42xxx  too much, too large or too often
    ├── ServerError        5xxxx  the server could not do what it should
    ├── LinkError          8xxxx  the connection
    ├── ChannelError       9xxxx  the channel
    ├── SessionError      104xxx  the session: AI Transport's own codes
    └── HubError           the embedded hub could not be started or found

Codes are Ably's. `message` says what happened; `hint` says how to mend it.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "AITransportError",
    "AuthError",
    "ChannelError",
    "ErrorCode",
    "HubError",
    "LimitError",
    "LinkError",
    "NotFoundError",
    "RequestError",
    "ServerError",
    "SessionError",
    "error_for",
]


class AITransportError(Exception):
    """The root of the tree: an Ably error code, an HTTP status, a message, and a hint."""

    def __init__(
        self, message: str, *, code: int = 50000, status: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status if status is not None else _status_of(code)
        self.hint = hint

    def __str__(self) -> str:
        text = f"[{self.code}] {self.message}"
        if not self.hint:
            return text
        ended = text if text.endswith((".", "!", "?")) else f"{text}."
        return f"{ended} Hint: {self.hint}"


class ErrorCode(IntEnum):
    """The codes that AI Transport's own errors have, by the names of its JavaScript SDK.

    >>> error_for(104004, "the session is closed").code == ErrorCode.SESSION_CLOSED
    True
    """

    BAD_REQUEST = 40000
    INVALID_ARGUMENT = 40003
    OPERATION_CANCELLED = 40033
    INSUFFICIENT_CAPABILITY = 40160
    INTERNAL_ERROR = 50000
    ENCODER_RECOVERY_FAILED = 104000
    SESSION_SUBSCRIPTION_ERROR = 104001
    CANCEL_LISTENER_ERROR = 104002
    RUN_LIFECYCLE_ERROR = 104003
    SESSION_CLOSED = 104004
    SESSION_SEND_FAILED = 104005
    CHANNEL_CONTINUITY_LOST = 104006
    CHANNEL_NOT_READY = 104007
    STREAM_ERROR = 104008
    INPUT_EVENT_NOT_FOUND = 104010
    HISTORY_FETCH_FAILED = 104011


class RequestError(AITransportError):
    """What was asked for cannot be done as asked."""


class AuthError(AITransportError):
    """The credentials are missing, wrong or expired, or do not allow the operation."""


class NotFoundError(AITransportError):
    """There is no such app, channel, message or route."""


class LimitError(AITransportError):
    """Too much, too large or too often."""


class ServerError(AITransportError):
    """The server could not do what it should have done."""


class LinkError(AITransportError):
    """The connection failed, or cannot be resumed."""


class ChannelError(AITransportError):
    """The channel cannot be used as asked."""


class SessionError(AITransportError):
    """The session could not do it, or has lost its place on the channel."""


class HubError(AITransportError):
    """The embedded hub could not be started, found or used."""


def how_to_install(extra: str) -> str:
    """Return the hint for what an extra of the package brings.

    >>> how_to_install("lab")
    "pip install 'aitransport-notebook[lab]'; from a clone, pip install '.[lab]'"
    """
    return f"pip install 'aitransport-notebook[{extra}]'; from a clone, pip install '.[{extra}]'"


# Of the codes whose first digits are not their HTTP status, those that Ably documents.
_STATUSES = {40009: 413, 50003: 503, 90003: 404}


def _status_of(code: int) -> int:
    if code in _STATUSES:
        return _STATUSES[code]
    status = code // 100
    if 400 <= status < 600:
        return status
    return 400 if code >= 80000 else 500


def _family(code: int) -> type[AITransportError]:
    if 40100 <= code < 40400:
        return AuthError
    if 40400 <= code < 40500:
        return NotFoundError
    if 42000 <= code < 43000:
        return LimitError
    if 40000 <= code < 50000:
        return RequestError
    if 80000 <= code < 90000:
        return LinkError
    if 90000 <= code < 100000:
        return ChannelError
    if 104000 <= code < 105000:
        return SessionError
    return ServerError


def error_for(
    code: int, message: str, *, status: int | None = None, hint: str = ""
) -> AITransportError:
    """Make the error of the class that the code belongs to.

    >>> error_for(40160, "no publish permission").__class__.__name__
    'AuthError'
    """
    return _family(code)(message, code=code, status=status, hint=hint)
