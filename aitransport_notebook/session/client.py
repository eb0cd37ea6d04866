"""`client()`: the Python client, set up to reach where `connect()` leads, and to stay there."""

from __future__ import annotations

import asyncio
from typing import Any

from ably import AblyRealtime
from ably.util.exceptions import AblyException

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
        **connection.options(), disconnected_retry_timeout=retry, suspended_retry_timeout=retry
    )
    made.connection.connection_manager.on("transport.pending", _tell_refusals)
    return made


def _tell_refusals(transport: Any) -> None:
    """Have a refused connection fail at once; the client would wait out its timeout instead."""

    def look(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, OSError):
            transport._emit("failed", AblyException(f"could not connect: {error}", 500, 80000))

    def watch() -> None:
        if transport.ws_connect_task is not None:
            transport.ws_connect_task.add_done_callback(look)

    asyncio.get_running_loop().call_soon(watch)
