"""What a connection is told of its own members, and what it leaves behind."""

from __future__ import annotations

import pytest

from tests.hub.protocol.harness import (
    BASIC,
    CHANGE,
    ENTER,
    LEAVE,
    PRESENCE,
    PRESENT,
    SYNC,
    Bench,
    events_of,
)

HAS_PRESENCE = 1
PUBLISH_ONLY, PRESENCE_ONLY = 1 << 17, 1 << 16


@pytest.mark.parametrize("flags", [PRESENCE_ONLY, PRESENCE_ONLY | PUBLISH_ONLY])
def test_who_may_not_watch_presence_is_told_of_its_own_members_alone(
    bench: Bench, flags: int
) -> None:
    client = bench.connect(BASIC)
    client.attach("room", flags=flags)
    bench.connect().present("room", ENTER)
    events = [{"action": ENTER, "clientId": name} for name in ("a", "b")]
    client.send(PRESENCE, "room", msgSerial=0, presence=events)
    client.present("room", CHANGE, serial=1, clientId="a")
    client.present("room", LEAVE, serial=2, clientId="b")
    bench.pump()
    frames = client.took(PRESENCE)
    assert events_of(frames) == [(ENTER, "a"), (ENTER, "b"), (CHANGE, "a"), (LEAVE, "b")]
    assert frames[0]["presence"][1]["id"] == f"{client.id}:0:1"
    other = bench.connect(BASIC)
    other.attach("room", flags=PUBLISH_ONLY)
    assert other.take() == []


def test_who_may_not_watch_presence_finds_its_own_members_when_it_is_back(bench: Bench) -> None:
    client = bench.connect(BASIC)
    client.attach("room", flags=PRESENCE_ONLY)
    bench.connect().present("room", ENTER)
    client.present("room", ENTER, clientId="a")
    bench.pump()
    client.drop()
    again = client.resume()
    assert again.attach("room", flags=PRESENCE_ONLY)["flags"] == PRESENCE_ONLY | HAS_PRESENCE
    [told] = again.took(SYNC)
    assert [(m["action"], m["clientId"]) for m in told["presence"]] == [(PRESENT, "a")]
    again.send(SYNC, "room")
    assert again.took(SYNC) == [told]
