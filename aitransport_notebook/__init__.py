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
)

__all__ = [
    "AITransportError",
    "AuthError",
    "ChannelError",
    "HubError",
    "LimitError",
    "LinkError",
    "NotFoundError",
    "RequestError",
    "ServerError",
    "__version__",
]
