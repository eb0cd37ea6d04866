"""Which right each route and each frame needs: without it 40160, and with it alone enough."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from aitransport_notebook.hub.auth.capability import OPERATIONS
from aitransport_notebook.hub.http.server import ROUTES
from tests.hostile.normal import token
from tests.hostile.support import KEY, TEXT, WatchedHub, Wire, call, masked

CHANNEL = "room:1"
AT = "/channels/room%3A1"


# Resources that do not cover the channel, and nothing of them the whole app.
ELSEWHERE = (
    *("room:2", "room:1:a", "room", "[meta]room:1", "[*]room:2", "room:1:*", "*:2", "*:*:*"),
    *("room*", "room:1*", "r*:1"),
)


@dataclass(frozen=True)
class Route:
    """A route with what it needs: any one of `needs`, on the channel or on the whole app."""

    method: str
    path: str
    needs: tuple[str, ...]
    resource: str = CHANNEL
    body: Any = None


UPDATES = ("message-update-any", "message-update-own")
DELETES = ("message-delete-any", "message-delete-own")
TABLE = (
    Route("GET", "/stats", ("stats",), "*"),
    Route("GET", "/channels", ("channel-metadata",), "*"),
    Route("GET", AT, ("channel-metadata",)),
    Route("POST", AT + "/messages", ("publish",), body={"data": "x"}),
    Route("POST", AT + "/publish", ("publish",), body={"data": "x"}),
    Route("GET", AT + "/messages", ("history",)),
    Route("GET", AT + "/history", ("history",)),
    Route("GET", AT + "/presence", ("presence", "subscribe")),
    Route("GET", AT + "/presence/history", ("history",)),
    Route("GET", AT + "/messages/{serial}", ("history",)),
    Route("GET", AT + "/messages/{serial}/versions", ("history",)),
    Route("PATCH", AT + "/messages/{serial}", UPDATES, body={"action": 1, "data": "y"}),
    Route("PATCH", AT + "/messages/{serial}", UPDATES, body={"action": 5, "data": "y"}),
    Route("PATCH", AT + "/messages/{serial}", UPDATES, body={"data": "y"}),
    Route("PATCH", AT + "/messages/{serial}", DELETES, body={"action": 2}),
)
# What needs no right on a channel: it is open, asks for the key itself, or takes any good token.
OPEN = {"/time", "/hub/about"}
BY_TOKEN = {"/hub/tickets"}
BY_KEY = {"/keys/{key}/requestToken", "/hub/links", "/hub/sign-in", "/hub/channels/{channel}"}


def test_the_table_has_every_route() -> None:
    patterns = {(route.method, route.path.replace(AT, "/channels/{channel}")) for route in TABLE}
    missing = {
        (method, path)
        for method, path, _ in ROUTES
        if (method, path) not in patterns and path not in OPEN | BY_KEY | BY_TOKEN
    }
    assert not missing


def allowing(*operations: str, resource: str = CHANNEL, client: str | None = "ann") -> str:
    """A token with these rights and no other."""
    claims: dict[str, object] = {"x-ably-capability": json.dumps({resource: list(operations)})}
    if client is not None:
        claims["x-ably-clientId"] = client
    return token(KEY, **claims)


async def ask(hub: WatchedHub, route: Route, given: str | None) -> tuple[int, int]:
    """Ask on behalf of the token; the message in question is Ann's own."""
    made = await call(hub, "POST", AT + "/messages", body={"data": "x", "clientId": "ann"})
    path = route.path.replace("{serial}", made.json["serials"][0])
    answer = await call(hub, route.method, path, key=None, token=given, body=route.body)
    return answer.status, answer.code


NAMES = [f"{route.method} {route.path} {route.body or ''}" for route in TABLE]


@pytest.mark.parametrize("route", TABLE, ids=NAMES)
async def test_a_route_needs_its_right(watched: WatchedHub, route: Route) -> None:
    for need in route.needs:
        status, code = await ask(watched, route, allowing(need, resource=route.resource))
        assert (status // 100, code) == (2, 0), need
    others = OPERATIONS - set(route.needs)
    assert await ask(watched, route, allowing(*others, resource=route.resource)) == (401, 40160)
    # All rights, on another channel, on one beneath, on one above, and of the other kind.
    for resource in ELSEWHERE:
        assert await ask(watched, route, allowing("*", resource=resource)) == (401, 40160)
    assert await ask(watched, route, None) == (401, 40101)


@pytest.mark.parametrize("path", sorted(BY_KEY - {"/hub/sign-in"}))
async def test_what_asks_for_the_key_takes_no_token(watched: WatchedHub, path: str) -> None:
    method = next(method for method, known, _ in ROUTES if known == path)
    path = path.replace("{key}", "app.root").replace("{channel}", CHANNEL)
    for given in (allowing("*", resource="*"), None):
        answer = await call(watched, method, path, key=None, token=given, body={})
        assert answer.status == 401, answer.raw


async def test_a_ticket_is_worth_what_its_token_is(watched: WatchedHub) -> None:
    given = await call(watched, "POST", "/hub/tickets", key=None, token=allowing("subscribe"))
    assert given.status == 201
    for path in ("/hub/tickets", AT + "/messages"):
        shown = await call(watched, "POST", path, key=None, token=given.json["ticket"], body={})
        assert (shown.status, shown.code) == (401, 40101)


ATTACH = {"action": 10, "channel": CHANNEL}
MODES = {
    "presence": 1 << 16,
    "publish": 1 << 17,
    "subscribe": 1 << 18,
    "presence-subscribe": 1 << 19,
}


@pytest.mark.parametrize(("word", "bit"), MODES.items())
async def test_a_mode_is_granted_by_its_right_alone(
    watched: WatchedHub, word: str, bit: int
) -> None:
    rights = {"subscribe", "presence-subscribe"} if word == "presence-subscribe" else {word}
    granting = rights & OPERATIONS
    for right in granting:
        assert (await attached(watched, allowing(right), bit))["flags"] & (0xF << 16) == bit
    refused = await attached(watched, allowing(*(OPERATIONS - rights)), bit)
    assert (refused["action"], refused["channel"]) == (9, CHANNEL)
    assert refused["error"]["code"] == 40160
    everything = await attached(watched, allowing(*(OPERATIONS - rights)), 0xF << 16)
    assert not everything["flags"] & bit


async def attached(hub: WatchedHub, given: str, flags: int) -> dict[str, Any]:
    wire = await Wire.open(hub.port, f"access_token={given}")
    wire.tell({**ATTACH, "flags": flags})
    told = await wire.until(9, 11)
    await wire.close()
    return told


FRAMES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "publish": (("publish",), {"action": 15, "messages": [{"data": "x"}]}),
    "presence": (("presence",), {"action": 14, "presence": [{"action": 2}]}),
    "update": (UPDATES, {"action": 15, "messages": [{"action": 1, "data": "y"}]}),
    "append": (UPDATES, {"action": 15, "messages": [{"action": 5, "data": "y"}]}),
    "delete": (DELETES, {"action": 15, "messages": [{"action": 2}]}),
}


@pytest.mark.parametrize("attach", [False, True], ids=["transient", "attached"])
@pytest.mark.parametrize("name", FRAMES)
async def test_a_frame_needs_its_right(watched: WatchedHub, name: str, attach: bool) -> None:
    needs, frame = FRAMES[name]
    made = await call(watched, "POST", AT + "/messages", body={"data": "x", "clientId": "ann"})
    sent = json.loads(json.dumps(frame)) | {"channel": CHANNEL, "msgSerial": 0}
    for message in sent.get("messages", []):
        if message.get("action"):
            message["serial"] = made.json["serials"][0]
    for need in needs:
        assert (await answer_to(watched, allowing(need), sent, attach))["action"] == 1
    refused = await answer_to(watched, allowing(*(OPERATIONS - set(needs))), sent, attach)
    assert (refused["action"], refused["error"]["code"]) == (2, 40160)
    refused = await answer_to(watched, allowing("*", resource="room:2"), sent, attach=False)
    assert (refused["action"], refused["error"]["code"]) == (2, 40160)


async def answer_to(
    hub: WatchedHub, given: str, frame: dict[str, Any], attach: bool
) -> dict[str, Any]:
    wire = await Wire.open(hub.port, f"access_token={given}&echo=false")
    if attach:
        wire.tell(ATTACH)
        await wire.until(9, 11)
    wire.tell(frame)
    told = await wire.until(1, 2)
    await wire.close()
    return told


async def test_who_may_not_subscribe_hears_nothing(watched: WatchedHub) -> None:
    deaf = await Wire.open(watched.port, f"access_token={allowing('publish', 'presence')}")
    deaf.tell({**ATTACH, "flags": 0xF << 16, "params": {"rewind": "10"}})
    await deaf.until(11)
    other = await Wire.open(watched.port, f"key={KEY}")
    other.tell({"action": 15, "channel": CHANNEL, "msgSerial": 0, "messages": [{"data": "s"}]})
    other.tell(
        {
            "action": 14,
            "channel": CHANNEL,
            "msgSerial": 1,
            "presence": [{"action": 2, "clientId": "o"}],
        }
    )
    await other.until(1)
    deaf.tell({"action": 16, "channel": CHANNEL})
    assert [m["action"] for m in await deaf.all()] == []
    await deaf.close()
    await other.close()


async def test_a_narrower_token_takes_effect_on_what_is_attached(watched: WatchedHub) -> None:
    wire = await Wire.open(watched.port, f"access_token={allowing('*')}")
    wire.tell(ATTACH)
    await wire.until(11)
    wire.tell({"action": 17, "auth": {"accessToken": allowing("publish", resource="room:2")}})
    told = await wire.until(9)
    assert (told["channel"], told["error"]["code"]) == (CHANNEL, 40160)
    wire.tell({"action": 15, "channel": CHANNEL, "msgSerial": 0, "messages": [{"data": "x"}]})
    told = await wire.until(1, 2)
    assert (told["action"], told["error"]["code"]) == (2, 40160)
    await call(watched, "POST", AT + "/messages", body={"data": "not for you"})
    assert await wire.all() == []
    await wire.close()


async def test_an_attach_on_its_way_is_held_to_the_newest_token(watched: WatchedHub) -> None:
    wire = await Wire.open(watched.port, f"access_token={allowing('*')}")
    await wire.until(4)
    narrower = {"accessToken": allowing("publish", resource="room:2")}
    # In one piece, so that nothing is done in between.
    together = [ATTACH, {"action": 17, "auth": narrower}]
    wire.send(b"".join(masked(TEXT, json.dumps(frame).encode()) for frame in together))
    assert (await wire.until(9))["error"]["code"] == 40160
    await call(watched, "POST", AT + "/messages", body={"data": "not for you"})
    assert [m for m in await wire.all() if m["action"] == 15] == []
    await wire.close()
