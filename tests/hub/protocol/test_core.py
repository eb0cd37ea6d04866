from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage
from aitransport_notebook.hub.protocol.log import Place, Written
from tests.hub.auth.support import refused
from tests.hub.protocol.harness import (
    APP,
    APPEND,
    BASIC,
    CLOSE,
    DETACH,
    ENTER,
    ERROR,
    FULL,
    LEAVE,
    OTHER_APP,
    PRESENT,
    Bench,
    events_of,
    grant_of,
    messages_of,
)

ROOM = Place(APP, "room")


class Request:
    """A publish as REST makes it."""

    def __init__(self, bench: Bench, *messages: Message, grant: Grant | None = None) -> None:
        self.done: list[Written] = []
        self.failed: list[AITransportError] = []
        core = bench.core
        core.publish(ROOM, messages, grant or grant_of(), self.done.append, self.failed.append)


def test_a_request_publishes_and_is_told_when_it_is_stored(bench: Bench) -> None:
    watcher = bench.connect()
    watcher.attach("room")
    request = Request(bench, Message(data="a", name="n"))
    assert (request.done, watcher.take()) == ([], [])
    bench.pump()
    [written] = request.done
    [frame] = watcher.take()
    assert written.serials == [frame["messages"][0]["serial"]] == [frame["channelSerial"]]
    assert "connectionId" not in frame
    assert "connectionId" not in frame["messages"][0]
    assert frame["messages"][0]["clientId"] == "ann"


def test_what_is_wrong_with_a_request_is_raised_at_once(bench: Bench) -> None:
    with refused(40030, 400):
        Request(bench)
    with refused(40160, 401):
        Request(bench, Message(data="a"), grant=grant_of({"other": ["publish"]}))
    with refused(40012, 400):
        Request(bench, Message(data="a", clientId="bob"))
    with refused(40166, 401):
        serial = bench.connect().create("room", "a")
        own = grant_of({"room": ["message-update-own"]}, None)
        Request(bench, Message(action=APPEND, serial=serial, data="x"), grant=own)
    assert bench.core.take() == []


def test_what_the_log_refuses_of_a_request_is_told(bench: Bench) -> None:
    serial = bench.connect(grant_of(client_id="bob")).create("room", "a")
    own = grant_of({"room": ["message-update-own"]})
    request = Request(bench, Message(action=APPEND, serial=serial, data="x"), grant=own)
    bench.pump()
    assert [error.code for error in request.failed] == [40160]
    lost = Request(bench, Message(data="x"))
    bench.pump(FULL)
    assert lost.failed == [FULL]
    assert bench.texts("room") == ["a"]


@pytest.mark.parametrize(
    ("own", "asking", "claimed", "expected"),
    [
        ("ann", BASIC, None, "ann"),
        ("ann", BASIC, "ann", "ann"),
        ("ann", BASIC, "bob", "bob"),
        ("*", BASIC, "bob", "bob"),
        (None, BASIC, None, None),
        ("ann", grant_of(), None, "ann"),
    ],
)
def test_a_request_may_publish_on_behalf_of_a_connection(
    bench: Bench, own: str | None, asking: Grant, claimed: str | None, expected: str | None
) -> None:
    client = bench.connect(grant_of(client_id=own))
    client.attach("room")
    Request(bench, Message(data="a", connectionKey=client.key, clientId=claimed), grant=asking)
    bench.pump()
    [message] = messages_of(client.take())
    assert (message["connectionId"], message.get("clientId")) == (client.id, expected)
    assert "connectionKey" not in message


@pytest.mark.parametrize("replayed", [False, True])
def test_what_is_published_on_behalf_is_echoed_only_to_who_wants_it(
    bench: Bench, replayed: bool
) -> None:
    silent, other = bench.connect(echo=False), bench.connect()
    from_here = silent.attach("room")["channelSerial"]
    theirs = other.create("room", "theirs")
    if replayed:
        silent.send(DETACH, "room")
    Request(bench, Message(data="create", connectionKey=silent.key))
    append = Message(action=APPEND, serial=theirs, data="!", connectionKey=silent.key)
    Request(bench, append)
    bench.pump()
    if replayed:
        silent.attach("room", channelSerial=from_here)
    assert [m["data"] for m in messages_of(silent.take())] == ["theirs"]


def test_on_behalf_of_another_client_one_needs_the_right(bench: Bench) -> None:
    client = bench.connect(grant_of(client_id="bob"))
    with refused(40012, 400):
        Request(bench, Message(data="a", connectionKey=client.key))


def test_a_key_that_is_of_no_open_connection_is_refused(bench: Bench) -> None:
    client, other = bench.connect(), bench.connect()
    foreign = bench.connect(grant_of(app_id=OTHER_APP))
    client.send(CLOSE)
    for keys in ([client.key], [foreign.key], ["nonsense"], [""], [other.key, client.key]):
        with refused(40006, 400):
            Request(bench, *(Message(data="a", connectionKey=key) for key in keys))
    bench.pump()
    assert bench.texts("room") == []


def test_other_work_is_done_in_its_turn(bench: Bench) -> None:
    told: list[Any] = []
    bench.core.in_batch(lambda: bench.store.head(ROOM), told.append, told.append)
    bench.connect().publish("room", {"data": "a"})
    bench.core.in_batch(lambda: bench.store.head(ROOM), told.append, told.append)
    assert told == []
    bench.pump()
    assert (told[0], told[1]) == (0, bench.store.head(ROOM))


def test_a_batch_that_is_settled_leaves_nothing_to_flush(bench: Bench) -> None:
    bench.connect().create("room", "a")
    assert not bench.core._state.to_flush


def test_members_and_active_channels_are_of_one_app(bench: Bench) -> None:
    bench.connect().attach("room")
    client = bench.connect(grant_of(app_id=OTHER_APP))
    client.present("lobby", ENTER)
    bench.pump()
    assert bench.core.active(APP) == ["room"]
    assert bench.core.active(OTHER_APP) == ["lobby"]
    assert bench.core.active("app3") == []
    [member] = bench.core.members(Place(OTHER_APP, "lobby"))
    assert (member.action, member.clientId) == (PRESENT, "ann")
    assert bench.members("lobby") == []


def test_apps_do_not_hear_one_another(bench: Bench) -> None:
    client = bench.connect(grant_of(app_id=OTHER_APP))
    client.attach("room", params={"rewind": "10"})
    bench.connect().create("room", "secret")
    assert client.take() == []
    assert client.attach("room", params={"rewind": "10"})["flags"] == 3080192


def test_members_may_be_seated_that_no_connection_stands_behind(bench: Bench) -> None:
    seats = [PresenceMessage(action=ENTER, clientId=name, connectionId="s") for name in "ab"]
    bench.core.seat(ROOM, seats)
    bench.pump()
    assert bench.members("room") == ["a", "b"]
    bench.pass_time(10**7)
    client = bench.connect()
    assert client.attach("room")["flags"] & 1
    assert bench.members("room") == ["a", "b"]


def test_an_app_that_is_dropped_takes_its_connections_with_it(bench: Bench) -> None:
    clients = [bench.connect(), bench.connect(BASIC)]
    other = bench.connect(grant_of(app_id=OTHER_APP))
    for client in (*clients, other):
        client.attach("room")
    clients[0].present("room", ENTER)
    bench.pump()
    for client in clients:
        client.take()
    bench.core.drop_app(APP)
    for client in clients:
        [error] = client.take()
        assert (error["action"], error["error"]["code"]) == (ERROR, 40400)
        assert "channel" not in error
        assert client.wire.closed
    assert not other.wire.closed
    assert bench.core.connections == 1
    bench.pump()
    assert bench.core.active(APP) == []
    assert other.create("room", "x")


def test_a_drop_tells_those_who_stay_nothing_of_it(bench: Bench) -> None:
    other = bench.connect(grant_of(app_id=OTHER_APP))
    other.attach("room")
    client = bench.connect()
    client.present("room", ENTER)
    bench.pump()
    bench.core.drop_app(APP)
    bench.pump()
    assert other.take() == []
    assert (LEAVE, "ann") not in events_of(other.take())
