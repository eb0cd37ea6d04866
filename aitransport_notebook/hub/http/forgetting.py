"""How a channel is emptied, by who has the key."""

from __future__ import annotations

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.http.upkeep import remove

# Numbers may run ahead of the clock by so many ms, where much is written at once.
AHEAD = 1000


async def forget(call: Call) -> Reply:
    """DELETE /hub/channels/{channel}: remove all that was said there, unless somebody is there."""
    if "Origin" in call.request.headers:
        raise error_for(40300, "a page may not do this", status=403, hint="Ask from a process.")
    grant, place = call.grant(), call.place()
    if not grant.is_basic:
        raise error_for(40101, "a channel is emptied with a key", hint="Use Basic authentication.")
    grant.require(place.channel, "*")
    present = sorted({member.clientId or "somebody" for member in call.hub.core.members(place)})
    if present:
        raise error_for(
            40900,
            f"{', '.join(present)[:200]} is in {place.channel[:200]}, so it was not emptied",
            hint="Close what shows it, or wait a moment where that is closed already.",
        )
    before = call.now() + AHEAD
    await remove(call.hub, call.hub.store.prune(before, lambda other: other != place))
    return Reply(None, 204)
