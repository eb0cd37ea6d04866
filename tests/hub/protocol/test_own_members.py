"""What a connection is told of its own members, and what it leaves behind."""

from __future__ import annotations

import pytest

from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.log import Place, Range
from tests.hub.protocol.harness import (
    APP,
    BASIC,
    CHANGE,
    ENTER,
    LEAVE,
    PRESENCE,
    PRESENT,
    SYNC,
    Bench,
    Wire,
    events_of,
    grant_of,
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


def left(bench: Bench, *events: Wire, grant: Grant = BASIC) -> Wire:
    """Return the last event that is told of what a client does, and what history has of it."""
    client, watcher = bench.connect(grant), bench.connect()
    watcher.attach("room")
    for event in events:
        client.present("room", **event)
    bench.pump()
    told: Wire = watcher.took(PRESENCE)[-1]["presence"][-1]
    [kept] = bench.store.reader.presence_history(Place(APP, "room"), Range(limit=1)).items
    assert (kept.action, kept.data, kept.extras) == (LEAVE, told.get("data"), told.get("extras"))
    return {name: told[name] for name in ("data", "encoding", "extras") if name in told}


LAST = {"data": "last", "encoding": "x", "extras": {"k": 1}}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, LAST),
        ({"data": None, "extras": None}, LAST),
        ({"data": "bye"}, {"data": "bye"}),
        ({"data": ""}, {"data": ""}),
        ({"extras": {"k": 2}}, {"extras": {"k": 2}}),
    ],
)
def test_a_leave_that_says_nothing_shows_the_last_data(
    bench: Bench, said: Wire, told: Wire
) -> None:
    events = ({"action": ENTER, "data": "first"}, {"action": CHANGE, **LAST}, {"action": ENTER})
    own, other = ({"clientId": name} for name in ("a", "b"))
    enter, change, other_enter = events
    leave = {"action": LEAVE, **said}
    assert left(bench, enter | own, change | own, other_enter | other, leave | own) == told


def test_a_leave_in_one_publish_with_the_enter_shows_its_data(bench: Bench) -> None:
    client, watcher = bench.connect(), bench.connect()
    watcher.attach("room")
    events = [{"action": ENTER, "data": "here"}, {"action": LEAVE}, {"action": LEAVE}]
    client.send(PRESENCE, "room", msgSerial=0, presence=events)
    bench.pump()
    [frame] = watcher.took(PRESENCE)
    assert [event.get("data") for event in frame["presence"]] == ["here", "here", None]


@pytest.mark.parametrize("claim", [None, "now"])
def test_a_leave_carries_the_claim_of_its_own_time(bench: Bench, claim: str | None) -> None:
    client, watcher = bench.connect(grant_of(claims={"*": "then"})), bench.connect()
    watcher.attach("room")
    client.present("room", ENTER, data="here", extras={"k": 1})
    bench.pump()
    client.drop()
    again = client.resume(grant_of(claims={"*": claim} if claim else {}))
    again.present("room", LEAVE)
    bench.pump()
    event = watcher.took(PRESENCE)[-1]["presence"][0]
    assert (event["action"], event["data"]) == (LEAVE, "here")
    assert event["extras"] == {"k": 1} | ({"userClaim": claim} if claim else {})
