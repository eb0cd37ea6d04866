"""`client()`: the Python client, set up to reach where `connect()` leads, and to stay there."""

from __future__ import annotations

import asyncio
from typing import Any

from ably import AblyRealtime

from aitransport_notebook.errors import RequestError
from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.channel.secrets import keep_tokens_out_of_logs
from aitransport_notebook.session.connection import (
    Connection,
    connection_to,
    default_connection,
)

# How soon a lost server is tried again, in ms: one on this machine costs nothing to ask.
SOON = 300
LATER = 2000


def client(connection: Connection | None = None, **given: Any) -> AblyRealtime:
    """Return an `ably.AblyRealtime` for a connection, for what `connect()` takes, or the default.

    It is made in a running event loop, and is its owner's to close: `await client.close()`. The
    default stays as it is, whatever is given here.
    """
    _refuse_without_loop()
    if connection is None:
        connection = connection_to(**given) if given else default_connection()
    keep_tokens_out_of_logs()
    retry = SOON if connection.is_local else LATER
    made = AblyRealtime(
        **connection.options(),
        disconnected_retry_timeout=retry,
        suspended_retry_timeout=retry,
        channel_retry_timeout=retry,
    )
    Link.of(made)
    return made


def _refuse_without_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RequestError(
            "a client needs an event loop that runs",
            code=40000,
            hint="Make it in an async function, under asyncio.run(), or in a cell of a notebook.",
        ) from None
