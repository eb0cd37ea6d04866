"""History as it is read over REST, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aitransport_notebook.errors import LinkError, ServerError
from aitransport_notebook.session.channel.telling import telling

# How soon a page is asked for again that could not be read, in seconds.
AGAIN = (0.3, 1.0, 2.0)
Ask = Callable[[], Awaitable[Any]]


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
