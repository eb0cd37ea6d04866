"""The token endpoint: gives people the right to be in their sessions, and nobody more than that."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from aitransport_notebook.agents.asgi import Endpoint, Reply, Request, fields
from aitransport_notebook.errors import AITransportError, RequestError, error_for
from aitransport_notebook.session.connection import Connection, default_connection
from aitransport_notebook.session.roles import Identity, capability_of, claim_of
from aitransport_notebook.session.tokens import LONGEST_LIFE, TOKEN_LIFE

# Says who asks, or that nobody does whom the application knows.
Authenticate = Callable[[Request], Identity | Awaitable[Identity | None] | None]
FORM = "application/x-www-form-urlencoded"


class TokenEndpoint(Endpoint):
    """An ASGI application that gives tokens to those whom `authenticate` knows.

    Official clients take its address as `authUrl`, and `connect()` as `token_url`. What a token
    allows follows from the identity alone: whatever a caller sends can make it shorter, or have
    it refused.

    >>> TokenEndpoint(lambda request: None).methods
    ('GET', 'POST')
    """

    methods = ("GET", "POST")

    def __init__(
        self,
        authenticate: Authenticate,
        *,
        connection: Connection | None = None,
        life: float = TOKEN_LIFE,
    ) -> None:
        if not 0 < life <= LONGEST_LIFE:
            raise RequestError(
                f"tokens cannot live for {life:g} s",
                code=40003,
                hint=f"Let them live for {LONGEST_LIFE} s at most, and rather minutes.",
            )
        self._authenticate = authenticate
        self._connection = connection
        self._life = life

    async def answer(self, request: Request, body: bytes) -> Reply:
        known = self._authenticate(request)
        identity = await known if inspect.isawaitable(known) else known
        if identity is None:
            raise error_for(
                40101,
                "it is not known who asks for a token",
                hint="Sign in, and send what proves it with the request.",
            )
        life = self._life_of(identity, _asked(request, body))
        connection = self._connection or default_connection()
        try:
            token = connection.token_for(
                identity.client_id, capability_of(identity), claim_of(identity), life=life
            )
        except AITransportError as error:
            # Whoever asks can do nothing about it.
            raise error_for(
                50000, f"no token could be made: {error.message}", hint=error.hint
            ) from error
        return Reply(token.encode(), type="application/jwt", headers={"cache-control": "no-store"})

    def _life_of(self, identity: Identity, asked: list[tuple[str, str]]) -> float:
        """Return how long the token lives, in seconds; refuse one for somebody else."""
        life = self._life
        for name, value in asked:
            if name == "clientId" and value and value != identity.client_id:
                raise error_for(
                    40102,
                    f"the clientId {value[:80]!r} is not that of who asks",
                    hint="Leave the clientId out: the token says who one is.",
                )
            if name == "ttl" and value:
                life = min(life, _seconds(value))
        return life


def _asked(request: Request, body: bytes) -> list[tuple[str, str]]:
    """Return what a client asks for, in the query or in a form."""
    asked = fields(request.scope.get("query_string", b""))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        asked += fields(body)
    return asked


def _seconds(ttl: str) -> float:
    # isdigit() takes other scripts' digits, and superscripts.
    if not (ttl.isascii() and ttl.isdigit() and len(ttl) <= 15 and int(ttl) > 0):
        raise error_for(
            40003,
            f"the ttl {ttl[:80]!r} is no number of milliseconds",
            hint="Leave it out, or give a whole number over 0.",
        )
    return int(ttl) / 1000
