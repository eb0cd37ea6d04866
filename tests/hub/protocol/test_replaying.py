"""A replay of many pages, to clients that read as slowly as they like."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol import attaching, replaying
from aitransport_notebook.hub.protocol.serials import format_serial
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    APPEND,
    ATTACHED,
    CREATE,
    DETACH,
    DETACHED,
    ENTER,
    ERROR,
    FULL,
    MESSAGE,
    PRESENCE,
    SYNC,
    UPDATE,
    Bench,
    Client,
    Wire,
    messages_of,
)

HAS_BACKLOG, RESUMED = 2, 4
PAGE = 3


@pytest.fixture
def paged(make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench on which a page holds little."""
    for module in (attaching, replaying):
        monkeypatch.setattr(module, "PAGE", PAGE)
    return make_bench()


def missed(bench: Bench, *texts: str) -> str:
    """Publish what a client will have missed, and return the serial that it had seen."""
    agent = bench.connect()
    seen = agent.create("room", "seen")
    for text in texts:
        agent.publish("room", {"data": text})
    bench.pump()
    return seen


def slow_client(bench: Bench, seen: str) -> Client:
    client = bench.connect()
    client.wire.reads_slowly = True
    assert client.attach("room", channelSerial=seen)["flags"] & RESUMED
    return client


def texts(frames: list[Wire]) -> str:
    return "".join(str(message["data"]) for message in messages_of(frames))


def read_on(client: Client, bench: Bench) -> list[Wire]:
    client.wire.drain()
    bench.pump()
    return client.take()


def test_who_reads_gets_all_pages_at_once(paged: Bench) -> None:
    client = paged.connect()
    assert client.attach("room", channelSerial=missed(paged, *"abcdefgh"))["flags"] & RESUMED
    assert texts(client.take()) == "abcdefgh"


def test_who_reads_slowly_gets_the_next_page_when_it_has_read_one(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcdefgh"))
    assert texts(client.take()) == "abc"
    paged.pump()
    assert client.take() == []
    assert texts(read_on(client, paged)) == "def"
    assert texts(read_on(client, paged)) == "gh"
    assert client.wire.waiting == []


def test_what_comes_meanwhile_comes_in_its_turn_and_once(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcd"))
    agent = paged.connect()
    serial = agent.create("room", "e")
    assert texts(client.take()) == "abc"
    agent.append("room", serial, "+")
    # In one batch: the last page, and a message after it.
    client.wire.drain()
    agent.publish("room", {"data": "f"})
    paged.pump()
    assert texts(client.take()) == "de+f"
    agent.publish("room", {"data": "g"})
    paged.pump()
    assert texts(client.take()) == "g"


def test_who_is_cut_off_in_it_goes_on_from_there(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcdefgh"))
    last = client.take()[-1]["channelSerial"]
    client.drop()
    again = client.resume()
    assert again.attach("room", channelSerial=last)["flags"] & RESUMED
    assert texts(again.take()) == "defgh"
    # The old socket has nothing more to wait for.
    client.wire.drain()
    paged.pump()
    assert client.take() == [] and again.take() == []


def test_a_detach_ends_it(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcdefgh"))
    client.take()
    client.send(DETACH, "room")
    frames = read_on(client, paged)
    assert [frame["action"] for frame in frames] == [DETACHED]


def test_an_attach_anew_takes_its_place(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcdefgh"))
    last = client.take()[-1]["channelSerial"]
    client.wire.reads_slowly = False
    assert client.attach("room", channelSerial=last)["flags"] & RESUMED
    assert texts(read_on(client, paged)) == "defgh"


def test_presence_is_told_meanwhile_and_does_not_move_the_serial_on(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcd"))
    client.take()
    paged.connect().present("room", ENTER)
    paged.connect().attach("room")
    (event,) = [frame for frame in client.take() if frame["action"] == PRESENCE]
    assert "channelSerial" not in event
    assert texts(read_on(client, paged)) == "d"
    client.present("room", ENTER)
    paged.pump()
    (event,) = client.took(PRESENCE)
    assert event["channelSerial"]


def test_a_gap_that_opens_meanwhile_is_told_and_what_is_kept_after_it(paged: Bench) -> None:
    agent = paged.connect()
    old = agent.create("room", "old")
    seen = agent.create("room", "seen")
    agent.append("room", old, "-a")
    for text in "bcdefgh":
        agent.publish("room", {"data": text})
    paged.pump()
    client = slow_client(paged, seen)
    assert texts(client.take()) == "old-abc"
    paged.now += 60_000
    agent.append("room", old, "-1")
    gone = agent.create("room", "gone")
    paged.now += 60_000
    for text in ("-2", "-3"):
        agent.append("room", old, text)
    agent.publish("room", *({"data": text} for text in "klm"))
    paged.pump()
    for _ in paged.store.prune(paged.now - 1):
        paged.store.commit()
    told, *frames = read_on(client, paged)
    assert told["action"] == ATTACHED and not told["flags"] & RESUMED
    assert told["error"]["code"] == 90003
    assert told["channelSerial"] == gone
    assert [(m["action"], m["data"]) for m in messages_of(frames)] == [
        (UPDATE, "old-a-1-2"),
        (APPEND, "-3"),
        (CREATE, "k"),
    ]
    paged.connect().create("room", "live")
    assert client.take() == [], "it goes on a page at a time"
    assert texts(read_on(client, paged)) == "lmlive"


def test_a_gap_that_opens_meanwhile_takes_no_members_and_no_params_away(paged: Bench) -> None:
    seen = missed(paged, *"abcdefgh")
    paged.connect().present("room", ENTER)
    paged.pump()
    client = paged.connect()
    client.wire.reads_slowly = True
    attached = client.attach("room", channelSerial=seen, params={"delta": "x"})
    client.take()
    paged.now += 60_000
    for _ in paged.store.prune(paged.now - 1):
        paged.store.commit()
    told, members = read_on(client, paged)
    assert told["error"]["code"] == 90003
    assert told["flags"] == attached["flags"] & ~(RESUMED | HAS_BACKLOG)
    assert told["params"] == attached["params"]
    assert (members["action"], len(members["presence"])) == (SYNC, 1)


def test_a_page_that_cannot_be_read_ends_the_attachment_alone(paged: Bench) -> None:
    client = slow_client(paged, missed(paged, *"abcdefgh"))
    client.take()
    client.wire.drain()
    batch = paged.core.take()
    paged.core.settle(batch, FULL, FULL)
    (told,) = client.take()
    assert told["action"] == ERROR and told["channel"] == "room"
    assert told["error"]["code"] == FULL.code
    paged.connect().create("room", "x")
    assert client.take() == []
    assert client.attach("other")["action"] == ATTACHED


def test_who_does_not_subscribe_has_nothing_to_wait_for(paged: Bench) -> None:
    client = paged.connect()
    client.wire.reads_slowly = True
    client.attach("room", channelSerial=missed(paged, *"abcdefgh"), flags=1 << 17)
    assert client.take() == [] and client.wire.waiting == []


@pytest.mark.parametrize(
    ("hello", "params"), [({"echo": False}, {}), ({}, {"echo": "false"})], ids=["all", "channel"]
)
def test_who_has_no_echo_is_not_told_its_own_afterwards_either(
    paged: Bench, hello: dict[str, Any], params: Wire
) -> None:
    agent = paged.connect(**hello)
    serial = agent.create("room", "a")
    other = paged.connect()
    theirs = other.create("room", "b")
    agent.append("room", serial, "+")
    agent.append("room", theirs, "!")
    for text in "?.":
        other.append("room", serial, text)
    paged.pump()
    agent.drop()
    again = agent.resume(**hello)
    start = format_serial(0, paged.store.series)
    again.attach("room", channelSerial=start, params=params)
    other.append("room", theirs, ";")
    paged.pump()
    shown = messages_of(again.take())
    assert [(m["action"], m["serial"], m["data"]) for m in shown] == [
        (CREATE, theirs, "b"),
        (UPDATE, serial, "a+?"),
        (APPEND, serial, "."),
        (UPDATE, theirs, "b!;"),
    ]
    assert messages_of(other.resume().take()) == []


def test_equal_frames_of_the_live_are_not_held_up(paged: Bench) -> None:
    slow = slow_client(paged, missed(paged, *"abcdefgh"))
    slow.take()
    other = paged.connect()
    other.attach("room")
    paged.connect().create("room", "live")
    assert [f["action"] for f in other.take()] == [MESSAGE]
    assert slow.take() == []
