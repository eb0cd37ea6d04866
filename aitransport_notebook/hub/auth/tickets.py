"""Tickets: what the address of a socket has in it in the place of a token.

A browser can give a socket no headers, and addresses end up in logs: those of proxies, and the
browser's own console. A ticket is worthless by then.
"""

from __future__ import annotations

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.credentials import Credentials
from aitransport_notebook.hub.auth.one_time import OneTime

TICKET_LIFE = 30_000
# Nothing else that is shown begins like this and has no dot in it.
MARK = "ticket_"


class Tickets:
    """Tickets that have been given out; the token of each is kept in memory alone."""

    def __init__(self) -> None:
        self._tokens = OneTime[str](TICKET_LIFE, _no_longer_good)

    def give(self, token: str, now: int) -> str:
        return MARK + self._tokens.give(token, now)

    def redeemed(self, credentials: Credentials, now: int) -> Credentials:
        """Return the token of a ticket, and all else as it is; raise 40142 if it was used."""
        shown = credentials.value
        if credentials.kind != "bearer" or not shown.startswith(MARK) or "." in shown:
            return credentials
        return Credentials("bearer", self._tokens.use(shown.removeprefix(MARK), now))


def _no_longer_good() -> AITransportError:
    # With this code clients try again by themselves, with a new ticket.
    return error_for(
        40142,
        "the ticket has been used, or has expired",
        hint="Get a new one right before the socket is opened.",
    )
