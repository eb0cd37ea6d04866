"""The hub's own routes: about it, its page, and how the page is signed in."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec
from aiohttp import web

from aitransport_notebook.errors import NotFoundError, error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.tokens import issue_token
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.http.tickets import LINK_LIFE, RENEWAL_LIFE
from aitransport_notebook.hub.launch.record import PROTOCOL, proof

STATIC = Path(__file__).parents[2] / "console" / "static"
PAGE_TOKEN_LIFE = 30 * 60_000
PAGE_CAPABILITY = {"*": ["subscribe", "history", "channel-metadata"]}
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
MEDIA = {".css": "text/css", ".html": "text/html", ".js": "text/javascript"}


class SignIn(msgspec.Struct):
    """What a page shows to be let in: a link, or what it was given for renewing."""

    link: str | None = None
    renew: str | None = None


async def about(call: Call) -> Reply:
    """GET /hub/about: what tells a hub from another server, and one hub from another.

    Who has the key can ask for a proof that this hub has it too.
    """
    about: dict[str, object] = {
        "hub": "aitransport-notebook",
        "version": call.hub.settings.version,
        "protocol": PROTOCOL,
    }
    challenge = call.query.get("challenge")
    # A page has no use for the proof, and could try out short secrets on it.
    if challenge is not None and "Origin" not in call.request.headers:
        about["proof"] = proof(call.hub.first_key.secret, challenge)
    return Reply(about)


async def make_link(call: Call) -> Reply:
    """POST /hub/links: a one-time link to the hub's page, for who has the key."""
    grant = call.grant()
    if not grant.is_basic:
        raise error_for(40101, "links are made with a key", hint="Use Basic authentication.")
    code = call.hub.tickets.give(grant.key_name, call.now(), LINK_LIFE)
    return Reply({"url": f"{call.request.url.origin()}/#link={code}"}, 201)


async def sign_in(call: Call) -> Reply:
    """POST /hub/sign-in: a narrow token for the page, against a link or a renewal."""
    _same_origin(call.request)
    body = await call.body(SignIn)
    hub, now = call.hub, call.now()
    key = hub.apps.find_key(hub.tickets.use(body.link or body.renew or "", now))
    if key is None:
        raise error_for(40101, "the key of this link is gone", hint="Make a new link.")
    token = issue_token(
        key,
        client_id="hub-page",
        capability=Capability.parse(PAGE_CAPABILITY),
        ttl=PAGE_TOKEN_LIFE,
        now=now,
        randomness=secrets.token_bytes(12),
    )
    return Reply(
        {
            "token": token.to_dict(),
            "renew": hub.tickets.give(key.name, now, RENEWAL_LIFE),
            "hub": {"version": hub.settings.version, "url": str(call.request.url.origin())},
        },
        201,
    )


def _same_origin(request: web.Request) -> None:
    """Refuse other pages: a link is for the hub's own."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != str(request.url.origin()):
        raise error_for(
            40300, "another page may not do this", status=403, hint="Open the hub's own page."
        )


async def page(request: web.Request) -> web.StreamResponse:
    """GET / and /static/{name}: the page and its parts."""
    name = request.match_info.get("name", "hub.html")
    file = STATIC / name
    if file not in STATIC.glob("*") or file.suffix not in MEDIA:
        raise NotFoundError(
            f"no such page {name[:80]!r}", code=40400, hint="The hub's page is at /."
        )
    return web.Response(
        body=file.read_bytes(), content_type=MEDIA[file.suffix], headers=PAGE_HEADERS
    )
