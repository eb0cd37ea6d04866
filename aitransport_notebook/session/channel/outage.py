"""How long a connection has been away: what waits for it meanwhile is not to wait in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aitransport_notebook.errors import AITransportError, AuthError, LinkError, error_for
from aitransport_notebook.session.channel.telling import HINTS, NO_CONNECTION, told

# After so many seconds it is told, once.
LONG = 10.0
WHAT = "reach the server"


class Outage:
    """Tells once of each time that a connection is away for long."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Note that the connection is away; again does no harm."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONG, self._tell)

    def end(self) -> None:
        """Note that it is back, or that nobody waits for it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def away_for(reason: BaseException | None) -> AITransportError:
    """Return why a connection is away, as an error of the link or of who gives the tokens."""
    if reason is None:
        why = f"unable to {WHAT}: the connection was lost"
        return error_for(NO_CONNECTION, why, hint=HINTS[NO_CONNECTION])
    error = told(reason, WHAT)
    if isinstance(error, AuthError | LinkError):
        return error
    return error_for(NO_CONNECTION, error.message, hint=error.hint or HINTS[NO_CONNECTION])
