"""One-time links, by which a page on this hub is signed in without a key in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aitransport_notebook.hub.auth.passes import Pass, no_longer_good

LINK_LIFE = 5 * 60_000


@dataclass(frozen=True)
class Ticket:
    """What the page of a link is let in as, until when."""

    admits: Pass
    expires: int


class Tickets:
    """Links that have been given out. Each is good for one use."""

    def __init__(self) -> None:
        self._given: dict[str, Ticket] = {}

    def give(self, admits: Pass, now: int, life: int = LINK_LIFE) -> str:
        self._given = {code: t for code, t in self._given.items() if t.expires > now}
        code = secrets.token_urlsafe(24)
        self._given[code] = Ticket(admits, now + life)
        return code

    def use(self, code: str, now: int) -> Pass:
        """Return what the link lets in as; raise 40101 if it is not good."""
        ticket = self._given.pop(code, None)
        if ticket is None or ticket.expires <= now:
            raise no_longer_good()
        return ticket.admits
