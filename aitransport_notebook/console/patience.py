"""How long what a person does waits for the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.channel.outage import away_for
from aitransport_notebook.session.channel.telling import HINTS

# In seconds. A hub that is started again is back in less; longer a person rather knows than waits.
PATIENCE = 30.0
NO_ANSWER = 50003


@asynccontextmanager
async def patiently(link: Link) -> AsyncIterator[None]:
    """Give up what is done in it where the server is away, or silent, for long."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as late:
        # What was given up says on its cancellation whether it is known to be taken back.
        raise _given_up(link, getattr(late.__cause__, "__notes__", [])) from late


def _given_up(link: Link, doubts: list[str]) -> AITransportError:
    # A server that falls silent is not known to be away for a while.
    why = _silent() if link.is_up else away_for(link.why())
    end = "" if doubts else "; what had not gone out was taken back"
    return error_for(
        why.code,
        f"{why.message} (for {PATIENCE:g} s{end})",
        hint=" ".join([*doubts, why.hint]),
    )


def _silent() -> AITransportError:
    return error_for(NO_ANSWER, "the server does not answer", hint=HINTS[NO_ANSWER])
