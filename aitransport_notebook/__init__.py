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
    from .runs.invocation import Invocation
    from .session.agent_session import AgentSession
    from .session.client import client
    from .session.client_session import ClientSession
    from .session.connection import Connection, connect
    from .session.hooks import CancelRequest
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
    "AgentSession": "session.agent_session",
    "CancelRequest": "session.hooks",
    "ClientSession": "session.client_session",
    "Codec": "codec.contract",
    "Connection": "session.connection",
    "Invocation": "runs.invocation",
    "ResponsesCodec": "codec.responses",
    "TextCodec": "codec.text",
    "Tree": "tree.tree",
    "UIMessageCodec": "codec.uimessage",
    "client": "session.client",
    "connect": "session.connection",
    "fold": "tree.tree",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
