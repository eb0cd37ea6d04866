from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage
from aitransport_notebook.hub.protocol.log import Write, Written
from aitransport_notebook.hub.store import Store, receipts
from tests.hub.store.support import (
    APPEND,
    ELSEWHERE,
    NOW,
    PLACE,
    UPDATE,
    Publisher,
    everything,
    message_now,
    one_serial,
    operation,
)


def is_first_answer(again: Written, first: Written) -> bool:
    assert again.error is None
    assert (again.deliveries, again.presence) == ([], [])
    return (again.serials, again.channel_serial) == (first.serials, first.channel_serial)


def publish_of_all_kinds(publisher: Publisher) -> Callable[[], list[Written]]:
    """Return something that sends the same five publishes whenever it is called."""
    target = one_serial(publisher.send_again(0, publisher.message("a")))

    def send() -> list[Written]:
        return [
            publisher.send_again(0, publisher.message("a")),
            publisher.send_again(1, operation(APPEND, target, "b")),
            publisher.send_again(
                2, operation(UPDATE, target, "c"), publisher.message("d"), publisher.message("e")
            ),
            publisher.send_again(3, publisher.message("f"), place=ELSEWHERE),
            publisher.send_again(4, operation(APPEND, target, "g")),
        ]

    return send


def test_a_publish_sent_twice_is_written_once(publisher: Publisher) -> None:
    send = publish_of_all_kinds(publisher)
    first = send()
    assert all(map(is_first_answer, send(), first))
    publisher.store.commit()
    assert all(map(is_first_answer, send(), first))
    publisher.store.commit()
    assert [message.data for message in everything(publisher.store)] == ["cg", "d", "e"]
    assert [message.data for message in everything(publisher.store, ELSEWHERE)] == ["f"]


def test_a_publish_sent_again_after_a_restart_is_written_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    send = publish_of_all_kinds(Publisher(store))
    first = send()
    store.commit()
    store.close()

    store = Store.open(tmp_path)
    publisher = Publisher(store, start=NOW + 60_000)
    target = first[0].serials[0] or ""
    again = [
        publisher.send_again(1, operation(APPEND, target, "b")),
        publisher.send_again(4, operation(APPEND, target, "g")),
    ]
    assert is_first_answer(again[0], first[1])
    assert is_first_answer(again[1], first[4])
    fresh = publisher.send_again(5, operation(APPEND, target, "!"))
    assert len(fresh.deliveries) == 1
    store.commit()
    assert message_now(store, target).data == "cg!"
    store.close()


def test_connections_do_not_mix(store: Store) -> None:
    one, other = Publisher(store, connection="one"), Publisher(store, connection="other")
    one.send_again(7, one.message("a"))
    assert len(other.send_again(7, other.message("b")).deliveries) == 1
    assert len(other.send_again(8, other.message("c")).deliveries) == 1


def test_a_publish_that_was_refused_or_lost_may_be_sent_again(publisher: Publisher) -> None:
    target = one_serial(publisher.send_again(0, publisher.message("a")))
    assert publisher.send_again(1, operation(APPEND, target, b"bytes")).error is not None
    assert len(publisher.send_again(2, publisher.message("later")).deliveries) == 1
    assert len(publisher.send_again(1, operation(APPEND, target, "b")).deliveries) == 1
    assert not publisher.send_again(1, operation(APPEND, target, "b")).deliveries
    publisher.store.commit()
    assert message_now(publisher.store, target).data == "ab"


def test_a_lower_serial_that_was_never_written_is_new(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    publisher = Publisher(store)
    publisher.send_again(5, publisher.message("five"))
    assert len(publisher.send_again(3, publisher.message("three")).deliveries) == 1
    assert not publisher.send_again(3, publisher.message("three")).deliveries
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    publisher = Publisher(store, start=NOW + 1000)
    assert len(publisher.send_again(4, publisher.message("four")).deliveries) == 1
    assert not publisher.send_again(3, publisher.message("three")).deliveries
    assert not publisher.send_again(5, publisher.message("five")).deliveries
    store.close()


def test_retries_read_the_log_once(store: Store) -> None:
    publisher = Publisher(store)
    for serial in range(50):
        publisher.send_again(serial, publisher.message("x"))
    store.commit()
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    for serial in range(50):
        publisher.send_again(serial, publisher.message("x"))
    store._connection.set_trace_callback(None)
    assert sum("msg_serial IS NOT NULL" in statement for statement in statements) == 1


def test_what_was_written_long_ago_is_not_looked_for(store: Store) -> None:
    early = Publisher(store)
    early.send_again(0, early.message("x"))
    store.commit()
    store.rollback()
    late = Publisher(store, start=NOW + receipts.MEMORY_MS + 1000)
    assert len(late.send_again(0, late.message("x")).deliveries) == 1


def test_an_ephemeral_publish_sent_twice_is_delivered_once(publisher: Publisher) -> None:
    fleeting = publisher.message("x", extras={"ephemeral": True})
    first = publisher.send_again(0, fleeting, publisher.message("kept"))
    again = publisher.send_again(0, fleeting, publisher.message("kept"))
    assert is_first_answer(again, first)


EPHEMERAL = {"ephemeral": True}


def test_an_ephemeral_id_is_delivered_once_in_its_channel(store: Store) -> None:
    rest = Publisher(store, connection=None)
    first = rest.send(Message(id="mine", data="a", extras=EPHEMERAL))
    store.commit()
    for extras in (EPHEMERAL, None):
        again = rest.send(Message(id="mine", data="b", extras=extras))
        assert (again.serials, again.deliveries) == (first.serials, [])
    elsewhere = rest.send(Message(id="mine", data="c", extras=EPHEMERAL), place=ELSEWHERE)
    other = rest.send(Message(id="other", data="d", extras=EPHEMERAL))
    assert len({*first.serials, *elsewhere.serials, *other.serials}) == 3
    assert everything(store) == []


def test_an_ephemeral_id_twice_in_one_write_is_delivered_once(publisher: Publisher) -> None:
    messages = [Message(id="mine", data=data, extras=EPHEMERAL) for data in "ab"]
    first = publisher.send_again(0, *messages)
    assert first.serials[0] == first.serials[1]
    assert [delivery.message.data for delivery in first.deliveries] == ["a"]
    assert is_first_answer(publisher.send_again(0, *messages), first)


@pytest.mark.parametrize(("later", "delivered"), [(119_000, 0), (121_000, 1)])
def test_an_ephemeral_id_is_remembered_for_a_while(
    store: Store, later: int, delivered: int
) -> None:
    fleeting = Message(id="mine", data="a", extras=EPHEMERAL)
    Publisher(store, connection=None).send(fleeting)
    late = Publisher(store, connection=None, start=NOW + later)
    assert len(late.send(fleeting).deliveries) == delivered
    assert len(late.send(fleeting).deliveries) == 0


def test_an_ephemeral_id_that_was_lost_with_its_batch_is_free(store: Store) -> None:
    rest = Publisher(store, connection=None)
    fleeting = Message(id="mine", data="a", extras=EPHEMERAL)
    rest.send(fleeting)
    store.rollback()
    assert len(rest.send(fleeting).deliveries) == 1


def test_ephemeral_ids_take_so_much_memory_and_no_more(store: Store) -> None:
    rest = Publisher(store, connection=None)
    messages = [Message(id=f"{n}" * (1 << 20), data="a", extras=EPHEMERAL) for n in range(6)]
    for message in messages:
        rest.send(message)
    told = [len(rest.send(message).deliveries) for message in reversed(messages)]
    assert told == [0, 0, 0, 0, 1, 1]


def test_an_id_is_written_once_in_its_channel(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    rest = Publisher(store, connection=None)
    first = rest.send(Message(id="mine", data="a"))
    again = rest.send(Message(id="mine", data="b"))
    assert (again.serials, again.deliveries) == (first.serials, [])
    elsewhere = rest.send(Message(id="mine", data="c"), place=ELSEWHERE)
    assert len(elsewhere.deliveries) == 1
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    rest = Publisher(store, connection=None, start=NOW + 99)
    third = rest.send(Message(id="mine", data="d"), Message(id="new", data="e"))
    assert third.serials[0] == first.serials[0]
    assert [delivery.message.id for delivery in third.deliveries] == ["new"]
    assert third.channel_serial == third.serials[1]
    store.commit()
    found = [(message.id, message.data) for message in everything(store)]
    assert found == [("mine", "a"), ("new", "e")]
    store.close()


def test_an_id_twice_in_one_write_is_written_once(publisher: Publisher) -> None:
    messages = Message(id="mine", data="a"), Message(id="mine", data="b"), Message(data="c")
    first = publisher.send_again(0, *messages)
    assert first.serials[0] == first.serials[1] != first.serials[2]
    assert [delivery.message.data for delivery in first.deliveries] == ["a", "c"]
    assert is_first_answer(publisher.send_again(0, *messages), first)


@pytest.mark.parametrize("serial", [0, 3])
def test_presence_is_written_each_time_and_counts_as_seen(store: Store, serial: int) -> None:
    enter = PresenceMessage(action=2, clientId="ann")
    write = Write(PLACE, presence=[enter], connection_id="conn", msg_serial=serial)
    assert len(store.write(write, NOW).presence) == 1
    assert len(store.write(write, NOW).presence) == 1
    publisher = Publisher(store, start=NOW + 5)
    assert len(publisher.send_again(serial + 1, publisher.message("x")).deliveries) == 1
