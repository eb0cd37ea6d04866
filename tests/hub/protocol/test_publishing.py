from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.apps import Rule
from aitransport_notebook.hub.protocol.limits import HOSTED, LOCAL, Limits
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    BASIC,
    CREATE,
    DELETE,
    MESSAGE,
    UPDATE,
    Bench,
    Wire,
    grant_of,
    messages_of,
)

CLAIM = '{"role":"operator"}'


def refuse(bench: Bench, code: int, grant: object, *messages: Wire, channel: str = "room") -> Wire:
    """Publish, and expect that nothing is kept and nobody hears of it."""
    watcher = bench.connect()
    watcher.attach("room")
    before = bench.texts("room")
    client = bench.connect(grant)  # type: ignore[arg-type]
    client.publish(channel, *messages)
    bench.pump()
    answer = client.refused(code)
    assert (bench.texts("room"), watcher.take()) == (before, [])
    error: Wire = answer["error"]
    return error


def test_a_publish_is_acknowledged_with_its_serials(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", {"data": "a"}, {"data": "b"})
    assert client.take() == []
    bench.pump()
    assert client.take() == [
        {
            "action": ACK,
            "msgSerial": 0,
            "count": 1,
            "res": [{"serials": [message.serial for message in bench.history("room")]}],
        }
    ]


def test_an_operation_is_acknowledged_with_its_version(bench: Bench) -> None:
    client = bench.connect()
    serial = client.create("room", "a")
    for action, data in ((APPEND, "b"), (UPDATE, "c"), (DELETE, "")):
        client.publish("room", {"action": action, "serial": serial, "data": data})
        bench.pump()
        [version] = client.acked()
        [message] = bench.history("room")
        assert message.version is not None
        assert version == message.version.serial
        assert version > serial
        assert message.serial == serial


def test_a_message_is_what_the_hub_knows_and_not_what_its_publisher_says(bench: Bench) -> None:
    client = bench.connect()
    client.create(
        "room",
        "x",
        serial="01795185759595-007@s:000",
        timestamp=5,
        connectionId="other",
        connectionKey="key",
        version={"serial": "v", "clientId": "bob"},
    )
    [message] = bench.history("room")
    assert (message.connectionId, message.timestamp) == (client.id, bench.now)
    assert message.serial != "01795185759595-007@s:000"
    assert message.version is not None
    assert (message.version.serial, message.version.clientId) == (message.serial, None)


@pytest.mark.parametrize("messages", [[], None])
def test_nothing_is_refused(bench: Bench, messages: list[Wire] | None) -> None:
    client = bench.connect()
    client.send(MESSAGE, "room", msgSerial=0, messages=messages)
    bench.pump()
    client.refused(40030)


def test_a_publish_is_kept_whole_or_not_at_all(bench: Bench) -> None:
    foreign = {"action": APPEND, "serial": "01795185759595-007@s:000", "data": "x"}
    refuse(bench, 40400, grant_of(), {"data": "a"}, foreign)
    refuse(bench, 40003, grant_of(), {"data": "a"}, {"action": APPEND, "serial": "x"})
    refuse(bench, 40003, grant_of(), {"data": "a"}, {"action": APPEND})


@pytest.mark.parametrize("action", [3, 4, 6, -1, 99])
def test_an_action_that_is_not_for_publishers_is_refused(bench: Bench, action: int) -> None:
    message = {"action": action, "serial": "01795185759595-007@s:000"}
    refuse(bench, 40003, grant_of(), message)


def test_the_size_of_a_publish_is_limited(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(message_size=10))
    bench.connect(BASIC).create("room", "é" * 5)
    error = refuse(bench, 40009, BASIC, {"data": "12345"}, {"data": "6789", "name": "ab"})
    assert "11 bytes" in error["message"] and "10" in error["message"]
    assert error["statusCode"] == 413


def test_the_number_of_messages_is_limited(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(messages_per_publish=2))
    refuse(bench, 40034, grant_of(), *[{"data": "a"}] * 3)
    client = bench.connect()
    client.publish("room", *[{"data": "a"}] * 2)
    bench.pump()
    assert len(client.acked()) == 2


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"data": "x", "clientId": "bob"}, 40012),
        ({"data": "x", "clientId": "*"}, 40012),
        ({"data": "x", "clientId": ""}, 40012),
        ({"data": "x", "id": ""}, 40031),
        ({"data": "!", "encoding": "base64"}, 40013),
        ({"data": {"a": 1}, "encoding": "json"}, 40013),
    ],
)
def test_a_message_that_may_not_be_is_refused(bench: Bench, message: Wire, code: int) -> None:
    refuse(bench, code, grant_of(), message)


@pytest.mark.parametrize(
    ("client_id", "claimed", "expected"),
    [("ann", None, "ann"), ("ann", "ann", "ann"), ("*", "bob", "bob"), ("*", None, None)],
)
def test_a_message_carries_its_publishers_client_id(
    bench: Bench, client_id: str, claimed: str | None, expected: str | None
) -> None:
    bench.connect(grant_of(client_id=client_id)).create("room", "x", clientId=claimed)
    assert [message.clientId for message in bench.history("room")] == [expected]


def test_an_editor_is_named_and_cannot_be_another(bench: Bench) -> None:
    serial = bench.connect(grant_of(client_id="bob")).create("room", "a")
    append = {"action": APPEND, "serial": serial, "data": "b"}
    refuse(bench, 40012, grant_of(), {**append, "version": {"clientId": "bob"}})
    ann = bench.connect()
    note = {"description": "typo", "metadata": {"k": [1]}, "clientId": "ann", "serial": "forged"}
    ann.publish("room", {**append, "version": note, "clientId": "ann", "id": "own"})
    bench.pump()
    [message] = bench.history("room")
    assert (message.clientId, message.version and message.version.clientId) == ("bob", "ann")
    assert message.version is not None
    assert (message.version.description, message.version.metadata) == ("typo", {"k": [1]})
    assert message.version.serial != "forged"


@pytest.mark.parametrize(
    "capability", [{"room": ["subscribe", "history"]}, {"other": ["*"]}, {"room:*": ["publish"]}]
)
def test_a_publish_needs_its_capability(bench: Bench, capability: dict[str, object]) -> None:
    error = refuse(bench, 40160, grant_of(capability), {"data": "x"})
    assert error["statusCode"] == 401
    bench.connect(grant_of({"room": ["publish"]})).create("room", "allowed")


OWN = {"room": ["publish", "message-update-own", "message-delete-own"]}
ANY = {"room": ["message-update-any", "message-delete-any"]}


@pytest.mark.parametrize("action", [UPDATE, APPEND, DELETE])
def test_ones_own_messages_may_be_changed(bench: Bench, action: int) -> None:
    ann = bench.connect(grant_of(OWN))
    serial = ann.create("room", "a")
    ann.publish("room", {"action": action, "serial": serial, "data": "b"})
    bench.pump()
    assert len(ann.acked()) == 1
    change = {"action": action, "serial": serial, "data": "forged"}
    refuse(bench, 40160, grant_of(OWN, "bob"), change)
    refuse(bench, 40160, grant_of({"room": ["publish"]}), change)
    refuse(bench, 40166, grant_of(OWN, None), change)


@pytest.mark.parametrize("action", [UPDATE, APPEND, DELETE])
@pytest.mark.parametrize("client_id", ["bob", None])
def test_with_the_capability_anyones_messages_may_be_changed(
    bench: Bench, action: int, client_id: str | None
) -> None:
    serial = bench.connect().create("room", "a")
    other = bench.connect(grant_of(ANY, client_id))
    other.publish("room", {"action": action, "serial": serial, "data": "b"})
    bench.pump()
    assert len(other.acked()) == 1


def test_one_message_of_another_spoils_the_whole_publish(bench: Bench) -> None:
    theirs = bench.connect(grant_of(client_id="bob")).create("room", "a")
    mine = bench.connect().create("room", "b")
    appends = [{"action": APPEND, "serial": serial, "data": "x"} for serial in (mine, theirs)]
    refuse(bench, 40160, grant_of(OWN), *appends)
    assert bench.texts("room") == ["a", "b"]


def test_a_namespace_that_is_not_mutable_takes_only_new_messages(make_bench: MakeBench) -> None:
    bench = make_bench(rules={"log": Rule(persisted=True)})
    serial = bench.connect().create("log:a", "x")
    client = bench.connect()
    for action in (UPDATE, APPEND, DELETE):
        client.publish("log:a", {"action": action, "serial": serial, "data": "y"})
        bench.pump()
        assert client.refused(93002)["error"]["statusCode"] == 400
    assert bench.texts("log:a") == ["x"]


def test_the_claim_of_the_token_is_in_every_message(bench: Bench) -> None:
    operator = bench.connect(grant_of(claims={"room": CLAIM}))
    serial = operator.create("room", "a", extras={"k": 1, "userClaim": "forged"})
    assert bench.history("room")[0].extras == {"k": 1, "userClaim": CLAIM}
    operator.append("room", serial, "b")
    operator.publish("elsewhere", {"data": "c", "extras": {"userClaim": "forged"}})
    bench.pump()
    assert bench.history("room")[0].extras == {"k": 1, "userClaim": CLAIM}
    assert not bench.history("elsewhere")[0].extras


@pytest.mark.parametrize("action", [CREATE, UPDATE, APPEND])
def test_a_claim_that_no_token_makes_is_taken_out(bench: Bench, action: int) -> None:
    user = bench.connect()
    serial = user.create("room", "a")
    forged = {"userClaim": CLAIM, "k": 1}
    user.publish("room", {"action": action, "serial": serial, "data": "b", "extras": forged})
    bench.pump()
    assert bench.history("room")[-1].extras == {"k": 1}


def test_an_operation_of_another_takes_the_claim_away(bench: Bench) -> None:
    serial = bench.connect(grant_of(claims={"room": CLAIM})).create("room", "a")
    user = bench.connect(grant_of(client_id="user"))
    user.publish("room", {"action": UPDATE, "serial": serial, "data": "b", "extras": {"k": 1}})
    bench.pump()
    assert bench.history("room")[0].extras == {"k": 1}


def test_an_id_is_published_once(bench: Bench) -> None:
    watcher, one, other = (bench.connect() for _ in range(3))
    watcher.attach("room")
    first = one.create("room", "a", id="mine")
    for client in (one, other):
        assert client.create("room", "again", id="mine") == first
    assert [message["data"] for message in messages_of(watcher.take())] == ["a"]
    assert bench.texts("room") == ["a"]
    assert other.create("elsewhere", "a", id="mine") != first


@pytest.mark.parametrize(
    "ids",
    [
        ("foo:0", "bar:1"),
        ("foo", "bar"),
        ("foo:0", None),
        (None, "foo:1"),
        ("foo:0", "foo:0"),
        ("foo:1", "foo:2"),
        ("foo:0", "foo:01"),
        ("foo:0", "foo:+1"),
        (":0", ":1"),
    ],
)
def test_ids_of_several_messages_are_of_one_base_and_number_them(
    bench: Bench, ids: tuple[str | None, ...]
) -> None:
    refuse(bench, 40031, grant_of(), *({"data": "x", "id": id} for id in ids))


def test_several_messages_with_such_ids_are_published_once(bench: Bench) -> None:
    client = bench.connect()
    kept = client.create("room", "kept")
    messages: list[Wire] = [{"data": f"{n}", "id": f"a:b:{n}"} for n in range(12)]
    # An operation has no id of its own, whatever its author says.
    messages.append({"action": APPEND, "serial": kept, "data": "+", "id": "odd"})
    serials = []
    for _ in range(2):
        client.publish("room", *messages[:12])
        bench.pump()
        serials.append(client.acked())
    assert serials[0] == serials[1] and len(serials[0]) == 12
    client.publish("room", *messages)
    bench.pump()
    assert client.acked()[:12] == serials[0]
    assert bench.texts("room") == ["kept+", *map(str, range(12))]


@pytest.mark.parametrize(
    "headers", ["text", "", [], ["a"], 1, {"a": {"b": "c"}}, {"a": [1]}, {"a": "b", "c": {}}]
)
@pytest.mark.parametrize("action", [CREATE, APPEND])
def test_headers_are_a_flat_map(bench: Bench, headers: object, action: int) -> None:
    serial = bench.connect().create("room", "a")
    message = {"action": action, "serial": serial, "data": "x", "extras": {"headers": headers}}
    refuse(bench, 40032, grant_of(), message)


def test_what_ably_has_extras_for_may_be_in_them(make_bench: MakeBench) -> None:
    extras = {
        "headers": {"text": "x", "number": 1.5, "flag": True, "none": None},
        "ai": {"transport": {"run-id": "r"}, "codec": {"deep": {"er": [1]}}},
        "push": {"notification": {"title": "Hi"}},
        "ref": {"type": "com.ably.reply", "timeserial": "1"},
        "delta": {"from": "x", "format": "vcdiff"},
        "privileged": {"skipRules": "*"},
        "ephemeral": False,
    }
    for limits in (LOCAL, HOSTED):
        bench = make_bench(limits, rules={"m": Rule(mutable=True)})
        client = bench.connect()
        serial = client.create("m:room", "a", extras=extras)
        client.append("m:room", serial, "b", extras={"headers": {}, "userClaim": "forged"})
        bench.pump()
        assert len(client.acked()) == 1
        client.create("m:room", "b", extras=extras)
        assert bench.history("m:room")[-1].extras == extras


def test_other_extras_are_refused_where_a_hosted_account_would(make_bench: MakeBench) -> None:
    extras = {"headers": {"a": "b"}, "mine": 1, "also": 2}
    error = refuse(make_bench(HOSTED), 40032, grant_of(), {"data": "x", "extras": extras})
    assert "also, mine" in error["message"] and "headers" in error["message"]
    bench = make_bench(LOCAL)
    bench.connect().create("room", "x", extras=extras)
    assert bench.history("room")[0].extras == extras


@pytest.mark.parametrize("when", ["before the commit", "after it", "after a restart"])
def test_a_publish_that_is_sent_again_is_applied_once(bench: Bench, when: str) -> None:
    client = bench.connect()
    serial = client.create("room", "0")
    number = client.append("room", serial, "7")
    if when != "before the commit":
        bench.pump()
        client.take()
    if when == "after a restart":
        bench.restart()
    client.drop()
    again = client.resume()
    again.publish("room", {"action": APPEND, "serial": serial, "data": "7"}, serial=number)
    again.publish("room", {"data": "new"}, serial=number + 1)
    bench.pump()
    assert bench.texts("room") == ["07", "new"]
    acked = again.acked()
    assert acked[0] == (bench.history("room")[0].version or pytest.fail()).serial
    assert len(acked) == 2


def test_an_ephemeral_message_is_delivered_and_not_kept(bench: Bench) -> None:
    watcher, client = bench.connect(), bench.connect()
    watcher.attach("room")
    serial = client.create("room", "now", extras={"ephemeral": True})
    assert serial
    [message] = messages_of(watcher.take())
    assert (message["data"], message["serial"]) == ("now", serial)
    assert bench.history("room") == []


@pytest.mark.parametrize(
    ("data", "encoding", "kept"),
    [
        ({"a": 1}, None, ('{"a":1}', "json")),
        ("/w==", "base64", (b"\xff", None)),
        (5, None, ("5", "json")),
    ],
)
def test_data_is_kept_as_text_or_bytes(
    bench: Bench, data: Any, encoding: str | None, kept: tuple[Any, Any]
) -> None:
    bench.connect().create("room", data, encoding=encoding)
    [message] = bench.history("room")
    assert (message.data, message.encoding) == kept
