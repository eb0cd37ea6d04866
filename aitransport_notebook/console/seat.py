"""Who is at a console: an identity, and tokens that let it into one session for a short time."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, fields
from typing import Any, Self
from uuid import uuid4

from aitransport_notebook.errors import RequestError, error_for
from aitransport_notebook.session.connection import USUAL_ROLES, Connection
from aitransport_notebook.session.roles import Identity, capability_of, claim_of
from aitransport_notebook.session.tokens import (
    EVERYTHING,
    LONGEST_LIFE,
    TOKEN_LIFE,
    Capability,
)
from aitransport_notebook.wire.claims import claim_in
from aitransport_notebook.wire.record import Record

# How long the tokens of a console live, in seconds.
LIFE = 10 * 60
# Below this a page would do little but renew them.
SHORTEST_LIFE = 5
# What a hub takes of a name, in characters.
MAX_NAME = 2048
CONSOLE = "console"
# Whom a console is for. An agent has a Worker, or the endpoint of an application.
ROLES = ("operator", "lead", "user")
# Control characters, and halves of characters, which cannot be sent.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Who connects without a name has one all the same, for as long as the process runs.
_SOMEBODY = secrets.token_hex(2)


@dataclass(frozen=True)
class Seat(Connection):
    """A connection as one console has it: its tokens say whose they are, and allow no more than
    the role does in this session.
    """

    session: str = ""
    # In the verified claim of all that this console's page and kernel say.
    console_id: str = ""
    life: float = LIFE

    @classmethod
    def at(cls, connection: Connection, session: str, life: float = LIFE) -> Self:
        """Take a seat with what `connect()` says; an operator's, where that names no role."""
        _check_connection(connection)
        _check_name(session)
        _check_role(connection.role)
        _check_life(life)
        known: dict[str, Any] = {
            field.name: getattr(connection, field.name) for field in fields(Connection)
        }
        if connection._key is not None:
            role = connection.role or USUAL_ROLES[CONSOLE]
            known["role"] = role
            known["client_id"] = connection.client_id or f"{role}-{_SOMEBODY}"
        seat = cls(**known, session=session, console_id=str(uuid4()), life=life)
        if seat.marks_its_own:
            # What no token can be made for is refused now, and not when the page needs one.
            seat.token()
        return seat

    @property
    def marks_its_own(self) -> bool:
        """Whether the claim tells this console's messages from all others."""
        return self._key is not None

    def token(self, capability: Capability = EVERYTHING, *, life: float = TOKEN_LIFE) -> str:
        """Return a fresh token for this seat, whatever else is asked for.

        With a `token_url` it is asked for there, and what it allows is that server's decision.
        """
        if self.client_id is None or not self.marks_its_own:
            return super().token()
        identity = Identity(
            self.client_id, self.role or "", [self.session], {CONSOLE: self.console_id}
        )
        return self.token_for(
            self.client_id, capability_of(identity), claim_of(identity), life=self.life
        )

    def said(self, record: Record, client_id: str | None) -> bool:
        """Tell whether a message is from this console's page or kernel.

        Where another server makes the tokens, the client id has to do: whoever else is here under
        it counts as this console.
        """
        if not self.marks_its_own:
            return client_id is not None and record.client_id == client_id
        claim = claim_in(record.extras)
        return isinstance(claim, dict) and claim.get(CONSOLE) == self.console_id


def _check_connection(connection: object) -> None:
    if not isinstance(connection, Connection):
        raise error_for(
            40003,
            f"{connection!r:.80} is no connection",
            hint="Give what connect() returns, or leave connection= out.",
        )


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise error_for(
            40003,
            f"{name!r:.80} is not the name of a session",
            hint="Give the channel's name, such as 'conversations:42'.",
        )
    if "*" in name or name.startswith("["):
        raise error_for(
            40003,
            f"{name!r:.80} is not the name of one session",
            hint="Give it whole: without a *, and without the parameters of a channel.",
        )
    if len(name) > MAX_NAME or name[0] in ":," or _UNFIT.search(name):
        raise error_for(
            40003,
            f"{name!r:.80} cannot be the name of a session",
            hint=f"A name has up to {MAX_NAME} characters, none of them a control character or "
            "half of a pair, and begins with neither ':' nor ','.",
        )


def _check_role(role: object) -> None:
    # Who names none is an operator.
    if role and role not in ROLES:
        raise error_for(
            40003,
            f"a console has no role {role!r:.80}",
            hint=f"Call connect() with one of {', '.join(ROLES)}, or without a role.",
        )


def _check_life(life: object) -> None:
    if not isinstance(life, int | float) or not SHORTEST_LIFE <= life <= LONGEST_LIFE:
        raise RequestError(
            f"the tokens of a console cannot live for {life!r:.40} s",
            code=40003,
            hint=f"Give token_life= in seconds, from {SHORTEST_LIFE} on; {LIFE} is usual.",
        )
