"""Ably's REST interface to channels."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from aitransport_notebook.errors import NotFoundError, error_for
from aitransport_notebook.hub.auth.token_request import grant_token_request
from aitransport_notebook.hub.http import paging
from aitransport_notebook.hub.http.calls import Call, outcome
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.protocol.frames import Message, MessageAction, PresenceMessage
from aitransport_notebook.hub.protocol.log import Page, Place, Written
from aitransport_notebook.hub.protocol.serials import parse_serial

T = TypeVar("T")


async def time(call: Call) -> Reply:
    return Reply([call.now()])


async def publish(call: Call) -> Reply:
    """POST /channels/{channel}/messages"""
    place = call.place()
    if call.hub.settings.sandbox and call.query.get("_forceNack"):
        raise error_for(40099, "refused as the test asked", hint="Leave out _forceNack.")
    messages = await call.one_or_many(Message)
    written = await _publish(call, place, messages)
    first = messages[0].id
    return Reply(
        {
            "channel": place.channel,
            "messageId": first.rpartition(":")[0] if first else None,
            "serials": written.serials,
        },
        201,
    )


async def _publish(call: Call, place: Place, messages: Sequence[Message]) -> Written:
    grant = call.grant()
    return await outcome(partial(call.hub.core.publish, place, messages, grant))


async def history(call: Call) -> Reply:
    """GET /channels/{channel}/messages and /history"""
    place = _readable(call, "history")
    span = paging.range_of(call.query)
    page = await call.read(lambda reader: reader.history(place, span))
    return _page(call, page)


async def presence_history(call: Call) -> Reply:
    """GET /channels/{channel}/presence/history"""
    place = _readable(call, "history")
    span = paging.range_of(call.query)
    page = await call.read(lambda reader: reader.presence_history(place, span))
    return _page(call, page)


async def presence(call: Call) -> Reply:
    """GET /channels/{channel}/presence"""
    place = _readable(call, "presence", "subscribe")
    limit = paging.limit_of(call.query)
    wanted = {name: call.query.get(name) for name in ("clientId", "connectionId")}
    members = [
        member
        for member in call.hub.core.members(place)
        if all(not value or getattr(member, name) == value for name, value in wanted.items())
    ]
    first = paging.number(call.query, "cursor", 0) or 0
    later = first + limit
    page: Page[PresenceMessage] = Page(
        members[first:later], later if later < len(members) else None
    )
    return _page(call, page)


async def message(call: Call) -> Reply:
    """GET /channels/{channel}/messages/{serial}"""
    place = _readable(call, "history")
    seq = parse_serial(call.part("serial"))
    found = await call.read(lambda reader: reader.message(place, seq))
    if found is None:
        raise _no_message()
    return Reply(found)


async def versions(call: Call) -> Reply:
    """GET /channels/{channel}/messages/{serial}/versions"""
    place = _readable(call, "history")
    seq = parse_serial(call.part("serial"))
    span = paging.range_of(call.query, "forwards")
    if span.direction == "backwards":
        raise error_for(40003, "versions are listed oldest first", hint="Leave out the direction.")
    page = await call.read(lambda reader: reader.versions(place, seq, span))
    if not page.items and span.cursor is None:
        raise _no_message()
    return _page(call, page)


async def change(call: Call) -> Reply:
    """PATCH /channels/{channel}/messages/{serial}: update, delete or append"""
    place = call.place()
    operation = await call.body(Message)
    operation.serial = call.part("serial")
    if operation.action in (None, MessageAction.CREATE):
        operation.action = MessageAction.UPDATE
    written = await _publish(call, place, [operation])
    return Reply({"versionSerial": written.serials[0]})


async def status(call: Call) -> Reply:
    """GET /channels/{channel}"""
    place = call.place()
    grant = call.grant()
    grant.require(place.channel, "channel-metadata")
    return Reply(
        {
            "channelId": place.channel,
            "name": place.channel,
            "status": call.hub.core.status(place),
        }
    )


async def channels(call: Call) -> Reply:
    """GET /channels: those of a prefix, in order of name"""
    grant = call.grant()
    prefix = call.query.get("prefix") or ""
    by = call.query.get("by") or "value"
    limit = paging.limit_of(call.query)
    after = call.query.get("cursor") or ""
    grant.require(f"{prefix}*" if prefix else "*", "channel-metadata")
    active = {name for name in call.hub.core.active(grant.app_id) if name.startswith(prefix)}
    names = {name for name in active if name > after}
    if not call.hub.limits.active_only:
        stored = await call.read(
            lambda reader: reader.channels(grant.app_id, prefix, limit + 1, after)
        )
        names |= set(stored)
    listed = sorted(names)
    page = listed[:limit]
    items: Sequence[object] = page
    if by != "id":
        items = [
            {
                "channelId": name,
                "name": name,
                "status": call.hub.core.status(Place(grant.app_id, name)),
            }
            for name in page
        ]
    cursor = page[-1] if len(listed) > limit else None
    return Reply(items, 200, paging.links("channels", call.query, cursor))


async def stats(call: Call) -> Reply:
    """GET /stats: this hub records none, so there is no interval to tell of."""
    call.grant().require("*", "stats")
    return Reply([], 200, paging.links("stats", call.query, None))


async def request_token(call: Call) -> Reply:
    """POST /keys/{key}/requestToken"""
    hub = call.hub
    body = await call.body(dict)
    basic = call.grant() if call.credentials().kind == "basic" else None
    ask = partial(
        grant_token_request,
        body,
        call.part("key"),
        hub.apps.find_key,
        hub.store,
        call.now(),
        basic=basic,
        randomness=secrets.token_bytes(12),
    )
    details = await outcome(partial(hub.core.in_batch, ask))
    return Reply(details.to_dict(), 201)


def _readable(call: Call, *operations: str) -> Place:
    place = call.place()
    grant = call.grant()
    grant.require(place.channel, *operations)
    return place


def _page(call: Call, page: Page[T]) -> Reply:
    end = call.request.rel_url.raw_parts[-1]
    return Reply(page.items, 200, paging.links(end, call.query, page.cursor))


def _no_message() -> NotFoundError:
    return NotFoundError(
        "no message has this serial on this channel",
        code=40400,
        hint="Pass the serial as received, and the channel that it came from.",
    )
