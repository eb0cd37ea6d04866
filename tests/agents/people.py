"""Who the application of the tests knows, by what they send with a request."""

from __future__ import annotations

from aitransport_notebook import Connection, connect
from aitransport_notebook.agents.asgi import Request
from aitransport_notebook.session.roles import Identity
from tests.support.hub_process import HubProcess

SESSIONS = ["rooms:*"]
PEOPLE = {
    name: Identity(name, role, SESSIONS, claims)
    for name, role, claims in (
        ("ann", "user", {"name": "Ann", "plan": "gold"}),
        ("eve", "user", {}),
        ("ai", "agent", {}),
        ("oskar", "operator", {}),
        ("lea", "lead", {}),
    )
}


def signed_in(name: str) -> dict[str, str]:
    """Return the headers of somebody who has signed in."""
    return {"Authorization": f"Bearer session-of-{name}"}


def authenticate(request: Request) -> Identity | None:
    return PEOPLE.get(request.headers.get("authorization", "").removeprefix("Bearer session-of-"))


def keyed(hub: HubProcess, who: str = "ai", role: str = "agent") -> Connection:
    """Connect with the key, as a server does."""
    return connect(
        key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id=who, role=role
    )


def at_door(hub: HubProcess, url: str, name: str, query: str = "") -> Connection:
    """Connect as somebody who has no key, and asks for tokens."""
    return connect(
        token_url=f"{url}/token{query}",
        token_headers=signed_in(name),
        endpoint=hub.host,
        port=hub.port,
        tls=False,
    )
