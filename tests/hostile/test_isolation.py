"""Two apps on one hub, with channels of the same names: nothing crosses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.support import SECRETS, WatchedHub, Wire, call

PERMISSIVE: dict[str, Any] = {
    "keys": [{}, {"capability": '{"*":["subscribe"]}'}],
    "namespaces": [{"id": "room", "persisted": True, "mutableMessages": True}],
}
CHANNEL, AT = "room:1", "/channels/room%3A1"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedHub]:
    with WatchedHub(tmp_path_factory.mktemp("sandbox"), "--sandbox") as hub:
        yield hub
        said = hub.complaints(whole=True)
    assert not said, said


async def app(hub: WatchedHub) -> dict[str, Any]:
    answer = await call(hub, "POST", "/apps", key=None, body=PERMISSIVE)
    assert answer.status == 201, answer.raw
    made: dict[str, Any] = answer.json
    return made


def key(made: dict[str, Any], number: int = 0) -> str:
    text: str = made["keys"][number]["keyStr"]
    return text


async def test_nothing_of_one_app_is_seen_by_another(sandbox: WatchedHub) -> None:
    mine, theirs = await app(sandbox), await app(sandbox)
    watcher = await Wire.open(sandbox.port, f"key={key(theirs)}")
    watcher.tell({"action": 10, "channel": CHANNEL})
    await watcher.until(11)
    sender = await Wire.open(sandbox.port, f"key={key(mine)}&clientId=ann")
    sender.tell({"action": 10, "channel": CHANNEL})
    told = await sender.until(11)
    sender.tell({"action": 15, "channel": CHANNEL, "msgSerial": 0, "messages": [{"data": "mine"}]})
    serial = (await sender.until(1))["res"][0]["serials"][0]
    sender.tell({"action": 14, "channel": CHANNEL, "msgSerial": 1, "presence": [{"action": 2}]})
    await sender.until(1)

    async def both(path: str) -> tuple[Any, Any]:
        pair = [await call(sandbox, "GET", path, key=key(each)) for each in (mine, theirs)]
        return pair[0], pair[1]

    for path in ("/messages", "/history", "/presence", "/presence/history"):
        ours, foreign = await both(AT + path)
        assert ours.json
        assert foreign.json == []
    for path in (f"/messages/{serial}", f"/messages/{serial}/versions"):
        ours, foreign = await both(AT + path)
        assert ours.status == 200
        assert (foreign.status, foreign.code) == (404, 40400)
    ours, foreign = await both(AT)
    assert ours.json["status"]["occupancy"]["metrics"]["presenceMembers"] == 1
    metrics = foreign.json["status"]["occupancy"]["metrics"]
    assert (metrics["presenceMembers"], metrics["connections"]) == (0, 1)
    sender.tell({"action": 10, "channel": "room:only-mine"})
    await sender.until(11)
    ours, foreign = await both("/channels?by=id")
    assert "room:only-mine" in ours.json
    assert "room:only-mine" not in foreign.json
    change = {"data": "forged"}
    answer = await call(sandbox, "PATCH", f"{AT}/messages/{serial}", key=key(theirs), body=change)
    assert (answer.status, answer.code) == (404, 40400)
    # From a serial of the other app nothing is replayed but what is one's own.
    watcher.tell({"action": 10, "channel": CHANNEL, "channelSerial": told["channelSerial"]})
    watcher.tell({"action": 16, "channel": CHANNEL})
    heard = [m for m in await watcher.all() if m["action"] in (14, 15, 16)]
    assert all(not m.get("presence") and not m.get("messages") for m in heard), heard
    for wire in (watcher, sender):
        await wire.close()


async def test_no_credential_of_one_app_serves_in_another(sandbox: WatchedHub) -> None:
    mine, theirs = await app(sandbox), await app(sandbox)
    name = mine["keys"][0]["keyName"]
    # The key's name of one with the secret of the other; a token moved over.
    secret = key(theirs).split(":")[1]
    assert (await call(sandbox, "GET", AT, key=f"{name}:{secret}")).status == 401
    made = await call(sandbox, "POST", f"/keys/{name}/requestToken", key=key(mine), body={})
    given = made.json["token"]
    moved = f"{theirs['appId']}.{given.partition('.')[2]}"
    answer = await call(sandbox, "GET", AT + "/messages", token=moved)
    assert (answer.status, answer.code) == (401, 40143)
    answer = await call(sandbox, "POST", f"/keys/{name}/requestToken", key=key(theirs), body={})
    assert (answer.status, answer.code) == (401, 40101)
    # In-band, too.
    wire = await Wire.open(sandbox.port, f"key={key(theirs)}")
    wire.tell({"action": 17, "auth": {"accessToken": given}})
    refused = await wire.until(9)
    assert refused["error"]["code"] == 40102
    await wire.close()


async def test_a_connection_of_one_app_is_not_resumed_from_another(sandbox: WatchedHub) -> None:
    mine, theirs = await app(sandbox), await app(sandbox)
    wire = await Wire.open(sandbox.port, f"key={key(mine)}")
    told = await wire.until(4)
    connection_key = told["connectionDetails"]["connectionKey"]
    other = await Wire.open(sandbox.port, f"key={key(theirs)}&resume={connection_key}")
    refused = await other.until(4)
    assert refused["error"]["code"] == 80018
    assert refused["connectionId"] != told["connectionId"]
    body = {"data": "x", "connectionKey": connection_key}
    answer = await call(sandbox, "POST", AT + "/messages", key=key(theirs), body=body)
    assert (answer.status, answer.code) == (400, 40006)
    for each in (wire, other):
        await each.close()


async def test_a_deleted_app_is_gone_with_its_tokens_and_connections(sandbox: WatchedHub) -> None:
    mine, theirs = await app(sandbox), await app(sandbox)
    name = mine["keys"][0]["keyName"]
    made = await call(sandbox, "POST", f"/keys/{name}/requestToken", key=key(mine), body={})
    given = made.json["token"]
    wires = [await Wire.open(sandbox.port, f"access_token={given}") for _ in range(2)]
    for wire in wires:
        await wire.until(4)
    # Not by another app, not by a token, not by a key of few rights.
    path = f"/apps/{mine['appId']}"
    assert (await call(sandbox, "DELETE", path, key=key(theirs))).status == 401
    assert (await call(sandbox, "DELETE", path, token=given)).status == 401
    assert (await call(sandbox, "DELETE", path, key=None)).status == 401
    assert (await call(sandbox, "DELETE", path, key=key(mine, 1))).status == 401
    assert (await call(sandbox, "GET", AT + "/messages", token=given)).status == 200
    assert (await call(sandbox, "DELETE", path, key=key(mine))).status == 204
    for wire in wires:
        assert (await wire.until(9))["error"]["code"] == 40400
        await wire.close()
    answer = await call(sandbox, "GET", AT + "/messages", token=given)
    assert (answer.status, answer.code) == (401, 40143)
    assert (await call(sandbox, "GET", AT + "/messages", key=key(mine))).status in (401, 404)
    assert (await call(sandbox, "GET", AT + "/messages", key=key(theirs))).status == 200


SPECS: dict[str, object] = {
    "a list": [],
    "keys of a number": {"keys": 5},
    "a capability of garbage": {"keys": [{"capability": "{"}]},
    "an unknown operation": {"keys": [{"capability": {"*": ["fly"]}}]},
    "a namespace of nothing": {"namespaces": [{}]},
    "a channel without a name": {"channels": [{}]},
    "members of a number": {"channels": [{"name": "c", "presence": 5}]},
    "a member of garbage": {
        "channels": [{"name": "c", "presence": [{"data": {"n": 2**70}, "x": 1}]}]
    },
    "a member of nobody": {"channels": [{"name": "c", "presence": [{"extras": {"n": 2**70}}]}]},
    "a channel of NUL": {
        "channels": [{"name": "\0", "presence": [{"clientId": "c", "data": "x"}]}]
    },
    "a member of an ext": {
        "channels": [{"name": "c", "presence": [{"clientId": "c", "data": [1]}]}]
    },
}


@pytest.mark.parametrize("name", SPECS)
async def test_a_spec_of_nonsense_makes_no_failure(sandbox: WatchedHub, name: str) -> None:
    answer = await call(sandbox, "POST", "/apps", key=None, body=SPECS[name])
    assert answer.status in (201, 400), answer.raw
    if answer.status == 201:
        made = answer.json
        wire = await Wire.open(sandbox.port, f"key={key(made)}") if made["keys"] else None
        assert wire is None or (await wire.until(4))
        if wire is not None:
            await wire.close()
    other = await app(sandbox)
    body = {"data": "x"}
    assert (await call(sandbox, "POST", AT + "/messages", key=key(other), body=body)).status == 201


async def test_seated_members_of_any_content_can_be_told(sandbox: WatchedHub) -> None:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    for presence in (
        {"clientId": "c", "data": deep},
        {"clientId": "c", "data": {"n": 2**70}},
        {"clientId": "c", "extras": {"n": 2**70}},
        {"clientId": "c", "extras": {"d": deep}},
        {"clientId": "c", "data": 5, "encoding": "x"},
        {"data": "nobody"},
    ):
        spec = {**PERMISSIVE, "channels": [{"name": "room:1", "presence": [presence]}]}
        answer = await call(sandbox, "POST", "/apps", key=None, body=spec)
        if answer.status != 201:
            assert answer.status == 400, answer.raw
            continue
        for form in ("json", "msgpack"):
            got = await call(sandbox, "GET", f"{AT}/presence?format={form}", key=key(answer.json))
            assert got.status == 200, (presence, got.raw)
    assert not any(secret in sandbox.complaints(whole=True) for secret in SECRETS)
    assert json.dumps(deep)
