"""Nobody speaks for another: client ids, connections and user claims are what credentials say."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.hostile.normal import token
from tests.hostile.support import KEY, SECRETS, WatchedHub, Wire, call

MESSAGES = "/channels/room/messages"


def of(client: str | None, *operations: str, role: str | None = None) -> str:
    """A token of a client, with these rights or all, and a role that the token vouches for."""
    claims: dict[str, object] = {}
    if client is not None:
        claims["x-ably-clientId"] = client
    if operations:
        claims["x-ably-capability"] = json.dumps({"*": list(operations)})
    if role is not None:
        claims["ably.channel.*"] = role
    return token(KEY, **claims)


async def connect(hub: WatchedHub, given: str, query: str = "") -> tuple[Wire, dict[str, Any]]:
    wire = await Wire.open(hub.port, f"access_token={given}{query}")
    return wire, await wire.message()


FORGERIES: dict[str, tuple[str | None, dict[str, Any]]] = {
    "another's message": ("eve", {"messages": [{"data": "x", "clientId": "bob"}]}),
    "anybody's message": ("eve", {"messages": [{"data": "x", "clientId": "*"}]}),
    "a message of a nobody": (None, {"messages": [{"data": "x", "clientId": "bob"}]}),
    "one forged of two": ("eve", {"messages": [{"data": "x"}, {"data": "x", "clientId": "bob"}]}),
    "another's presence": ("eve", {"action": 14, "presence": [{"action": 2, "clientId": "bob"}]}),
    "a presence of a nobody": (None, {"action": 14, "presence": [{"action": 2, "clientId": "b"}]}),
    "another's leave": ("eve", {"action": 14, "presence": [{"action": 3, "clientId": "bob"}]}),
    "another's update": (
        "eve",
        {"messages": [{"action": 1, "serial": "?", "version": {"clientId": "bob"}}]},
    ),
    "another's append": (
        "eve",
        {"messages": [{"action": 5, "serial": "?", "data": "x", "version": {"clientId": "bob"}}]},
    ),
    "another's delete": (
        "eve",
        {"messages": [{"action": 2, "serial": "?", "version": {"clientId": "bob"}}]},
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_client_id_is_refused(watched: WatchedHub, name: str) -> None:
    client, fields = FORGERIES[name]
    made = await call(watched, "POST", MESSAGES, body={"data": "of bob", "clientId": "bob"})
    text = json.dumps(fields).replace('"?"', json.dumps(made.json["serials"][0]))
    wire, _ = await connect(watched, of(client))
    wire.tell({"action": 15, "channel": "room", "msgSerial": 0} | json.loads(text))
    told = await wire.until(1, 2)
    assert (told["action"], told["error"]["code"]) == (2, 40012)
    for message in json.loads(text).get("messages", []):
        given = of(client)
        if serial := message.get("serial"):
            answer = await call(watched, "PATCH", f"{MESSAGES}/{serial}", token=given, body=message)
        elif message.get("clientId"):
            answer = await call(watched, "POST", MESSAGES, token=given, body=message)
        else:
            continue
        assert (answer.status, answer.code) == (400, 40012)
    await wire.close()


async def test_a_connection_goes_by_no_other_name(watched: WatchedHub) -> None:
    for given, claimed, code in (
        (of("eve"), "bob", 40102),
        (of(None), "bob", 40102),
        (of("eve"), "%2A", 40012),
    ):
        wire, told = await connect(watched, given, f"&clientId={claimed}")
        assert (told["action"], told["error"]["code"]) == (9, code)
        await wire.close()
    # Nor later, by a token of another.
    wire, told = await connect(watched, of("eve"))
    assert told["connectionDetails"]["clientId"] == "eve"
    wire.tell({"action": 17, "auth": {"accessToken": of("bob")}})
    told = await wire.until(4, 9)
    assert (told["action"], told["error"]["code"]) == (9, 40102)
    await wire.close()


CLAIM = {"userClaim": '{"role":"operator"}', "other": 1}


async def test_a_user_claim_is_made_by_tokens_alone(watched: WatchedHub) -> None:
    subscriber = await Wire.open(watched.port, f"key={KEY}")
    subscriber.tell({"action": 10, "channel": "claims"})
    await subscriber.until(11)
    wire, _ = await connect(watched, of("eve"))
    wire.tell({"action": 15, "channel": "claims", "msgSerial": 0, "messages": [{"extras": CLAIM}]})
    await wire.until(1)
    enter = {"action": 2, "extras": CLAIM}
    wire.tell({"action": 14, "channel": "claims", "msgSerial": 1, "presence": [enter]})
    await wire.until(1)
    path = "/channels/claims/messages"
    made = await call(watched, "POST", path, token=of("eve"), body={"extras": CLAIM})
    serial = made.json["serials"][0]
    for action in (1, 5, 2):
        body = {"action": action, "data": "x", "extras": CLAIM}
        answer = await call(watched, "PATCH", f"{path}/{serial}", token=of("eve"), body=body)
        assert answer.status == 200
    seen = (await call(watched, "GET", path)).json
    seen += (await call(watched, "GET", f"{path}/{serial}/versions")).json
    seen += (await call(watched, "GET", "/channels/claims/presence")).json
    seen += (await call(watched, "GET", "/channels/claims/presence/history")).json
    live = [m for m in await subscriber.all() if m["action"] in (14, 15)]
    seen += [item for m in live for item in m.get("messages", []) + m.get("presence", [])]
    assert len(seen) >= 10
    assert all("userClaim" not in item.get("extras", {}) for item in seen)
    assert any(item["extras"] == {"other": 1} for item in seen)
    for each in (wire, subscriber):
        await each.close()


async def test_a_user_claim_of_a_token_outranks_what_is_written(watched: WatchedHub) -> None:
    path = "/channels/roles/messages"
    given = of("bob", role="operator")
    for extras in (None, {"userClaim": "root"}, {"userClaim": None}):
        await call(watched, "POST", path, token=given, body={"data": "x", "extras": extras})
    seen = (await call(watched, "GET", path)).json
    assert [message["extras"]["userClaim"] for message in seen] == ["operator"] * 3


@pytest.mark.parametrize("action", [1, 5, 2], ids=["update", "append", "delete"])
async def test_a_user_claim_does_not_outlive_whose_it_is(watched: WatchedHub, action: int) -> None:
    """What somebody without a claim makes of an operator's message is no operator's word."""
    path = "/channels/outlived/messages"
    body = {"data": "of an operator", "extras": {"kept": 1}}
    made = await call(watched, "POST", path, token=of("bob", role="operator"), body=body)
    target = f"{path}/{made.json['serials'][0]}"
    change = {"action": action, "data": " forged"}
    assert (await call(watched, "PATCH", target, token=of("eve"), body=change)).status == 200
    extras = (await call(watched, "GET", target)).json["extras"]
    assert "userClaim" not in extras
    assert extras == {"kept": 1}


async def test_a_claim_adds_to_extras_that_an_operation_leaves_alone(watched: WatchedHub) -> None:
    path = "/channels/added/messages"
    body = {"data": "x", "extras": {"kept": 1}}
    made = await call(watched, "POST", path, token=of("ann"), body=body)
    target = f"{path}/{made.json['serials'][0]}"
    change = {"action": 5, "data": "y"}
    await call(watched, "PATCH", target, token=of("bob", role="operator"), body=change)
    message = (await call(watched, "GET", target)).json
    assert message["extras"] == {"kept": 1, "userClaim": "operator"}


OWN = ("publish", "message-update-own", "message-delete-own", "history")


@pytest.mark.parametrize("action", [1, 5, 2], ids=["update", "append", "delete"])
async def test_own_messages_alone_are_changed_by_the_right_to_ones_own(
    watched: WatchedHub, action: int
) -> None:
    path = "/channels/owned/messages"
    for author, code in (("bob", 40160), (None, 40160), ("ann", 0)):
        body = {"data": "x"} if author is None else {"data": "x", "clientId": author}
        made = await call(watched, "POST", path, body=body)
        serial = made.json["serials"][0]
        change = {"action": action, "data": "y", "serial": serial}
        wire, _ = await connect(watched, of("ann", *OWN))
        wire.tell({"action": 15, "channel": "owned", "msgSerial": 0, "messages": [change]})
        told = await wire.until(1, 2)
        assert told.get("error", {}).get("code", 0) == code
        answer = await call(
            watched, "PATCH", f"{path}/{serial}", token=of("ann", *OWN), body=change
        )
        assert answer.code == code
        # A name of nobody owns nothing; and one bad change of two spoils both.
        nobody = of(None, *OWN)
        answer = await call(watched, "PATCH", f"{path}/{serial}", token=nobody, body=change)
        assert answer.code == 40166
        await wire.close()
    theirs = (await call(watched, "POST", path, body={"data": "b", "clientId": "bob"})).json
    mine = (await call(watched, "POST", path, body={"data": "a", "clientId": "ann"})).json
    both = [{"action": action, "data": "z", "serial": s["serials"][0]} for s in (mine, theirs)]
    wire, _ = await connect(watched, of("ann", *OWN))
    wire.tell({"action": 15, "channel": "owned", "msgSerial": 0, "messages": both})
    assert (await wire.until(1, 2))["action"] == 2
    kept = (await call(watched, "GET", f"{path}/{mine['serials'][0]}")).json
    assert kept["data"] == "a"
    await wire.close()


async def test_a_message_is_changed_only_where_it_is(watched: WatchedHub) -> None:
    made = await call(watched, "POST", "/channels/here/messages", body={"data": "x"})
    serial = made.json["serials"][0]
    answer = await call(watched, "PATCH", f"/channels/there/messages/{serial}", body={"data": "y"})
    assert (answer.status, answer.code) == (404, 40400)
    answer = await call(watched, "GET", f"/channels/there/messages/{serial}")
    assert (answer.status, answer.code) == (404, 40400)


async def test_nobody_publishes_through_anothers_connection(watched: WatchedHub) -> None:
    bob, told = await connect(watched, of("bob"))
    key = told["connectionDetails"]["connectionKey"]
    id, _, proof = key.partition("!")
    path = "/channels/behalf/messages"
    for guess in (id, f"{id}!", f"{id}!x-y", f"{id}!{proof[:-1]}", "x!y-z", "\0", "", f"z{key}"):
        body = {"data": "forged", "connectionKey": guess}
        answer = await call(watched, "POST", path, body=body)
        assert (answer.status, answer.code) == (400, 40006), guess
    # Even with the key: a token of Eve's does not write as Bob.
    body = {"data": "forged", "connectionKey": key}
    answer = await call(watched, "POST", path, token=of("eve"), body=body)
    assert (answer.status, answer.code) == (400, 40012)
    # A connection is named by its key alone.
    body = {"data": "plain", "connectionId": id}
    assert (await call(watched, "POST", path, token=of("eve"), body=body)).status == 201
    (message,) = (await call(watched, "GET", path)).json
    assert message["clientId"] == "eve"
    assert message.get("connectionId") != id
    await bob.close()


async def test_nobody_resumes_anothers_connection(watched: WatchedHub) -> None:
    bob, told = await connect(watched, of("bob"))
    details, id = told["connectionDetails"], told["connectionId"]
    key = details["connectionKey"]
    bob.tell({"action": 10, "channel": "resumed"})
    await bob.until(11)
    guesses = [
        key,
        id,
        f"{id}!",
        f"{id}!{key.split('!')[1][:-1]}x",
        "a!b-c",
        "%00",
        "%ff",
        "x" * 5000,
    ]
    for guess in guesses:
        for word in ("resume", "recover"):
            eve, told = await connect(watched, of("eve"), f"&{word}={guess}")
            assert told["action"] == 4
            assert told["error"]["code"] == 80018
            assert told["connectionId"] != id
            assert told["connectionDetails"]["clientId"] == "eve"
            await eve.close()
    # Bob has noticed nothing, and can.
    assert [m["action"] for m in await bob.all()] == []
    again, told = await connect(watched, of("bob"), f"&resume={key}")
    assert told["connectionId"] == id
    assert "error" not in told
    for wire in (bob, again):
        await wire.close()


async def test_the_socket_that_was_replaced_has_no_say(watched: WatchedHub) -> None:
    old, told = await connect(watched, of("bob"))
    key = told["connectionDetails"]["connectionKey"]
    new, _ = await connect(watched, of("bob"), f"&resume={key}")
    for serial in range(20):
        sent = {"action": 15, "channel": "old", "msgSerial": serial, "messages": [{"data": "x"}]}
        old.tell(sent)
    new.tell({"action": 15, "channel": "new", "msgSerial": 0, "messages": [{"data": "x"}]})
    await new.until(1)
    await asyncio.sleep(0.1)
    assert (await call(watched, "GET", "/channels/old/messages")).json == []
    for wire in (old, new):
        await wire.close()


async def test_no_error_tells_a_secret(watched: WatchedHub) -> None:
    jwt, (name, secret) = of("eve"), KEY.split(":")
    held = (await call(watched, "POST", f"/keys/{name}/requestToken", body={})).json["token"]
    said: list[bytes] = []
    for target in (f"/x?key={KEY}", f"/x?access_token={held}", f"{MESSAGES}?limit=x&key={KEY}"):
        said.append((await call(watched, "GET", target, key=None)).raw)
    for where in ("/channels/%00/messages", "/nothing", "/channels?limit=0"):
        for given in (jwt, held):
            said.append((await call(watched, "GET", where, token=given)).raw)
    said.append((await call(watched, "GET", MESSAGES, key=f"{name}x:{secret}")).raw)
    said.append((await call(watched, "GET", MESSAGES, key=secret)).raw)
    said.append((await call(watched, "GET", MESSAGES, token=KEY)).raw)
    said.append((await call(watched, "POST", f"/keys/{secret}/requestToken", body={})).raw)
    for given in (KEY, secret, held + "x", jwt + "x"):
        wire, told = await connect(watched, given)
        said.append(json.dumps(told).encode())
        await wire.close()
    for raw in said:
        assert b'"code"' in raw
        for hidden in (secret, held, jwt, jwt.rpartition(".")[2]):
            assert hidden.encode() not in raw, raw
    log = watched.complaints(whole=True)
    assert not any(hidden in log for hidden in (*SECRETS, held, jwt))
