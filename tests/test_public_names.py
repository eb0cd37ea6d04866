"""The public names change on purpose or not at all."""

from __future__ import annotations

import re

import aitransport_notebook
from aitransport_notebook import errors

PUBLIC = {
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
    "ServerError",
    "SessionError",
    "ResponsesCodec",
    "TextCodec",
    "Tree",
    "UIMessageCodec",
    "__version__",
    "client",
    "connect",
    "fold",
}


def test_the_public_names_are_these() -> None:
    assert set(aitransport_notebook.__all__) == PUBLIC
    assert len(aitransport_notebook.__all__) == len(PUBLIC)


def test_every_public_name_exists() -> None:
    assert [name for name in PUBLIC if not hasattr(aitransport_notebook, name)] == []


def test_completion_shows_them_and_nothing_else() -> None:
    assert set(dir(aitransport_notebook)) == PUBLIC


def test_every_error_class_is_public() -> None:
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.AITransportError)
    }
    assert classes <= PUBLIC


def test_the_version_is_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+([ab]\d+|rc\d+|\.dev\d+)?", aitransport_notebook.__version__)
