"""A batch that could not be stored: nobody is told that it was, and all goes on."""

from __future__ import annotations

import pytest

from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    ATTACH,
    ATTACHED,
    CLOSE,
    DETACH,
    DETACHED,
    ENTER,
    ERROR,
    FULL,
    LEAVE,
    NACK,
    SECOND,
    Bench,
    Client,
    events_of,
    grant_of,
    messages_of,
)


@pytest.fixture
def watcher(bench: Bench) -> Client:
    watcher = bench.connect(grant_of(client_id="watcher"))
    watcher.attach("room")
    return watcher


def test_everything_in_it_is_refused_with_a_hint_and_nobody_hears_of_it(
    bench: Bench, watcher: Client
) -> None:
    serial = bench.connect().create("room", "kept")
    watcher.take()
    one, other = bench.connect(), bench.connect()
    one.publish("room", {"data": "a"})
    one.append("room", serial, "b")
    one.present("room", ENTER)
    other.publish("room", {"data": "c"})
    bench.pump(FULL)
    refused = one.took(NACK)
    assert [frame["msgSerial"] for frame in refused] == [0, 1, 2]
    refused += other.took(NACK)
    for frame in refused:
        error = frame["error"]
        assert (error["code"], error["statusCode"], frame["count"]) == (50003, 503, 1)
        assert error["message"] == "the disk is full. Free some space."
    assert watcher.take() == []
    assert bench.texts("room") == ["kept"]
    assert bench.members("room") == []


def test_what_comes_later_is_fine_and_serials_grow(bench: Bench, watcher: Client) -> None:
    client = bench.connect()
    serial = client.create("room", "a")
    client.append("room", serial, "lost")
    client.publish("room", {"data": "lost", "id": "mine"})
    bench.pump(FULL)
    client.take()
    client.append("room", serial, "b")
    client.publish("room", {"data": "c", "id": "mine"})
    bench.pump()
    versions = client.acked()
    assert versions == sorted(versions) and versions[0] > serial
    told = messages_of(watcher.take())
    assert [message["data"] for message in told] == ["a", "b", "c"]
    serials = [message["version"]["serial"] for message in told]
    assert serials == sorted(set(serials))
    assert bench.texts("room") == ["ab", "c"]


@pytest.mark.parametrize("again", [True, False])
def test_a_publish_that_was_refused_may_be_sent_again(bench: Bench, again: bool) -> None:
    client = bench.connect()
    number = client.publish("room", {"data": "a"})
    bench.pump(FULL)
    client.take()
    client.publish("room", {"data": "a"}, serial=number if again else number + 1)
    bench.pump()
    assert len(client.acked()) == 1
    assert bench.texts("room") == ["a"]


def test_the_time_of_a_lost_number_may_come_again_and_no_serial_does(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", *[{"data": "a"}] * 5)
    bench.pump(FULL)
    client.take()
    serials = [client.create("room", text) for text in "bcd"]
    bench.now -= 1000
    serials.append(client.create("room", "e"))
    assert serials == sorted(set(serials))


@pytest.mark.parametrize("resume", [True, False])
def test_an_attach_in_it_sees_what_is_stored(bench: Bench, resume: bool) -> None:
    client, agent = bench.connect(), bench.connect()
    serials = [agent.create("room", text) for text in "ab"]
    agent.publish("room", {"data": "lost"})
    asked = {"channelSerial": serials[0]} if resume else {"params": {"rewind": "1"}}
    client.send(ATTACH, "room", **asked)
    bench.pump(FULL)
    attached, *told = client.take()
    assert attached["action"] == ATTACHED
    assert attached["channelSerial"] == serials[0 if resume else 1]
    assert [message["data"] for message in messages_of(told)] == ["b"]
    agent.take()
    agent.create("room", "c")
    assert [message["data"] for message in messages_of(client.take())] == ["c"]


def test_an_attach_fails_where_nothing_can_be_read_either(bench: Bench) -> None:
    client = bench.connect()
    client.send(ATTACH, "room")
    bench.core.settle(bench.core.take(), FULL, FULL)
    answer = client.one(ERROR)
    assert (answer["channel"], answer["error"]["code"]) == ("room", 50003)
    bench.connect().create("room", "unheard")
    assert client.take() == []
    assert client.attach("room")["action"] == ATTACHED


def test_a_detach_in_it_is_done(bench: Bench, watcher: Client) -> None:
    watcher.send(DETACH, "room")
    bench.connect().publish("room", {"data": "lost"})
    bench.pump(FULL)
    assert watcher.take() == [{"action": DETACHED, "channel": "room"}]


def test_what_was_refused_for_itself_keeps_its_own_reason(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", {"data": "a", "clientId": "bob"})
    client.publish("room", {"data": "b"})
    bench.pump(FULL)
    assert [frame["error"]["code"] for frame in client.took(NACK)] == [40012, 50003]


def test_other_batches_have_nothing_to_do_with_it(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", {"data": "a"})
    first = bench.core.take()
    client.publish("room", {"data": "b"})
    bench.put_through(first, FULL)
    bench.pump()
    told = [(frame["action"], frame["msgSerial"]) for frame in client.take()]
    assert told == [(NACK, 0), (ACK, 1)]
    assert bench.texts("room") == ["b"]


@pytest.mark.parametrize("end", [DETACH, CLOSE])
def test_a_leave_in_it_is_made_up_for(bench: Bench, watcher: Client, end: int) -> None:
    client = bench.connect()
    client.attach("room")
    client.present("room", ENTER)
    bench.pump()
    watcher.take()
    client.send(end, "room")
    # A detach is done in its turn, and its leave comes in the batch after that.
    while batch := bench.core.take():
        bench.put_through(batch, FULL)
    assert watcher.take() == []
    bench.pass_time(SECOND)
    assert events_of(watcher.take()) == [(LEAVE, "ann")]
    assert bench.members("room") == []
    bench.pass_time(SECOND)
    assert events_of(watcher.take()) == []


def test_a_leave_that_was_lost_does_not_take_out_who_is_back(bench: Bench, watcher: Client) -> None:
    client = bench.connect()
    client.attach("room")
    client.present("room", ENTER)
    bench.pump()
    client.send(DETACH, "room")
    while batch := bench.core.take():
        bench.put_through(batch, FULL)
    client.attach("room")
    client.present("room", ENTER, data="back")
    bench.pump()
    watcher.take()
    bench.pass_time(SECOND)
    assert events_of(watcher.take()) == []
    assert bench.members("room") == ["ann"]


def test_an_append_in_it_leaves_nothing_behind_in_memory(bench: Bench) -> None:
    agent = bench.connect()
    serial = agent.create("room", "a")
    agent.append("room", serial, "lost")
    bench.pump(FULL)
    late = bench.connect()
    late.attach("room")
    agent.append("room", serial, "b")
    bench.pump()
    [message] = messages_of(late.take())
    assert (message["action"], message["data"]) != (APPEND, "b")
    assert message["data"] == "ab"
