from __future__ import annotations

import re

import pytest

from aitransport_notebook.hub.protocol.frames import Message, Version
from aitransport_notebook.hub.protocol.log import Place, Write
from aitransport_notebook.hub.protocol.serials import format_serial, parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import (
    APPEND,
    DELETE,
    ELSEWHERE,
    NOW,
    PLACE,
    UPDATE,
    Publisher,
    everything,
    message_now,
    one_delivery,
    one_serial,
    operation,
    refusal,
    whole,
)

EXTRAS = {"headers": {"turn": "t1", "n": 3, "deep": [None, True, 1.5, "é"]}}


def test_a_create_is_numbered_and_delivered_in_full(publisher: Publisher) -> None:
    written = publisher.send(publisher.message("hello", name="greeting", extras=EXTRAS))
    serial = format_serial(NOW * 1000, publisher.store.series)
    delivery = one_delivery(written)
    assert (written.serials, written.channel_serial, written.timestamp) == ([serial], serial, NOW)
    assert delivery.message == Message(
        id="conn:0:0",
        name="greeting",
        data="hello",
        extras=EXTRAS,
        clientId="ann",
        connectionId="conn",
        timestamp=NOW,
        serial=serial,
        action=0,
        version=Version(serial=serial, timestamp=NOW),
    )
    assert (delivery.created, delivery.whole) == (NOW * 1000, None)
    publisher.store.commit()
    assert everything(publisher.store) == [delivery.message]


@pytest.mark.parametrize("action", [UPDATE, DELETE])
def test_an_edit_replaces_what_it_gives_and_keeps_the_rest(
    publisher: Publisher, action: int
) -> None:
    serial = publisher.create("hello", name="greeting", extras=EXTRAS, encoding="e1")
    note = Version(clientId="bob", description="why", metadata={"k": [1, "é"]})
    written = publisher.operate(action, serial, "bye", name="farewell", version=note)
    version = Version(one_serial(written), NOW + 1, "bob", "why", {"k": [1, "é"]})
    delivery = one_delivery(written)
    assert delivery.message == Message(
        id="conn:0:0",
        name="farewell",
        data="bye",
        extras=EXTRAS,
        clientId="ann",
        connectionId="conn",
        timestamp=NOW,
        serial=serial,
        action=action,
        version=version,
    )
    assert (delivery.created, delivery.whole) == (NOW * 1000, None)
    other: dict[str, object] = {"other": {}}
    again = one_delivery(publisher.operate(action, serial, extras=other)).message
    assert (again.name, again.data, again.extras) == ("farewell", "bye", other)
    publisher.store.commit()
    assert everything(publisher.store) == [again]


def test_an_append_delivers_what_it_added_and_can_tell_the_whole(publisher: Publisher) -> None:
    serial = publisher.create("Hello", name="reply", extras=EXTRAS)
    first = publisher.append(serial, ", ", version=Version(clientId="bot", description="d"))
    second = publisher.append(serial, "world", extras={"headers": {"done": True}})
    delta = one_delivery(first)
    assert delta.message == Message(
        id="conn:0:0",
        name="reply",
        data=", ",
        extras=EXTRAS,
        clientId="ann",
        connectionId="conn",
        timestamp=NOW,
        serial=serial,
        action=APPEND,
        version=Version(one_serial(first), NOW + 1, "bot", "d"),
    )
    assert delta.created == NOW * 1000
    # Asked only now that there is more: it is what it was then.
    snapshot = whole(delta)
    assert (snapshot.action, snapshot.data, snapshot.extras) == (UPDATE, "Hello, ", EXTRAS)
    assert snapshot.version == delta.message.version
    latest = whole(one_delivery(second))
    assert (latest.data, latest.extras) == ("Hello, world", {"headers": {"done": True}})
    publisher.store.commit()
    assert everything(publisher.store) == [latest]


def test_whole_is_exact_after_an_update_in_between(publisher: Publisher) -> None:
    serial = publisher.create("a")
    deliveries = [
        one_delivery(written)
        for written in (
            publisher.append(serial, "b"),
            publisher.update(serial, "X"),
            publisher.append(serial, "y"),
            publisher.delete(serial),
            publisher.append(serial, "z"),
        )
    ]
    assert [whole(delivery).data for delivery in deliveries] == ["ab", "X", "Xy", "Xy", "Xyz"]


@pytest.mark.parametrize(
    ("base", "added", "encoding"),
    [('{"a":1}', '{"b":2}', "json"), ("1", "", "json"), (b"{}", b"{}", "json/utf-8")],
)
def test_json_cannot_be_appended_to_json(
    publisher: Publisher, base: str | bytes, added: str | bytes, encoding: str
) -> None:
    serial = publisher.create(base, encoding=encoding)
    assert refusal(publisher.append(serial, added, encoding=encoding)) == 40013
    assert one_serial(publisher.append(serial, None, extras=EXTRAS))
    assert one_serial(publisher.update(serial, added, encoding=encoding))
    empty = publisher.create(None)
    assert one_serial(publisher.append(empty, added, encoding=encoding))
    publisher.store.commit()
    assert [message.data for message in everything(publisher.store)] == [added, added]


def test_operations_of_one_write_follow_one_another(publisher: Publisher) -> None:
    target = publisher.create("a")
    written = publisher.send(
        publisher.message("one"),
        operation(APPEND, target, "b"),
        operation(APPEND, target, "c"),
        publisher.message("two"),
    )
    numbers = [parse_serial(serial or "") for serial in written.serials]
    assert numbers == [(NOW + 1) * 1000 + index for index in range(4)]
    assert written.channel_serial == written.serials[-1]
    assert [delivery.message.id for delivery in written.deliveries] == [
        "conn:1:0",
        "conn:0:0",
        "conn:0:0",
        "conn:1:3",
    ]
    assert whole(written.deliveries[2]).data == "abc"


def test_a_write_applies_all_or_nothing(publisher: Publisher) -> None:
    target = publisher.create("a")
    written = publisher.send(
        publisher.message("new"),
        operation(APPEND, target, "b"),
        operation(APPEND, target, b"bytes"),
    )
    assert refusal(written) == 40013
    delivery = one_delivery(publisher.append(target, "c"))
    assert whole(delivery).data == "ac"
    publisher.store.commit()
    assert [message.data for message in everything(publisher.store)] == ["ac"]


def test_an_operation_needs_its_message_in_its_channel(publisher: Publisher) -> None:
    serial = publisher.create("a")
    absent = format_serial(NOW * 1000 + 77, publisher.store.series)
    assert refusal(publisher.append(absent, "b")) == 40400
    assert refusal(publisher.send(operation(APPEND, serial, "b"), place=ELSEWHERE)) == 40400
    assert refusal(publisher.append("no serial", "b")) == 40003
    publisher.store.commit()
    assert refusal(publisher.send(operation(UPDATE, serial, "b"), place=ELSEWHERE)) == 40400
    assert refusal(publisher.send(operation(UPDATE, serial), place=Place("b", "room"))) == 40400
    assert message_now(publisher.store, serial).action == 0


def test_an_operation_may_be_kept_to_the_authors_own_messages(publisher: Publisher) -> None:
    serial = publisher.create("a")
    refused = publisher.send(operation(UPDATE, serial, "b"), only_of="bob")
    assert refusal(refused) == 40160
    allowed = publisher.send(operation(UPDATE, serial, "b"), only_of="ann")
    assert one_delivery(allowed).message.data == "b"


def test_ephemeral_messages_are_delivered_and_not_stored(publisher: Publisher) -> None:
    fleeting = publisher.message("gone", extras={"ephemeral": True, "x": 1})
    written = publisher.send(fleeting)
    delivered = one_delivery(written).message
    assert (delivered.data, delivered.extras) == ("gone", {"ephemeral": True, "x": 1})
    assert delivered.serial == written.channel_serial
    kept = publisher.create("kept", extras={"ephemeral": 1})
    assert kept > one_serial(written)
    assert refusal(publisher.append(one_serial(written), "more")) == 40400
    publisher.store.commit()
    assert [message.data for message in everything(publisher.store)] == ["kept"]
    assert publisher.store.head(PLACE) == parse_serial(kept)


def test_numbers_grow_whatever_the_clock_does(store: Store) -> None:
    def write(now: int, place: Place) -> int:
        written = store.write(Write(place, messages=[Message(data="x")]), now)
        return parse_serial(one_serial(written))

    numbers = [write(now, place) for now in (5, 5, 3, 9, 1) for place in (PLACE, ELSEWHERE)]
    assert numbers == [5000, 5001, 5002, 5003, 5004, 5005, 9000, 9001, 9002, 9003]


def test_rest_messages_get_ids_of_their_own(store: Store) -> None:
    rest = Publisher(store, connection=None)
    written = [rest.send(rest.message("a"), rest.message("b")) for _ in range(2)]
    ids = [delivery.message.id or "" for answer in written for delivery in answer.deliveries]
    bases = [own_id.partition(":")[0] for own_id in ids]
    assert [own_id.partition(":")[2] for own_id in ids] == ["0", "1", "0", "1"]
    assert bases[0] == bases[1] != bases[2] == bases[3]
    assert all(re.fullmatch("[0-9a-f]{16}", base) for base in bases)
    store.commit()
    assert [message.id for message in everything(store)] == ids


@pytest.mark.parametrize(
    "message",
    [
        Message(data="half \ud83d"),
        Message(data="x", name="\ud83d"),
        Message(data="x", id="\ud83d"),
        Message(data="x", clientId="\ud83d"),
        Message(data="x", extras={"a": "\ud83d"}),
        Message(data="x", extras={"a": object()}),
    ],
)
def test_what_cannot_be_stored_is_refused_alone(publisher: Publisher, message: Message) -> None:
    assert refusal(publisher.send(publisher.message("before"), message)) == 40013
    publisher.create("after")
    publisher.store.commit()
    assert [kept.data for kept in everything(publisher.store)] == ["after"]


def test_an_empty_write_does_nothing(store: Store) -> None:
    written = store.write(Write(PLACE), NOW)
    assert (written.serials, written.deliveries, written.error) == ([], [], None)
    assert store.head(PLACE) == 0


def test_a_version_is_of_a_later_millisecond_than_its_message(store: Store) -> None:
    made = store.write(Write(PLACE, messages=[Message(data="a")], connection_id="c"), NOW)
    serial = one_serial(made)
    changes = [operation(APPEND, serial, "b"), operation(UPDATE, serial, "c"), Message(data="d")]
    changed = store.write(Write(PLACE, messages=changes, connection_id="c"), NOW)
    append, update, create = (delivery.message for delivery in changed.deliveries)
    for message in (append, update):
        assert message.timestamp == NOW
        assert message.version is not None and message.version.timestamp == NOW + 1
    # What follows in the same publish keeps its place in it.
    assert [append.version.serial if append.version else "", create.serial] == [
        changed.serials[0],
        changed.serials[2],
    ]
    assert changed.serials == sorted(str(serial) for serial in changed.serials)
