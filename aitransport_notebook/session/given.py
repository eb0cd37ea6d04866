"""What a session is made of, checked where it is made: later, nobody could tell what is wrong."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.channel.line import PAGE


def check_given(client: Any, name: object, codec: object, page_size: object) -> None:
    """Refuse what no session can be made of."""
    if not hasattr(client, "channels") or not hasattr(client, "connection"):
        raise error_for(
            40003,
            f"{client!r:.80} is not a realtime client",
            hint="Make one with client(...), or give an ably.AblyRealtime.",
        )
    if not isinstance(name, str) or not name:
        raise error_for(
            40003,
            f"{name!r:.80} is not the name of a session",
            hint="Give the channel's name, such as 'conversations:42'.",
        )
    if not isinstance(codec, Codec):
        raise error_for(
            40003,
            f"{codec!r:.80} is not a codec",
            hint="Give one that is made, such as UIMessageCodec().",
        )
    if not isinstance(page_size, int) or not 0 < page_size <= PAGE:
        raise error_for(
            40003,
            f"the page_size {page_size!r:.80} is not a number from 1 to {PAGE}",
            hint=f"Leave it out for {PAGE}.",
        )
