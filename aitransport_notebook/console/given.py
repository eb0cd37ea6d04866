"""What a console is made of, checked and filled in where it is made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.console.posting import AgentEndpoint
from aitransport_notebook.errors import error_for

# The codecs that the page knows, too.
CODECS: Final[Mapping[str, type[Codec[Any]]]] = MappingProxyType(
    {"uimessage": UIMessageCodec, "responses": ResponsesCodec, "text": TextCodec}
)


def codec_for(given: object) -> tuple[str, Codec[Any]]:
    """Return the name by which the page knows a codec, and the codec."""
    if given is None:
        given = "uimessage"
    if isinstance(given, str) and given in CODECS:
        return given, CODECS[given]()
    for name, known in CODECS.items():
        if isinstance(given, known):
            return name, given
    raise error_for(
        40003,
        f"a console has no codec {given!r:.80}",
        hint=f"Give one of {', '.join(map(repr, CODECS))}, or a codec that is made, such as "
        "UIMessageCodec().",
    )


def endpoint_for(agent: object, headers: object) -> AgentEndpoint | None:
    """Return where the agent is woken, if it is to be woken from here."""
    if agent is not None and not isinstance(agent, str):
        raise error_for(
            40003,
            f"the agent {agent!r:.80} is no address",
            hint="Give agent= the address of its invocation endpoint, as a text.",
        )
    if agent is not None:
        return AgentEndpoint(agent, _headers_in(headers))
    if headers is not None:
        raise error_for(
            40003,
            "there are agent_headers, and no agent to send them to",
            hint="Give agent=, or leave them out.",
        )
    return None


def _headers_in(given: object) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(
        isinstance(text, str) for pair in given.items() for text in pair
    ):
        # A value may be a secret, and is not repeated.
        raise error_for(
            40003,
            "the agent_headers are no texts by name",
            hint='Give a dict such as {"Authorization": "Bearer ..."}.',
        )
    return dict(given)


def height_for(given: object) -> int:
    """Return a height in pixels; 0 is the page's own choice."""
    if given is None:
        return 0
    if not isinstance(given, int) or isinstance(given, bool) or given <= 0:
        raise error_for(
            40003,
            f"the height {given!r:.40} is no number of pixels",
            hint="Give a whole number over 0, or leave it out.",
        )
    return given
