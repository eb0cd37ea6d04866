"""Whether any person is left to read what an agent says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aitransport_notebook.session.presence import Presence

# Whoever was cut off together with us, as by a server that ended, may take so long to come back, in
# seconds: Ably's clients try again after 15 s.
RETURN = 30.0


class Company:
    """Tells when the last person has left, and has stayed away for a while.

    A person is a member that is no agent. Where none has ever entered nothing is known of them,
    and nothing is told: applications have their users enter the session's presence.
    """

    def __init__(self, presence: Presence, grace: float, alone: Callable[[], None]) -> None:
        self._presence = presence
        self._grace = grace
        self._alone = alone
        self._had_company = self._was_left = False
        self._timer: asyncio.TimerHandle | None = None
        self._off = presence.on_change(lambda _: self._look())
        self._look()

    @property
    def is_waiting(self) -> bool:
        """Whether the last has left, and may still come back."""
        return self._timer is not None

    def renew(self) -> None:
        """Tell again, if all are still away: something has begun since that nobody waits for."""
        if self._was_left and self._timer is None:
            self._had_company = True
            self._look()

    def end(self) -> None:
        """Tell no more."""
        self._off()
        self._stop()

    def _look(self) -> None:
        if any(not member.is_agent for member in self._presence.others):
            self._had_company, self._was_left = True, False
            self._stop()
        elif self._had_company and self._timer is None:
            self._wait(self._grace)

    def _wait(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._conclude)

    def _conclude(self) -> None:
        if not self._presence.is_live:
            # What is not heard by who is not connected says nothing of anyone else.
            self._wait(self._grace)
            return
        steady = self._presence.steady_for
        if steady is not None and steady < RETURN:
            self._wait(RETURN - steady)
            return
        self._timer = None
        self._had_company, self._was_left = False, True
        self._alone()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
