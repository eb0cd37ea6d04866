"""No frame is larger than clients are told, but for one message alone; and none comes too soon."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol import replaying
from aitransport_notebook.hub.protocol.limits import LOCAL
from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    AUTH,
    BASIC,
    ENTER,
    MESSAGE,
    PRESENCE,
    SYNC,
    Bench,
    Client,
    messages_of,
)
from tests.hub.protocol.large import WORST, attached, worst


@pytest.mark.parametrize("kind", WORST)
def test_what_is_published_together_is_split_over_frames(bench: Bench, kind: str) -> None:
    watcher, agent = attached(bench), bench.connect()
    data, fields = WORST[kind][:6000], worst(kind)
    agent.publish("room", *[{**fields, "data": data}] * 10)
    bench.pump()
    serials = agent.acked()
    assert watcher.wire.largest < LOCAL.frame_size
    frames = watcher.took(MESSAGE)
    assert [message["serial"] for message in messages_of(frames)] == serials
    if kind == "control characters":
        assert len(frames) == 2 and not any("id" in frame for frame in frames)
    else:
        assert [frame["id"] for frame in frames] == [f"{agent.id}:0"]
    for frame in frames:
        last = frame["messages"][-1]["serial"]
        assert frame["channelSerial"] == last
        missed = serials[serials.index(last) + 1 :]
        again = bench.connect()
        again.attach("room", channelSerial=last)
        assert [message["serial"] for message in messages_of(again.take())] == missed


def test_messages_that_come_whole_are_split_over_frames(bench: Bench) -> None:
    agent = bench.connect()
    serials = [agent.create("room", "a" * 60_000) for _ in range(12)]
    late = attached(bench)
    agent.publish("room", *[{"action": APPEND, "serial": s, "data": "+"} for s in serials])
    bench.pump()
    assert late.wire.largest < LOCAL.frame_size
    frames = late.took(MESSAGE)
    assert [len(frame["messages"]) for frame in frames] == [4, 4, 4]
    assert {len(message["data"]) for message in messages_of(frames)} == {60_001}


def test_presence_is_split_over_frames(bench: Bench) -> None:
    watcher, agent = attached(bench), bench.connect(BASIC)
    data = WORST["control characters"][:9000]
    events = [{"action": ENTER, "clientId": f"c{n}", "data": data} for n in range(7)]
    agent.send(PRESENCE, "room", msgSerial=0, presence=events)
    bench.pump()
    frames = watcher.took(PRESENCE)
    assert [len(frame["presence"]) for frame in frames] == [4, 3]
    late = bench.connect()
    late.attach("room")
    synced = late.took(SYNC)
    assert [len(frame["presence"]) for frame in synced] == [4, 3]
    assert [frame["channelSerial"].partition(":")[2] for frame in synced] == ["4", ""]
    for client in (watcher, late):
        assert client.wire.largest < LOCAL.frame_size
    told = [event["clientId"] for frame in synced for event in frame["presence"]]
    assert told == [f"c{n}" for n in range(7)]


def test_a_member_that_has_changed_is_measured_again(bench: Bench) -> None:
    agent, small, large = bench.connect(BASIC), "x", "x" * 60_000
    for n in range(6):
        agent.present("room", ENTER, clientId=f"c{n}", data=small)
    bench.pump()
    assert len(attached_sync(bench)) == 1
    for n in range(6):
        agent.present("room", ENTER, clientId=f"c{n}", data=large)
    bench.pump()
    assert len(attached_sync(bench)) == 2


def attached_sync(bench: Bench) -> list[Any]:
    client = bench.connect()
    client.attach("room")
    frames = client.took(SYNC)
    assert client.wire.largest < LOCAL.frame_size
    return frames


def test_acknowledgements_are_split_over_frames(bench: Bench) -> None:
    client = bench.connect()
    for _ in range(9):
        client.publish("room", *[{}] * 999)
    bench.pump()
    assert client.wire.largest < LOCAL.frame_size
    acks = client.took(ACK)
    assert [(ack["msgSerial"], ack["count"]) for ack in acks] == [(0, 5), (5, 4)]
    assert sum(len(result["serials"]) for ack in acks for result in ack["res"]) == 9 * 999


@pytest.fixture
def small_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose clients are sent little before they have read it."""
    monkeypatch.setattr(replaying, "ROOM", 1000)
    return bench


def read_on(client: Client, bench: Bench) -> str:
    client.wire.drain()
    bench.pump()
    return "".join(message["data"][0] for message in messages_of(client.take()))


def test_what_is_replayed_whole_comes_as_its_client_reads(small_room: Bench) -> None:
    bench = small_room
    agent, serials = bench.connect(), []
    for letter in "abcde":
        serials.append(agent.create("room", letter * 600))
    seen = serials[-1]
    for serial in serials:
        agent.append("room", serial, "+")
    bench.pump()
    client = bench.connect()
    client.wire.reads_slowly = True
    client.attach("room", channelSerial=seen)
    assert [read_on(client, bench) for _ in range(3)] == ["abcd", "e", ""]
    agent.append("room", serials[0], "!")
    bench.pump()
    assert [message["data"] for message in messages_of(client.take())] == ["!"]


def test_a_long_rewind_comes_as_its_client_reads(small_room: Bench) -> None:
    bench = small_room
    agent = bench.connect()
    serials = [agent.create("room", letter * 600) for letter in "abcde"]
    client = bench.connect()
    client.wire.reads_slowly = True
    client.attach("room", params={"rewind": "5"})
    agent.append("room", serials[0], "+")
    agent.create("room", "f")
    assert read_on(client, bench) == "abcd"
    assert read_on(client, bench) == "e"
    assert read_on(client, bench) == "af"
    agent.create("room", "g")
    assert read_on(client, bench) == "g"
    assert client.wire.waiting == []


def half_rewound(bench: Bench) -> Client:
    """Return a client that reads slowly, and has begun to be sent what was before it."""
    agent = bench.connect()
    for letter in "abcde":
        agent.create("room", letter * 600)
    client = bench.connect()
    client.wire.reads_slowly = True
    client.attach("room", params={"rewind": "5"})
    client.take()
    return client


def test_a_long_rewind_ends_with_its_attachment(small_room: Bench) -> None:
    bench, client = small_room, half_rewound(small_room)
    client.attach("room", flags=1 << 17)
    assert read_on(client, bench) == ""


def test_a_long_rewind_ends_where_its_client_may_no_longer_subscribe(small_room: Bench) -> None:
    bench, client = small_room, half_rewound(small_room)
    client.send(AUTH, auth={"accessToken": bench.token(capability={"room": ["publish"]})})
    assert read_on(client, bench) == read_on(client, bench) == ""
    client.create("room", "still there")
