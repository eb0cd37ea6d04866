from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.log import Place
from tests.hub.protocol.harness import (
    APP,
    APPEND,
    CREATE,
    DELETE,
    ENTER,
    MESSAGE,
    UPDATE,
    Bench,
    Client,
    Wire,
    events_of,
    messages_of,
)
from tests.support.fold import Fold

PRESENCE, PUBLISH, SUBSCRIBE, PRESENCE_SUBSCRIBE = 1 << 16, 1 << 17, 1 << 18, 1 << 19


def shown(client: Client) -> list[tuple[int, Any]]:
    return [(message["action"], message["data"]) for message in messages_of(client.take())]


def attached(bench: Bench, **asked: Any) -> Client:
    client = bench.connect()
    client.attach("room", **asked)
    client.take()
    return client


def test_a_message_reaches_all_who_subscribe_as_one_frame(bench: Bench) -> None:
    one, other = attached(bench), attached(bench, flags=SUBSCRIBE)
    deaf, elsewhere = attached(bench, flags=PUBLISH), bench.connect()
    elsewhere.attach("room2")
    agent = bench.connect()
    serial = agent.create("room", "hello", name="greeting")
    [frame] = one.take()
    assert other.take() == [frame]
    assert deaf.take() == elsewhere.take() == agent.take() == []
    assert frame == {
        "action": MESSAGE,
        "id": f"{agent.id}:0",
        "channel": "room",
        "channelSerial": serial,
        "connectionId": agent.id,
        "timestamp": bench.now,
        "messages": [
            {
                "id": f"{agent.id}:0:0",
                "name": "greeting",
                "data": "hello",
                "clientId": "ann",
                "connectionId": agent.id,
                "timestamp": bench.now,
                "serial": serial,
                "action": CREATE,
                "version": {"serial": serial, "timestamp": bench.now},
            }
        ],
    }


def test_an_append_is_delivered_as_its_delta_with_the_name_and_a_greater_version(
    bench: Bench,
) -> None:
    client, agent = attached(bench), bench.connect()
    serial = agent.create("room", "Hel", name="ai-output", extras={"ai": {"status": "streaming"}})
    created = bench.now
    bench.now += 5
    agent.append("room", serial, "lo", extras={"ai": {"status": "complete"}})
    bench.pump()
    first, second = messages_of(client.take())
    assert (second["action"], second["data"], second["name"]) == (APPEND, "lo", "ai-output")
    assert second["serial"] == first["serial"] == serial
    assert second["version"]["serial"] > first["version"]["serial"]
    assert (second["timestamp"], second["version"]["timestamp"]) == (created, bench.now)
    assert second["extras"] == {"ai": {"status": "complete"}}


@pytest.mark.parametrize("count", [1, 7, 50])
def test_equal_frames_are_written_once(bench: Bench, count: int) -> None:
    clients = [attached(bench) for _ in range(count)]
    agent = bench.connect(echo=False)
    agent.publish("room", {"data": "hello"})
    bench.encoded = 0
    bench.pump()
    assert [len(client.took(MESSAGE)) for client in clients] == [1] * count
    assert bench.encoded == 2, "the message, and its acknowledgement"
    agent.present("room", ENTER)
    bench.encoded = 0
    bench.pump()
    assert [len(client.take()) for client in clients] == [1] * count
    assert bench.encoded == 2


def test_a_late_attachment_gets_a_message_whole_and_then_its_deltas(bench: Bench) -> None:
    early, agent = attached(bench), bench.connect()
    serial = agent.create("room", "a", name="n", extras={"k": 1})
    agent.append("room", serial, "b")
    bench.pump()
    late = attached(bench)
    for text in "cde":
        agent.append("room", serial, text)
        bench.pump()
    assert shown(early) == [(CREATE, "a"), *[(APPEND, text) for text in "bcde"]]
    first, *others = messages_of(late.take())
    assert (first["action"], first["data"]) == (UPDATE, "abc")
    assert (first["name"], first["extras"], first["serial"]) == ("n", {"k": 1}, serial)
    assert [(m["action"], m["data"]) for m in others] == [(APPEND, "d"), (APPEND, "e")]


def test_what_was_created_after_the_attach_needs_nothing_whole(bench: Bench) -> None:
    agent = bench.connect()
    agent.create("room", "before")
    client = attached(bench)
    serial = agent.create("room", "a")
    agent.append("room", serial, "b")
    bench.pump()
    assert shown(client) == [(CREATE, "a"), (APPEND, "b")]


@pytest.mark.parametrize("action", [UPDATE, DELETE])
def test_after_an_update_the_message_is_known(bench: Bench, action: int) -> None:
    agent = bench.connect()
    serial = agent.create("room", "a")
    client = attached(bench)
    agent.publish("room", {"action": action, "serial": serial, "data": "b"})
    agent.append("room", serial, "c")
    bench.pump()
    assert shown(client) == [(action, "b"), (APPEND, "c")]


def test_every_message_and_every_attachment_is_whole_on_its_own(bench: Bench) -> None:
    agent = bench.connect()
    serials = [agent.create("room", text) for text in "ab"]
    one = attached(bench)
    agent.append("room", serials[0], "1")
    bench.pump()
    two = attached(bench)
    for serial in serials:
        agent.append("room", serial, "2")
    bench.pump()
    assert shown(one) == [(UPDATE, "a1"), (APPEND, "2"), (UPDATE, "b2")]
    assert shown(two) == [(UPDATE, "a12"), (UPDATE, "b2")]
    one.attach("room")
    agent.append("room", serials[0], "3")
    bench.pump()
    assert shown(one) == [(UPDATE, "a123")]


def test_several_appends_of_one_publish_make_the_same_text(bench: Bench) -> None:
    agent = bench.connect()
    serial = agent.create("room", "a")
    early, late = Fold(), attached(bench)
    agent.publish("room", *({"action": APPEND, "serial": serial, "data": t} for t in "bcd"))
    bench.pump()
    [frame] = late.took(MESSAGE)
    early.receive(frame)
    assert early.problems == []
    assert early.content() == [(serial, "", "abcd")]


def test_who_asks_for_whole_messages_gets_no_deltas(bench: Bench) -> None:
    client = attached(bench, params={"appendMode": "full"})
    other = attached(bench, params={"appendMode": "delta"})
    agent = bench.connect()
    serial = agent.create("room", "a")
    for text in "bc":
        agent.append("room", serial, text)
    bench.pump()
    assert shown(client) == [(CREATE, "a"), (UPDATE, "ab"), (UPDATE, "abc")]
    assert shown(other) == [(CREATE, "a"), (APPEND, "b"), (APPEND, "c")]


def test_two_aliases_are_two_attachments_of_one_channel(bench: Bench) -> None:
    agent = bench.connect()
    serial = agent.create("room", "a")
    client = bench.connect()
    client.attach("[?rewind=1]room")
    assert [frame["channel"] for frame in client.took(MESSAGE)] == ["[?rewind=1]room"]
    client.attach("room")
    agent.append("room", serial, "b")
    bench.pump()
    frames = client.took(MESSAGE)
    assert sorted(frame["channel"] for frame in frames) == ["[?rewind=1]room", "room"]
    assert [(m["action"], m["data"]) for m in messages_of(frames)] == [(UPDATE, "ab")] * 2
    client.send(12, "room")
    agent.append("room", serial, "c")
    bench.pump()
    assert [f["channel"] for f in client.took(MESSAGE)] == ["[?rewind=1]room"]
    client.publish("[?rewind=1]room", {"data": "d"})
    bench.pump()
    assert bench.texts("room") == ["abc", "d"]


NO_ECHO: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"echo": False}, {}),
    ({"echo": False}, {"params": {"echo": "true"}}),
    ({}, {"params": {"echo": "false"}}),
    ({}, {"params": {"echo": False}}),
]


@pytest.mark.parametrize(("hello", "asked"), NO_ECHO)
def test_who_wants_no_echo_hears_all_but_its_own(
    bench: Bench, hello: dict[str, Any], asked: dict[str, Any]
) -> None:
    client, other = bench.connect(**hello), bench.connect()
    client.attach("room", **asked)
    client.publish("room", {"data": "mine"})
    other.create("room", "theirs")
    assert [m["data"] for m in messages_of(client.take())] == ["theirs"]


def test_no_echo_on_one_channel_is_granted_and_leaves_the_others_alone(bench: Bench) -> None:
    client = bench.connect()
    granted = client.attach("room", params={"echo": "false"})
    assert granted["params"] == {"echo": "false"}
    client.attach("[?echo=false]other")
    client.attach("other")
    for name in ("room", "other"):
        client.publish(name, {"data": "mine"})
    client.present("room", ENTER)
    bench.pump()
    frames = client.take()
    assert [f["channel"] for f in frames if f["action"] == MESSAGE] == ["other"]
    assert events_of(frames) == [(ENTER, "ann")], "presence has nothing to do with it"


@pytest.mark.parametrize(("hello", "asked"), NO_ECHO)
def test_who_was_not_told_of_its_own_gets_it_whole_when_others_go_on_with_it(
    bench: Bench, hello: dict[str, Any], asked: dict[str, Any]
) -> None:
    client, other = bench.connect(**hello), bench.connect()
    client.attach("room", **asked)
    serial = client.create("room", "a")
    client.append("room", serial, "b")
    for text in "cd":
        other.append("room", serial, text)
    bench.pump()
    assert shown(client) == [(UPDATE, "abc"), (APPEND, "d")]
    client.append("room", serial, "e")
    other.append("room", serial, "f")
    bench.pump()
    assert shown(client) == [(UPDATE, "abcdef")], "nor was it told of its append"


def test_who_was_not_told_of_its_own_append_gets_the_message_of_another_whole(
    bench: Bench,
) -> None:
    client, other = bench.connect(echo=False), bench.connect()
    client.attach("room")
    serial = other.create("room", "a")
    client.append("room", serial, "b")
    for text in "cd":
        other.append("room", serial, text)
    bench.pump()
    assert shown(client) == [(CREATE, "a"), (UPDATE, "abc"), (APPEND, "d")]


def test_an_echo_comes_before_its_acknowledgement(bench: Bench) -> None:
    client = attached(bench)
    client.publish("room", {"data": "a"})
    client.publish("room", {"data": "b"})
    bench.pump()
    assert [frame["action"] for frame in client.take()] == [MESSAGE, MESSAGE, 1]


def test_the_status_counts_connections_by_what_they_may_do(bench: Bench) -> None:
    place = Place(APP, "room")
    empty: Wire = dict.fromkeys(
        (
            "connections",
            "presenceConnections",
            "presenceMembers",
            "presenceSubscribers",
            "publishers",
            "subscribers",
        ),
        0,
    )
    assert bench.core.status(place) == {"isActive": True, "occupancy": {"metrics": empty}}
    client = attached(bench)
    client.attach("[?rewind=1]room")
    attached(bench, flags=SUBSCRIBE)
    attached(bench, flags=PUBLISH | PRESENCE_SUBSCRIBE)
    attached(bench, flags=PRESENCE).present("room", ENTER)
    bench.pump()
    assert bench.core.status(place)["occupancy"] == {
        "metrics": {
            "connections": 4,
            "presenceConnections": 2,
            "presenceMembers": 1,
            "presenceSubscribers": 2,
            "publishers": 2,
            "subscribers": 2,
        }
    }
