"""How the hub's pages are signed in: a one-time link from who has the key, then renewals."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import Any, Literal

import msgspec
from aiohttp import web

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.client_ids import read_own_client_id
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt_signing import sign_jwt
from aitransport_notebook.hub.auth.passes import Pass, seal, unseal
from aitransport_notebook.hub.auth.resource import Resource
from aitransport_notebook.hub.http.calls import Call, outcome
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.protocol.names import parse_channel

PAGE_TOKEN_LIFE = 30 * 60_000
PATHS = {"hub": "/", "console": "/console", "customer": "/customer"}
# The page of the hub itself looks at every channel, and says nothing on any.
LOOKER = "hub-page"
LOOK = {"*": ["subscribe", "history", "channel-metadata"]}
NOTES = "ops"
# A claim stands in every message of its owner, in characters of JSON.
LARGEST_CLAIM = 1024


class LinkWish(msgspec.Struct, forbid_unknown_fields=True):
    """Which page a link is to open, and, for a session's page, as whom and with what rights."""

    page: Literal["hub", "console", "customer"] = "hub"
    session: str | None = None
    codec: Literal["uimessage", "responses", "text"] = "uimessage"
    clientId: str | None = None
    capability: dict[str, list[str]] | None = None
    claim: dict[str, Any] | None = None


class SignIn(msgspec.Struct):
    """What a page shows to be let in: a link, or what it was given for renewing."""

    link: str | None = None
    renew: str | None = None


async def make_link(call: Call) -> Reply:
    """POST /hub/links: a one-time link to a page of the hub, for who has the key."""
    grant = call.grant()
    if not grant.is_basic:
        raise error_for(40101, "links are made with a key", hint="Use Basic authentication.")
    wish = await call.body(LinkWish) if call.request.can_read_body else LinkWish()
    code = call.hub.links.give(_pass_for(wish, grant), call.now())
    return Reply({"url": f"{call.request.url.origin()}{PATHS[wish.page]}#link={code}"}, 201)


async def sign_in(call: Call) -> Reply:
    """POST /hub/sign-in: a narrow token for the page, against a link or a renewal."""
    _check_origin(call.request)
    body = await call.body(SignIn)
    hub, now = call.hub, call.now()
    admits = await _admitted(call, body, now)
    key = hub.apps.find_key(admits.key_name)
    if key is None:
        raise error_for(40101, "the key of this link is gone", hint="Make a new link.")
    token = sign_jwt(
        key,
        client_id=admits.client_id,
        capability=Capability.parse(admits.capability),
        claim=admits.claim,
        life=PAGE_TOKEN_LIFE,
        now=now,
    )
    return Reply(
        {
            "token": token.to_dict(),
            "renew": seal(admits, hub.page_secret, now=now, randomness=secrets.token_bytes(12)),
            "show": {"session": admits.session, "codec": admits.codec} if admits.session else None,
            "hub": {
                "version": hub.settings.version,
                "url": str(call.request.url.origin()),
                "instance": hub.instance,
            },
        },
        201,
    )


async def _admitted(call: Call, body: SignIn, now: int) -> Pass:
    hub = call.hub
    if body.renew is None:
        return hub.links.use(body.link or "", now)
    use = partial(unseal, body.renew, hub.page_secret, hub.store, now)
    return await outcome(partial(hub.core.in_batch, use))


def _pass_for(wish: LinkWish, grant: Grant) -> Pass:
    """Return what the link is to let in as; raise if the key, or the wish, does not go so far."""
    if wish.page == "hub":
        if (wish.session, wish.clientId, wish.capability, wish.claim) != (None,) * 4:
            raise _wrong("the hub's own page is nobody's", 'Leave out all but {"page": "hub"}.')
        granted = grant.capability.intersect(Capability.parse(LOOK))
        if granted.is_empty:
            raise _beyond_the_key(grant)
        return Pass(grant.key_name, LOOKER, granted.to_dict())
    client_id = read_own_client_id(wish.clientId)
    if wish.session is None or client_id is None or wish.capability is None:
        raise _wrong(
            f"the {wish.page} page needs to know whose it is, and what it shows",
            "Give session, clientId and capability.",
        )
    if wish.page == "customer" and wish.codec != "uimessage":
        raise _wrong(
            f"the customer page does not speak {wish.codec}", 'It speaks "uimessage" alone.'
        )
    _check_claim(wish.claim)
    _check_session(wish.session)
    asked = Capability.parse(wish.capability)
    if not asked.resources.keys() <= {wish.session, f"{NOTES}:{wish.session}"}:
        raise _wrong(
            "the capability goes beyond the session",
            f"Name the session and {NOTES}:<session> in it, and nothing else.",
        )
    if asked.is_empty or asked.intersect(grant.capability) != asked:
        raise _beyond_the_key(grant)
    return Pass(grant.key_name, client_id, asked.to_dict(), wish.claim, wish.session, wish.codec)


def _check_session(session: str) -> None:
    if parse_channel(session).name != session or Resource.parse(session).is_pattern:
        raise _wrong(
            f"{session[:80]!r} is not the name of one session", "Give its name, with no pattern."
        )


def _check_claim(claim: dict[str, Any] | None) -> None:
    if claim is not None and len(json.dumps(claim)) > LARGEST_CLAIM:
        raise _wrong(
            f"the claim takes over {LARGEST_CLAIM} characters",
            "It stands in every message: give an id, and look up what it stands for.",
        )


def _wrong(problem: str, hint: str) -> AITransportError:
    return error_for(40003, f"no link: {problem}", hint=hint)


def _beyond_the_key(grant: Grant) -> AITransportError:
    return error_for(
        40160,
        f"no link: the key {grant.key_name} does not allow what the page would do",
        hint="Ask for less, or use a key that allows more.",
    )


def _check_origin(request: web.Request) -> None:
    """Refuse other pages: a link is for the hub's own.

    Where a proxy stands before the hub the address that the page came from is the proxy's; then
    the browser's word counts, which no page can change, that page and hub have one address.
    """
    origin = request.headers.get("Origin")
    if origin is None or origin == str(request.url.origin()):
        return
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        raise error_for(
            40300, "another page may not do this", status=403, hint="Open the hub's own page."
        )
