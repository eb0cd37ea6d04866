"""One-time links, by which a page on this hub is signed in without a key in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aitransport_notebook.errors import error_for

LINK_LIFE = 5 * 60_000
RENEWAL_LIFE = 12 * 60 * 60_000


@dataclass(frozen=True)
class Ticket:
    """What a page was let in with: the key that vouches for it, until when."""

    key_name: str
    expires: int


class Tickets:
    """Links and renewals that have been given out. Each is good for one use."""

    def __init__(self) -> None:
        self._given: dict[str, Ticket] = {}

    def give(self, key_name: str, now: int, life: int) -> str:
        self._given = {code: t for code, t in self._given.items() if t.expires > now}
        code = secrets.token_urlsafe(24)
        self._given[code] = Ticket(key_name, now + life)
        return code

    def use(self, code: str, now: int) -> str:
        """Return the name of the key that gave the ticket; raise 40101 if it is not good."""
        ticket = self._given.pop(code, None)
        if ticket is None or ticket.expires <= now:
            raise error_for(
                40101,
                "this link has been used, or has expired",
                hint="Make a new one with `aitransport-notebook open`.",
            )
        return ticket.key_name
