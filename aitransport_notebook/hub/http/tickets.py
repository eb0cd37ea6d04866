"""How a page gets a ticket for its token, right before it opens a socket."""

from __future__ import annotations

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.replies import Reply


async def give_ticket(call: Call) -> Reply:
    """POST /hub/tickets: a ticket for the token that the request shows."""
    if call.grant().is_basic:
        raise error_for(40101, "a key gets no ticket", hint="Show a token, as Bearer.")
    ticket = call.hub.tickets.give(call.credentials().value, call.now())
    return Reply({"ticket": ticket}, 201)
