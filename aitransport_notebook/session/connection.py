"""`connect()`: to the embedded hub, to Ably, or to a server that speaks its protocol."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aitransport_notebook.errors import AuthError, RequestError
from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.session.fetching import fetch
from aitransport_notebook.session.hub_links import ask_for_link, check_hub
from aitransport_notebook.session.roles import Identity, capability_of, claim_of
from aitransport_notebook.session.tokens import (
    EVERYTHING,
    TOKEN_LIFE,
    Capability,
    TokenDetails,
    details_of,
    sign_token,
)

ABLY = "main.realtime.ably.net"
Page = Literal["hub", "console", "customer"]
# Who is at a page of a session, where nothing else is said.
USUAL_ROLES = {"console": "operator", "customer": "user"}
KEY = re.compile(r"[^.:\s]+\.[^.:\s]+:[!-~]+")
# A name, or an address; one of IPv6 has colons, two at least.
HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%\w+)?")
HEADER_NAME = re.compile(r"[!-9;-~]+")
HEADER_VALUE = re.compile(r"[\t -~\x80-\xff]*")


@dataclass(frozen=True)
class Connection:
    """Where sessions are, who one is there, and the right to be: made by `connect()`."""

    endpoint: str
    port: int
    tls: bool
    client_id: str | None = None
    role: str | None = None
    # Who is connected to a hub can have its page, and does not need an account.
    is_hub: bool = False
    _key: str | None = field(default=None, repr=False)
    _token_url: str | None = field(default=None, repr=False)
    _token_headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    @property
    def url(self) -> str:
        """The address of the REST interface."""
        host = f"[{self.endpoint}]" if ":" in self.endpoint else self.endpoint
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine."""
        return self.is_hub or self.endpoint in ("localhost", "127.0.0.1", "::1")

    def token(self, capability: Capability = EVERYTHING, *, life: float = TOKEN_LIFE) -> str:
        """Return a fresh token for this identity, with the role in it as a verified user claim.

        With a key the token is made here and now; with a `token_url` it is asked for there,
        and what it allows is that server's decision.
        """
        if self._key is None:
            return self._asked_for_token()
        claim = {"role": self.role} if self.role is not None else None
        return sign_token(self._key, self.client_id, capability, claim, life)

    def token_for(
        self,
        client_id: str,
        capability: Capability,
        claim: Mapping[str, Any] | None = None,
        *,
        life: float = TOKEN_LIFE,
    ) -> str:
        """Return a fresh token for somebody else, who has been authenticated; it takes a key.

        The claim stands, verified, in all that they say in any session: `{"role": ...}` at least.
        """
        _check_identity(client_id, None)
        if self._key is None:
            raise AuthError(
                "only who has a key can make tokens for others",
                code=40106,
                hint="Call connect() with key=, or with neither key= nor token_url=.",
            )
        return sign_token(self._key, client_id, capability, claim, life)

    def options(self) -> dict[str, Any]:
        """Return what `ably.AblyRealtime(**options)` and `ably.AblyRest` need to reach it."""
        # The Python client takes no port for realtime connections, so it goes into the endpoint;
        # the slash at the end keeps REST from dropping it.
        return {
            "endpoint": f"{self.endpoint}:{self.port}/",
            "tls": self.tls,
            "auth_callback": self._callback(),
        }

    def link(
        self,
        page: Page = "hub",
        *,
        session: str | None = None,
        codec: str = "uimessage",
        client_id: str | None = None,
        role: str | None = None,
    ) -> str:
        """Return a one-time link that opens a page of the hub signed in: of any that has this key.

        `"hub"` looks at all channels. `"console"` and `"customer"` are pages of one session, and
        may do there what the role allows, and nothing elsewhere. They are for this identity, or for
        the one given: an operator's console and a user's chat, where no role is named.
        """
        if self._key is None:
            raise RequestError(
                "a link is made with the key of a hub, and there is none",
                code=40000,
                hint="Call connect() with key=, or with neither key= nor token_url=.",
            )
        if not self.is_local and not self.tls:
            raise AuthError(
                f"the key would go to {self.endpoint} for all to read, as tls is off",
                code=40103,
                hint="Put a proxy with TLS before the hub, or ask for the link on its own machine.",
            )
        # What is on this machine is not for a proxy of the environment.
        if not self.is_hub:
            check_hub(self.url, self._key, directly=self.is_local)
        wish: dict[str, Any] = {"page": page}
        if page != "hub":
            wish |= self._wish_for(page, session, client_id, role) | {"codec": codec}
        return ask_for_link(self.url, self._key, wish, directly=self.is_local)

    def _wish_for(
        self, page: str, session: str | None, client_id: str | None, role: str | None
    ) -> dict[str, Any]:
        """Return whose a page is to be, and the rights that go with that."""
        if page not in USUAL_ROLES:
            raise RequestError(
                f"there is no page {page!r:.80}",
                code=40000,
                hint=f"Use one of hub, {', '.join(USUAL_ROLES)}.",
            )
        who = client_id or self.client_id
        if session is None or who is None:
            raise RequestError(
                f"the {page} page needs to know whose it is, and which session it shows",
                code=40000,
                hint='Give session="..." and client_id="...".',
            )
        own = self.role if client_id is None and page == "console" else None
        identity = Identity(who, role or own or USUAL_ROLES[page], [session])
        return {
            "session": session,
            "clientId": who,
            "capability": capability_of(identity),
            "claim": claim_of(identity),
        }

    def _asked_for_token(self) -> str:
        if self._token_url is None:
            raise AuthError(
                "there is neither a key nor a token_url",
                code=40106,
                hint="Call connect() with key= or token_url=.",
            )
        return fetch(self._token_url, self._token_headers).decode().strip()

    def _callback(self) -> Callable[[object], Awaitable[TokenDetails]]:
        async def give_token(_: object) -> TokenDetails:
            # Where another server makes the token, it is waited for beside the loop.
            return details_of(await asyncio.to_thread(self.token))

        return give_token


class _Latest:
    """The connection that is meant where none is named: that of the last `connect()`."""

    connection: Connection | None = None


def connect(
    *,
    key: str | None = None,
    endpoint: str | None = None,
    token_url: str | None = None,
    token_headers: Mapping[str, str] | None = None,
    port: int | None = None,
    tls: bool | None = None,
    client_id: str | None = None,
    role: str | None = None,
) -> Connection:
    """Connect to where sessions are, and make that the default.

    With nothing but an identity it is the embedded hub, which is started if it does not run and
    which all processes of this user share. With `key` or `token_url` it is Ably, or the server at
    `endpoint` that speaks its protocol. Requests to the `token_url` have the `token_headers`, by
    which it knows who asks.

    >>> connect(key="app.id:secret", endpoint="localhost", port=8080, tls=False).url
    'http://localhost:8080'
    """
    _Latest.connection = connection_to(
        key=key,
        endpoint=endpoint,
        token_url=token_url,
        token_headers=token_headers,
        port=port,
        tls=tls,
        client_id=client_id,
        role=role,
    )
    return _Latest.connection


def connection_to(
    *,
    key: str | None = None,
    endpoint: str | None = None,
    token_url: str | None = None,
    token_headers: Mapping[str, str] | None = None,
    port: int | None = None,
    tls: bool | None = None,
    client_id: str | None = None,
    role: str | None = None,
) -> Connection:
    """Make a connection as `connect()` does, and leave the default as it is."""
    _check_identity(client_id, role)
    if key is not None and token_url is not None:
        raise RequestError(
            "both a key and a token_url were given", code=40000, hint="Give one of them."
        )
    if token_headers is not None and token_url is None:
        raise RequestError(
            "there are token_headers, and no token_url to send them to",
            code=40000,
            hint="Give token_url=, or leave them out.",
        )
    if key is None and token_url is None:
        if endpoint is not None or port is not None or tls is not None:
            raise AuthError(
                "an endpoint needs credentials",
                code=40106,
                hint="Pass key= or token_url= with it; or neither, for the embedded hub.",
            )
        hub = find_or_start()
        return Connection(hub.host, hub.port, False, client_id, role, True, hub.key)
    _check(key, token_url)
    _check_address(endpoint, port)
    _check_headers(token_headers or {})
    secure = tls is not False
    return Connection(
        endpoint or ABLY,
        port or (443 if secure else 80),
        secure,
        client_id,
        role,
        False,
        key,
        token_url,
        dict(token_headers or {}),
    )


def _check_identity(client_id: object, role: object) -> None:
    for name, given in (("client_id", client_id), ("role", role)):
        if given is not None and (not isinstance(given, str) or not given or given == "*"):
            raise RequestError(
                f"the {name} {given!r:.80} names nobody",
                code=40012,
                hint=f"Give {name} as a text, or leave it out.",
            )


def _check(key: str | None, token_url: str | None) -> None:
    """Refuse what can only fail later, and elsewhere; a key is not repeated."""
    if key is not None and not KEY.fullmatch(key):
        raise RequestError(
            "the key is not in the expected form",
            code=40005,
            hint="A key looks like appId.keyId:secret; copy it whole.",
        )
    if token_url is not None and not token_url.startswith(("http://", "https://")):
        raise RequestError(
            f"the token_url {token_url[:80]!r} is no web address",
            code=40000,
            hint="Give the whole address, such as https://example.com/token.",
        )


def _check_address(endpoint: object, port: object) -> None:
    if endpoint is not None and not (isinstance(endpoint, str) and HOST.fullmatch(endpoint)):
        raise RequestError(
            f"the endpoint {endpoint!r:.80} is not the name of a host",
            code=40000,
            hint='Give the host alone, as in endpoint="127.0.0.1", port=8080, tls=False.',
        )
    if port is not None and (type(port) is not int or not 0 < port < 65536):
        raise RequestError(
            f"the port {port!r:.80} is not a number from 1 to 65535",
            code=40000,
            hint="Give it as a number, as in port=8080.",
        )


def _check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what cannot be sent; a value may be a secret, and is not repeated."""
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise RequestError(
                f"the header {name[:80]!r} of token_headers cannot be sent",
                code=40000,
                hint="Leave line breaks and the like out of its name and value.",
            )


def default_connection() -> Connection:
    """Return the connection of the last `connect()`; raise if there is none yet."""
    if _Latest.connection is None:
        raise RequestError(
            "not connected yet", code=40000, hint="Call aitransport_notebook.connect() first."
        )
    return _Latest.connection
