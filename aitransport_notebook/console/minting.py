"""Has a console's page have a token at all times: pushed, as a busy kernel hears no request."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from aitransport_notebook.console.protocol import Message, no_token_message, token_message
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.tokens import details_of

# The share of a token's life after which the next one comes.
SHARE = 0.6
# Pauses after failures, in seconds: each twice the last.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# How soon one token may follow the other, in seconds, however often a page asks.
GAP = 0.5
# Clocks go on while a laptop sleeps, and timers do not: look at the clock so often.
STRIDE = 15.0
_LOG = logging.getLogger("aitransport_notebook")


class Minting:
    """Makes tokens in time, and when asked. It runs in the background loop."""

    def __init__(
        self,
        mint: Callable[[], str],
        life: float,
        push: Callable[[Message], None],
        tell: Callable[[AITransportError], None],
    ) -> None:
        self._mint = mint
        # Of tokens that do not say when they expire.
        self._life = life
        self._push = push
        self._tell = tell
        self._wanted = asyncio.Event()
        self._failures = 0

    def please(self) -> None:
        """Have a token made at once; to be called in the loop."""
        self._wanted.set()

    async def run(self) -> None:
        """Push tokens until it is cancelled."""
        while True:
            self._wanted.clear()
            pause = await self._give()
            await asyncio.sleep(GAP)
            await self._rest(time.time() + pause - GAP)

    async def _give(self) -> float:
        """Push a token, or why there is none; returns the seconds until the next."""
        try:
            # Where another server makes it, it is waited for beside the loop.
            token = await asyncio.to_thread(self._mint)
        except AITransportError as error:
            return self._failed(error)
        except Exception as error:
            if not threading.main_thread().is_alive():
                # The process ends, and takes on no work: nobody needs the token any more.
                return LONGEST_PAUSE
            _LOG.exception("a token could not be made")
            return self._failed(error_for(50000, f"a token could not be made: {error!r:.200}"))
        self._failures = 0
        now = time.time()
        expires = _expiry_of(token) or now + self._life
        self._push(token_message(token, int(expires * 1000)))
        return max(SHARE * (expires - now), FIRST_PAUSE)

    def _failed(self, error: AITransportError) -> float:
        self._push(no_token_message(error))
        if not self._failures:
            self._tell(error)
        self._failures += 1
        return float(min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE))

    async def _rest(self, until: float) -> None:
        while (left := until - time.time()) > 0 and not self._wanted.is_set():
            try:
                async with asyncio.timeout(min(left, STRIDE)):
                    await self._wanted.wait()
            except TimeoutError:
                continue


def _expiry_of(token: str) -> float | None:
    """Return when a token expires, in seconds since 1970, as far as it says so."""
    details = details_of(token)
    expires = details.get("expires") if isinstance(details, dict) else None
    return expires / 1000 if expires is not None else None
