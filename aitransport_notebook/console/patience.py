"""How long what a person does waits for a connection that is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.channel.outage import away_for

# In seconds. A hub that is started again is back in less; longer a person rather knows than waits.
PATIENCE = 30.0


@asynccontextmanager
async def unless_away(link: Link) -> AsyncIterator[None]:
    """Give up what is done in it, once the connection has been away for long meanwhile."""
    now = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(None) as limit:

            def look() -> None:
                if limit.expired():
                    return
                if link.is_up:
                    limit.reschedule(None)
                elif limit.when() is None:
                    limit.reschedule(now() + PATIENCE)

            off = link.on("turned", look)
            look()
            try:
                yield
            finally:
                off()
    except TimeoutError as late:
        # What was given up says on its cancellation whether it is known to be taken back.
        raise _given_up(link, getattr(late.__cause__, "__notes__", [])) from late


def _given_up(link: Link, doubts: list[str]) -> AITransportError:
    away = away_for(link.why())
    end = "" if doubts else "; what had not gone out was taken back"
    return error_for(
        away.code,
        f"{away.message} (for {PATIENCE:g} s{end})",
        hint=" ".join([*doubts, away.hint]),
    )
