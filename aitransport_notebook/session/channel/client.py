"""`client()`: the Python client, set up to reach where `connect()` leads, and to stay there."""

from __future__ import annotations

from typing import Any

from ably import AblyRealtime

from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.connection import Connection, connect, default_connection

# How soon a lost server is tried again, in ms: one on this machine costs nothing to ask.
SOON = 300
LATER = 2000


def client(connection: Connection | None = None, **given: Any) -> AblyRealtime:
    """Return an `ably.AblyRealtime` for a connection, for what `connect()` takes, or the default.

    It is made in a running event loop, and is its owner's to close: `await client.close()`.
    """
    if connection is None:
        connection = connect(**given) if given else default_connection()
    retry = SOON if connection.is_local else LATER
    made = AblyRealtime(
        **connection.options(),
        disconnected_retry_timeout=retry,
        suspended_retry_timeout=retry,
        channel_retry_timeout=retry,
    )
    Link.of(made)
    return made
