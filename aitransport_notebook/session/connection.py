"""`connect()`: to the embedded hub, to Ably, or to a server that speaks its protocol."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from aitransport_notebook.errors import AuthError, LinkError, RequestError
from aitransport_notebook.hub.launch.find import find_or_start

Capability = Mapping[str, list[str]]
TokenDetails = str | dict[str, Any]
EVERYTHING: Capability = {"*": ["*"]}
TOKEN_LIFE = 15 * 60
SHORT_SECRET = 32
ABLY = "main.realtime.ably.net"
KEY = re.compile(r"[^.:\s]+\.[^.:\s]+:[!-~]+")


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
        name, _, secret = self._key.partition(":")
        now = int(time.time())
        claims: dict[str, Any] = {
            "iat": now,
            "exp": now + int(life),
            "x-ably-capability": json.dumps(capability, separators=(",", ":")),
        }
        if self.client_id is not None:
            claims["x-ably-clientId"] = self.client_id
        if self.role is not None:
            claims["ably.channel.*"] = json.dumps({"role": self.role})
        # HMAC itself fills a short secret up with zeros: without them PyJWT warns at every token.
        signing = secret.encode("ascii").ljust(SHORT_SECRET, b"\0")
        return jwt.encode(claims, signing, algorithm="HS256", headers={"kid": name})

    def options(self) -> dict[str, Any]:
        """Return what `ably.AblyRealtime(**options)` and `ably.AblyRest` need to reach it."""
        # The Python client takes no port for realtime connections, so it goes into the endpoint;
        # the slash at the end keeps REST from dropping it.
        return {
            "endpoint": f"{self.endpoint}:{self.port}/",
            "tls": self.tls,
            "auth_callback": self._callback(),
        }

    def link(self) -> str:
        """Return a one-time link that opens the hub's page signed in."""
        if not self.is_hub or self._key is None:
            raise RequestError(
                "only the embedded hub has a page of its own",
                code=40000,
                hint="Connect with connect() and no key.",
            )
        basic = b64encode(self._key.encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/hub/links", method="POST", headers={"Authorization": f"Basic {basic}"}
        )
        return str(json.loads(_fetch(request, _DIRECTLY))["url"])

    def _asked_for_token(self) -> str:
        if self._token_url is None:
            raise AuthError(
                "there is neither a key nor a token_url",
                code=40106,
                hint="Call connect() with key= or token_url=.",
            )
        return _fetch(urllib.request.Request(self._token_url), _USUALLY).decode().strip()

    def _callback(self) -> Callable[[object], Awaitable[TokenDetails]]:
        async def give_token(_: object) -> TokenDetails:
            # Where another server makes the token, it is waited for beside the loop.
            return details_of(await asyncio.to_thread(self.token))

        return give_token


def details_of(token: str) -> TokenDetails:
    """Return a token with what the Python client does not read out of a JWT itself.

    It refuses a renewal that does not name the clientId of the token before.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return token
    details = {
        "token": token,
        "issued": int(claims.get("iat", 0)) * 1000,
        "clientId": claims.get("x-ably-clientId"),
    }
    return {**details, "expires": int(claims["exp"]) * 1000} if "exp" in claims else details


_USUALLY = urllib.request.build_opener()
# The hub is on this machine, and its key is not for a proxy of the environment.
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _fetch(request: urllib.request.Request, opener: urllib.request.OpenerDirector) -> bytes:
    try:
        with opener.open(request, timeout=10) as answer:
            body: bytes = answer.read()
            return body
    except urllib.error.HTTPError as refusal:
        refusal.close()
        raise AuthError(
            f"{request.host} answered {refusal.code} {refusal.reason}",
            code=40170,
            hint="Check the address, and that it gives tokens to who asks from here.",
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise LinkError(
            f"no answer from {request.host}: {error}",
            code=80000,
            hint="Check that the server runs and that this machine can reach it.",
        ) from None


class _Latest:
    """The connection that is meant where none is named: the one made last."""

    connection: Connection | None = None


def connect(
    *,
    key: str | None = None,
    endpoint: str | None = None,
    token_url: str | None = None,
    port: int | None = None,
    tls: bool | None = None,
    client_id: str | None = None,
    role: str | None = None,
) -> Connection:
    """Connect to where sessions are, and make that the default.

    With nothing but an identity it is the embedded hub, which is started if it does not run and
    which all processes of this user share. With `key` or `token_url` it is Ably, or the server at
    `endpoint` that speaks its protocol.

    >>> connect(key="app.id:secret", endpoint="localhost", port=8080, tls=False).url
    'http://localhost:8080'
    """
    _check_identity(client_id, role)
    if key is not None and token_url is not None:
        raise RequestError(
            "both a key and a token_url were given", code=40000, hint="Give one of them."
        )
    if key is None and token_url is None:
        if endpoint is not None or port is not None or tls is not None:
            raise AuthError(
                "an endpoint needs credentials",
                code=40106,
                hint="Pass key= or token_url= with it; or neither, for the embedded hub.",
            )
        hub = find_or_start()
        made = Connection(hub.host, hub.port, False, client_id, role, True, hub.key)
    else:
        _check(key, token_url)
        secure = tls is not False
        made = Connection(
            endpoint or ABLY,
            port or (443 if secure else 80),
            secure,
            client_id,
            role,
            False,
            key,
            token_url,
        )
    _Latest.connection = made
    return made


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


def default_connection() -> Connection:
    """Return the connection made last; raise if there is none yet."""
    if _Latest.connection is None:
        raise RequestError(
            "not connected yet", code=40000, hint="Call aitransport_notebook.connect() first."
        )
    return _Latest.connection
