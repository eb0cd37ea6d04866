"""Which sessions there are, as the server lists them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any, NamedTuple

from aitransport_notebook.errors import error_for
from aitransport_notebook.session.channel.telling import hint_for, telling

# Of Ably's REST protocol.
VERSION = "2"
PAGE = 100
# The client itself tries other hosts for half a minute.
PATIENCE = 10.0
NO_ANSWER = 50003


class Listed(NamedTuple):
    """A session by its name, and whether anyone is there."""

    name: str
    is_active: bool


async def sessions_of(client: Any, prefix: str) -> AsyncIterator[Listed]:
    """Yield the sessions with a prefix: Ably lists those that are active, a hub all it has."""
    params = {"prefix": prefix, "by": "value", "limit": str(PAGE)}
    page = await _answered(client.request("GET", "/channels", VERSION, params))
    while page is not None:
        if not page.success:
            code = int(page.error_code or 50000)
            raise error_for(
                code,
                f"unable to list sessions: {page.error_message or page.status_code}",
                status=page.status_code,
                hint=hint_for(code, "list sessions"),
            )
        for item in page.items:
            yield _listed(item)
        page = await _answered(page.next()) if page.has_next() else None


async def _answered(asked: Awaitable[Any]) -> Any:
    try:
        with telling("list sessions"):
            async with asyncio.timeout(PATIENCE):
                return await asked
    except TimeoutError:
        raise error_for(
            NO_ANSWER,
            f"unable to list sessions: no answer within {PATIENCE:g} s",
            hint=hint_for(NO_ANSWER, "list sessions"),
        ) from None


def _listed(item: Any) -> Listed:
    if isinstance(item, str):
        return Listed(item, True)
    occupancy = item.get("status", {}).get("occupancy", {})
    connections = occupancy.get("metrics", {}).get("connections", 1)
    return Listed(str(item["channelId"]), connections > 0)
