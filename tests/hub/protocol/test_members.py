"""Presence on a channel: who enters, who leaves, and what becomes of those who are cut off."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.limits import LOCAL, Limits
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    ACK,
    ATTACH,
    BASIC,
    CHANGE,
    CLOSE,
    DETACH,
    DETACHED,
    ENTER,
    LEAVE,
    PRESENCE,
    Bench,
    Client,
    Wire,
    events_of,
    grant_of,
)

GRACE = LOCAL.presence_grace
ENTERED, LEFT = (ENTER, "ann"), (LEAVE, "ann")


@pytest.fixture
def watcher(bench: Bench) -> Client:
    watcher = bench.connect(grant_of(client_id="watcher"))
    watcher.attach("room")
    return watcher


def entered(bench: Bench, watcher: Client | None = None, **hello: Any) -> Client:
    """Return a client that is attached to the room and in it; who watches knows."""
    client = bench.connect(**hello)
    client.attach("room")
    client.present("room", ENTER, data="here")
    bench.pump()
    client.take()
    if watcher is not None:
        assert events_of(watcher.take()) == [ENTERED]
    return client


def test_events_reach_all_who_watch_with_ids_of_their_publish(
    bench: Bench, watcher: Client
) -> None:
    client = bench.connect()
    client.attach("room")
    client.publish("elsewhere", {"data": "the first msgSerial"})
    client.present("room", ENTER, data="in")
    client.present("room", CHANGE, data="changed")
    client.present("room", LEAVE)
    bench.pump()
    frames = watcher.take()
    assert events_of(frames) == [ENTERED, (CHANGE, "ann"), LEFT]
    assert events_of(client.take()) == [ENTERED, (CHANGE, "ann"), LEFT], "also to oneself"
    assert [frame["id"] for frame in frames] == [f"{client.id}:{n}" for n in (1, 2, 3)]
    events = [frame["presence"][0] for frame in frames]
    assert [event["id"] for event in events] == [f"{client.id}:{n}:0" for n in (1, 2, 3)]
    assert [event.get("data") for event in events] == ["in", "changed", "changed"]
    assert frames[0] == {
        "action": PRESENCE,
        "id": f"{client.id}:1",
        "channel": "room",
        "channelSerial": frames[0]["channelSerial"],
        "connectionId": client.id,
        "timestamp": bench.now,
        "presence": [
            {
                "id": f"{client.id}:1:0",
                "action": ENTER,
                "clientId": "ann",
                "connectionId": client.id,
                "data": "in",
                "timestamp": bench.now,
            }
        ],
    }
    assert bench.members("room") == []


def test_one_connection_may_enter_for_many(bench: Bench, watcher: Client) -> None:
    client = bench.connect(BASIC)
    events = [{"action": ENTER, "clientId": name} for name in ("a", "b", "a")]
    client.send(PRESENCE, "room", msgSerial=4, presence=events)
    bench.pump()
    [frame] = watcher.take()
    assert [event["id"] for event in frame["presence"]] == [f"{client.id}:4:{n}" for n in range(3)]
    assert bench.members("room") == ["a", "b"]
    client.send(CLOSE)
    bench.pump()
    [frame] = watcher.take()
    assert events_of([frame]) == [(LEAVE, "a"), (LEAVE, "b")]
    ids = [event["id"] for event in frame["presence"]]
    assert not [id for id in ids if id.startswith(client.id)], "the hub's leave, not the client's"
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("grant", "event", "code"),
    [
        (grant_of(), {"action": 0}, 40003),
        (grant_of(), {"action": 1}, 40003),
        (grant_of(), {"action": 9}, 40003),
        (grant_of(), {}, 40003),
        (grant_of(), {"action": ENTER, "clientId": "bob"}, 40012),
        (grant_of(client_id=None), {"action": ENTER}, 91000),
        (BASIC, {"action": ENTER}, 91000),
        (grant_of({"room": ["subscribe", "publish"]}), {"action": ENTER}, 40160),
        (grant_of(), {"action": ENTER, "data": "!", "encoding": "base64"}, 40013),
        (grant_of(), {"action": ENTER, "data": "x" * 65534}, 40009),
        (grant_of(), {"action": ENTER, "extras": {"a": 2**70}}, 40032),
    ],
)
def test_an_event_that_may_not_be_is_refused(
    bench: Bench, watcher: Client, grant: object, event: Wire, code: int
) -> None:
    client = bench.connect(grant)  # type: ignore[arg-type]
    client.send(PRESENCE, "room", msgSerial=0, presence=[{"action": ENTER}, event])
    bench.pump()
    client.take()
    client.send(PRESENCE, "room", msgSerial=1, presence=[event])
    bench.pump()
    client.refused(code)
    client.send(CLOSE)
    bench.pump()
    assert watcher.take() == []
    assert bench.members("room") == []


def test_an_event_may_have_just_the_size_that_is_allowed(bench: Bench) -> None:
    client = bench.connect()
    client.present("room", ENTER, data="x" * (65536 - len("ann")))
    bench.pump()
    assert client.acked() == []


def test_no_events_are_refused(bench: Bench) -> None:
    client = bench.connect()
    client.send(PRESENCE, "room", msgSerial=0, presence=[])
    bench.pump()
    client.refused(40000)


def test_the_claim_of_the_token_is_in_the_event_and_no_other(bench: Bench, watcher: Client) -> None:
    forged = {"userClaim": "forged", "k": 1}
    bench.connect(grant_of(claims={"*": "true"})).present("room", ENTER, extras=forged)
    bench.connect(grant_of(client_id="bob")).present("room", ENTER, extras=forged)
    bench.pump()
    told = [frame["presence"][0]["extras"] for frame in watcher.take()]
    assert told == [{"userClaim": "true", "k": 1}, {"k": 1}]


def test_to_enter_again_as_the_same_is_silent(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    same = f"{client.id}:0:0"
    number = client.present("room", ENTER, id=same, data="here")
    bench.pump()
    assert client.take() == [
        {"action": ACK, "msgSerial": number, "count": 1, "res": [{"serials": []}]}
    ]
    assert watcher.take() == []
    client.present("room", ENTER, data="another")
    client.present("room", ENTER, id=same, data="here")
    bench.pump()
    assert events_of(watcher.take()) == [ENTERED, ENTERED], "it was the latest no more"


def test_to_enter_again_after_a_restart_is_told(bench: Bench) -> None:
    client = entered(bench)
    bench.restart()
    again, watcher = client.resume(), bench.connect()
    watcher.attach("room")
    assert bench.members("room") == []
    again.present("room", ENTER, id=f"{client.id}:0:0")
    bench.pump()
    assert events_of(watcher.take()) == [ENTERED]
    assert bench.members("room") == ["ann"]


@pytest.mark.parametrize("action", [DETACH, CLOSE])
def test_who_goes_of_its_own_accord_leaves_at_once(
    bench: Bench, watcher: Client, action: int
) -> None:
    client = entered(bench, watcher)
    client.send(action, "room")
    bench.pump()
    [frame] = watcher.take()
    [event] = frame["presence"]
    assert (event["action"], event["clientId"], event["data"]) == (*LEFT, "here")
    assert event["connectionId"] == client.id
    assert event["timestamp"] == bench.now
    assert bench.members("room") == []
    bench.pass_time(10**7)
    assert events_of(watcher.take()) == []


def test_a_member_stays_while_another_alias_is_attached(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    client.attach("[?rewind=1]room")
    client.send(DETACH, "room")
    bench.pump()
    assert watcher.take() == []
    client.send(DETACH, "[?rewind=1]room")
    bench.pump()
    assert events_of(watcher.take()) == [LEFT]


def test_who_is_cut_off_leaves_after_the_grace(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    client.drop()
    bench.pass_time(GRACE - 1)
    assert events_of(watcher.take()) == []
    assert bench.members("room") == ["ann"]
    bench.pass_time(1)
    assert events_of(watcher.take()) == [LEFT]
    assert bench.members("room") == []
    bench.pass_time(10**7)
    assert events_of(watcher.take()) == []


def test_who_is_back_within_the_grace_never_left(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    client.drop()
    bench.pass_time(GRACE - 1)
    again = client.resume()
    bench.pass_time(10 * GRACE)
    assert events_of(watcher.take()) == []
    assert bench.members("room") == ["ann"]
    again.send(CLOSE)
    bench.pump()
    assert events_of(watcher.take()) == [LEFT]


def test_who_is_back_after_the_grace_may_enter_again(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    client.drop()
    bench.pass_time(GRACE)
    assert events_of(watcher.take()) == [LEFT]
    again = client.resume()
    again.present("room", ENTER, id=f"{client.id}:0:0")
    bench.pump()
    assert events_of(watcher.take()) == [ENTERED]


@pytest.mark.parametrize("remain", [0, 1000, 60_000])
def test_a_client_may_say_how_long_it_remains(bench: Bench, watcher: Client, remain: int) -> None:
    client = entered(bench, watcher, remain_present=remain)
    client.drop()
    if remain:
        bench.pass_time(remain - 1)
        assert events_of(watcher.take()) == []
    bench.pass_time(1)
    assert events_of(watcher.take()) == [LEFT]


def test_nobody_remains_longer_than_the_connection(bench: Bench, watcher: Client) -> None:
    entered(bench, watcher, remain_present=300_000).drop()
    bench.pass_time(LOCAL.connection_ttl)
    assert events_of(watcher.take()) == [LEFT]
    assert bench.members("room") == []


@pytest.mark.parametrize("end", [DETACH, CLOSE])
def test_what_enters_and_goes_in_one_batch_leaves_no_ghost(
    bench: Bench, watcher: Client, end: int
) -> None:
    client = bench.connect()
    client.send(ATTACH, "room")
    client.present("room", ENTER)
    client.send(end, "room")
    bench.pump()
    assert events_of(watcher.take()) == [ENTERED, LEFT]
    assert bench.members("room") == []


def test_who_enters_and_is_lost_in_one_batch_leaves_in_the_end(
    bench: Bench, watcher: Client
) -> None:
    client = bench.connect()
    client.present("room", ENTER)
    client.drop()
    bench.pump()
    assert events_of(watcher.take()) == [ENTERED]
    bench.pass_time(GRACE)
    assert events_of(watcher.take()) == [LEFT]


def test_who_goes_and_comes_back_is_there(bench: Bench, watcher: Client) -> None:
    client = entered(bench, watcher)
    client.present("room", LEAVE)
    client.present("room", ENTER)
    bench.pump()
    assert events_of(watcher.take()) == [LEFT, ENTERED]
    client.send(DETACH, "room")
    bench.pump()
    client.send(ATTACH, "room")
    client.present("room", ENTER)
    bench.pump()
    assert bench.members("room") == ["ann"]
    assert client.took(DETACHED)


def test_a_leave_of_one_who_is_not_there_is_no_fault(bench: Bench) -> None:
    client = bench.connect()
    client.present("room", LEAVE)
    bench.pump()
    assert client.acked() == []
    assert bench.core.active("app1") == []


def test_the_limit_of_members(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(members_per_channel=2))
    clients = [bench.connect() for _ in range(3)]
    for client in clients:
        client.present("room", ENTER)
        bench.pump()
    assert clients[2].refused(91003)["error"]["statusCode"] == 400
    clients[0].present("room", CHANGE)
    clients[2].present("elsewhere", ENTER)
    clients[0].present("room", LEAVE)
    bench.pump()
    clients[2].take()
    clients[2].present("room", ENTER)
    bench.pump()
    assert clients[2].acked() == []
    assert len(bench.members("room")) == 2


def test_the_limit_of_members_holds_for_those_who_enter_at_once(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(members_per_channel=2))
    clients = [bench.connect() for _ in range(4)]
    for client in clients:
        client.present("room", ENTER)
    bench.pump()
    assert len(bench.members("room")) == 2
    for client in clients[2:]:
        client.refused(91003)


def test_what_was_written_is_not_told_again_when_its_answer_was_lost(bench: Bench) -> None:
    watcher = bench.connect()
    watcher.attach("room")
    client = bench.connect(grant_of(client_id="bob"))
    client.present("room", ENTER)
    client.present("room", LEAVE)
    bench.pump()
    watcher.take()
    client.drop()
    again = client.resume()
    again.take()
    again.present("room", ENTER, serial=0)
    again.present("room", LEAVE, serial=1)
    bench.pump()
    assert len(again.took(ACK)) >= 1
    assert events_of(watcher.take()) == []
    again.present("room", ENTER, serial=2)
    bench.pump()
    assert events_of(watcher.take()) == [(ENTER, "bob")]


def test_entering_twice_in_one_publish_is_one_member(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(members_per_channel=1))
    client = bench.connect()
    client.send(PRESENCE, "room", msgSerial=0, presence=[{"action": ENTER}, {"action": CHANGE}])
    bench.pump()
    assert client.acked() == []
    assert bench.members("room") == ["ann"]
