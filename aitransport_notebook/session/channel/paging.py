"""History as it is read over REST, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from ably.http.paginatedresult import PaginatedResult
from ably.types.message import Message
from ably.util.exceptions import AblyException

from aitransport_notebook.errors import LinkError, ServerError
from aitransport_notebook.session.channel.telling import telling

# How soon a page is asked for again that could not be read, in seconds.
AGAIN = (0.3, 1.0, 2.0)
Ask = Callable[[], Awaitable[Any]]


def messages_of(channel: Any, limit: int) -> Ask:
    """Return what asks for a channel's messages, the newest first.

    The client's own way gives up on a page for one message that it cannot decode, which anybody
    can publish, and writes a space in a channel's name as servers do not read it in a path.
    """
    query = urlencode({"direction": "backwards", "limit": limit})
    return partial(
        PaginatedResult.paginated_query,
        channel.ably.http,
        url=f"/channels/{quote(channel.name, safe=':')}/messages?{query}",
        response_processor=lambda response: [_decoded(one) for one in response.to_native()],
    )


def _decoded(given: dict[str, Any]) -> Any:
    try:
        return Message.from_encoded(given)
    except (AblyException, AttributeError, TypeError, ValueError):
        # It is not what it says: it is left as it came.
        return Message.from_encoded({**given, "encoding": ""})


async def pages_of(what: str, first: Ask) -> AsyncIterator[Any]:
    """Yield the first page, and all that follow it."""
    page = await _read(what, first)
    while True:
        yield page
        if not page.has_next():
            return
        page = await _read(what, page.next)


async def _read(what: str, ask: Ask) -> Any:
    """Ask for a page, again if need be: a server that comes back does so in a moment."""
    for pause in AGAIN:
        try:
            with telling(what):
                return await ask()
        except (LinkError, ServerError):
            await asyncio.sleep(pause)
    with telling(what):
        return await ask()
