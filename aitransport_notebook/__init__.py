"""Durable sessions between people and AI agents, over Ably channels."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from .codec.contract import Codec
    from .codec.responses import ResponsesCodec
    from .codec.text import TextCodec
    from .codec.uimessage import UIMessageCodec
    from .console.console import Console
    from .runs.invocation import Invocation
    from .session.agent.hooks import CancelRequest
    from .session.agent.session import AgentSession
    from .session.channel.client import client
    from .session.client.session import ClientSession
    from .session.connection import Connection, connect
    from .tree.tree import Tree, fold

__all__ = [
    "AITransportError",
    "AgentSession",
    "AuthError",
    "CancelRequest",
    "ChannelError",
    "ClientSession",
    "Codec",
    "Connection",
    "Console",
    "HubError",
    "Invocation",
    "LimitError",
    "LinkError",
    "NotFoundError",
    "RequestError",
    "ResponsesCodec",
    "ServerError",
    "SessionError",
    "TextCodec",
    "Tree",
    "UIMessageCodec",
    "__version__",
    "client",
    "connect",
    "fold",
]

# What takes a while to import is imported when it is first asked for.
_LATER = {
    "AgentSession": "session.agent.session",
    "CancelRequest": "session.agent.hooks",
    "ClientSession": "session.client.session",
    "Codec": "codec.contract",
    "Connection": "session.connection",
    "Console": "console.console",
    "Invocation": "runs.invocation",
    "ResponsesCodec": "codec.responses",
    "TextCodec": "codec.text",
    "Tree": "tree.tree",
    "UIMessageCodec": "codec.uimessage",
    "client": "session.channel.client",
    "connect": "session.connection",
    "fold": "tree.tree",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
