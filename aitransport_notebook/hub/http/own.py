"""The hub's own routes: about it, and its pages."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from aitransport_notebook.errors import NotFoundError
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.launch.record import PROTOCOL, proof

STATIC = Path(__file__).parents[2] / "console" / "static"
PAGES = {"/": "hub.html", "/console": "console-page.html", "/customer": "customer.html"}
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


async def about(call: Call) -> Reply:
    """GET /hub/about: what tells a hub from another server, and one hub from another.

    Who has a key can ask for a proof that this hub has it too: the first one, unless one is named.
    """
    about: dict[str, object] = {
        "hub": "aitransport-notebook",
        "version": call.hub.settings.version,
        "protocol": PROTOCOL,
        # By which a page can be sure that a loopback port is this hub's, on its own machine.
        # It is no secret, and nothing is signed with it.
        "instance": call.hub.instance,
    }
    challenge = call.query.get("challenge")
    # A page has no use for the proof, and could try out short secrets on it.
    if challenge is not None and "Origin" not in call.request.headers:
        name = call.query.get("key")
        key = call.hub.first_key if name is None else call.hub.apps.find_key(name)
        if key is not None:
            about["proof"] = proof(key.secret, challenge)
    return Reply(about)


async def page(request: web.Request) -> web.StreamResponse:
    """GET /, /console and /customer, and /static/{name}: the pages and their parts."""
    name = request.match_info.get("name") or PAGES[request.path]
    file = STATIC / name
    if file not in STATIC.glob("*") or file.suffix not in MEDIA:
        raise NotFoundError(
            f"no such page {name[:80]!r}", code=40400, hint="The hub's page is at /."
        )
    return web.Response(
        body=file.read_bytes(), content_type=MEDIA[file.suffix], headers=PAGE_HEADERS
    )
