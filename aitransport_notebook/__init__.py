"""Durable sessions between people and AI agents, over Ably channels."""

from ._version import __version__
from .errors import (
    AITransportError,
    AuthError,
    ChannelError,
    HubError,
    LimitError,
    LinkError,
    NotFoundError,
    RequestError,
    ServerError,
    SessionError,
)
from .session.connection import Connection, connect

__all__ = [
    "AITransportError",
    "AuthError",
    "ChannelError",
    "Connection",
    "HubError",
    "LimitError",
    "LinkError",
    "NotFoundError",
    "RequestError",
    "ServerError",
    "SessionError",
    "__version__",
    "connect",
]
