from __future__ import annotations

import threading

import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage, Version
from aitransport_notebook.hub.protocol.log import Place, Range, Write
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import (
    DELETE,
    ELSEWHERE,
    NOW,
    PLACE,
    UPDATE,
    Publisher,
    message_now,
    one_serial,
)


def filled(store: Store, count: int = 10) -> list[str]:
    """Publish messages "0", "1", ... each a millisecond after the one before."""
    publisher = Publisher(store)
    serials = [publisher.create(str(number)) for number in range(count)]
    Publisher(store, connection="other", place=ELSEWHERE, start=NOW + 3).create("elsewhere")
    store.commit()
    return serials


def datas(store: Store, span: Range, place: Place = PLACE) -> str:
    return "".join(str(message.data) for message in store.reader.history(place, span).items)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Range(), "9876543210"),
        (Range(direction="forwards"), "0123456789"),
        (Range(limit=3), "987"),
        (Range(limit=3, direction="forwards"), "012"),
        (Range(start=NOW + 3), "9876543"),
        (Range(end=NOW + 3), "3210"),
        (Range(start=NOW + 3, end=NOW + 5, direction="forwards"), "345"),
        (Range(start=NOW + 3, end=NOW + 3), "3"),
        (Range(start=NOW + 4, end=NOW + 3), ""),
        (Range(until=(NOW + 4) * 1000), "43210"),
        (Range(until=(NOW + 4) * 1000 - 1), "3210"),
        (Range(until=(NOW + 4) * 1000, direction="forwards", limit=2), "01"),
        (Range(cursor=(NOW + 4) * 1000), "3210"),
        (Range(cursor=(NOW + 4) * 1000, direction="forwards"), "56789"),
        (Range(start=NOW + 2, cursor=(NOW + 4) * 1000, until=(NOW + 9) * 1000), "32"),
        (Range(start=10**30), ""),
        (Range(end=10**30, limit=1), "9"),
        (Range(start=-(10**30), limit=1), "9"),
    ],
)
def test_history_within_a_range(store: Store, span: Range, expected: str) -> None:
    filled(store)
    assert datas(store, span) == expected


@pytest.mark.parametrize("direction", ["backwards", "forwards"])
@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11])
def test_pages_join_without_gap_or_overlap(store: Store, direction: str, limit: int) -> None:
    filled(store)
    found, cursor, pages = "", None, 0
    while pages == 0 or cursor is not None:
        span = Range(direction=direction, limit=limit, cursor=cursor)  # type: ignore[arg-type]
        page = store.reader.history(PLACE, span)
        found += "".join(str(message.data) for message in page.items)
        cursor, pages = page.cursor, pages + 1
    assert found == ("9876543210" if direction == "backwards" else "0123456789")
    assert pages == -(-10 // limit)


def test_history_of_nothing(store: Store) -> None:
    assert store.reader.history(Place("app", "none"), Range()).items == []
    filled(store)
    assert store.reader.history(Place("another", "room"), Range()).items == []
    assert store.reader.message(PLACE, 5) is None


def test_text_that_no_store_can_hold_is_refused(store: Store) -> None:
    with pytest.raises(AITransportError) as caught:
        store.reader.history(Place("app", "\ud83d"), Range())
    assert caught.value.code == 40013


def test_a_message_is_read_as_it_is_now(publisher: Publisher) -> None:
    serial = publisher.create("a", name="n", encoding="e")
    store = publisher.store
    publisher.append(serial, "b", encoding="e")
    store.commit()
    now = message_now(store, serial)
    assert (now.action, now.data, now.timestamp, now.name) == (UPDATE, "ab", NOW, "n")
    last = one_serial(publisher.delete(serial, extras={"x": 1}))
    store.commit()
    now = message_now(store, serial)
    assert (now.action, now.data, now.encoding, now.extras) == (DELETE, "ab", "e", {"x": 1})
    assert now.version == Version(serial=last, timestamp=NOW + 2, clientId="bob")
    assert now.serial == serial
    assert store.reader.message(ELSEWHERE, parse_serial(serial)) is None


def test_the_reader_sees_only_what_is_committed(store: Store) -> None:
    serial = filled(store, 1)[0]
    Publisher(store, first_serial=9, start=NOW + 9).append(serial, "+")
    expected = "0" if store.reader.threadsafe else "0+"
    assert message_now(store, serial).data == expected
    assert store.rewind(PLACE, 1).items[0].data == "0+"
    store.rollback()
    assert store.rewind(PLACE, 1).items[0].data == "0"


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_a_threadsafe_reader_may_be_asked_by_many_threads_at_once(store: Store) -> None:
    assert store.reader.threadsafe, "only a store in memory has one connection"
    filled(store)
    found: list[str] = []

    def read() -> None:
        found.extend(datas(store, Range()) for _ in range(20))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    publisher = Publisher(store, place=ELSEWHERE, first_serial=50, start=NOW + 50)
    for _ in range(20):
        publisher.create("x")
        store.commit()
    for thread in threads:
        thread.join()
    assert found == ["9876543210"] * 80


def test_versions_are_the_create_each_edit_and_each_run_of_appends(publisher: Publisher) -> None:
    serial = publisher.create("a", name="n")
    steps = [
        publisher.append(serial, "b"),
        publisher.append(serial, "c", version=Version(clientId="c", description="d")),
        publisher.update(serial, "X", name="m"),
        publisher.delete(serial, extras={"gone": True}),
        publisher.append(serial, "y"),
        publisher.append(serial, "z"),
    ]
    publisher.store.commit()
    seq = parse_serial(serial)
    versions = publisher.store.reader.versions(PLACE, seq, Range()).items
    assert [(version.action, version.data) for version in versions] == [
        (0, "a"),
        (UPDATE, "abc"),
        (UPDATE, "X"),
        (DELETE, "X"),
        (UPDATE, "Xyz"),
    ]
    assert [version.name for version in versions] == ["n", "n", "m", "m", "m"]
    assert [version.extras for version in versions] == [None, None, None, *[{"gone": True}] * 2]
    assert {(version.serial, version.timestamp) for version in versions} == {(serial, NOW)}
    last_of_run = Version(one_serial(steps[1]), NOW + 2, "c", "d")
    assert versions[1].version == last_of_run
    serials = [version.version.serial for version in versions if version.version]
    assert serials == [serial, *(one_serial(steps[index]) for index in (1, 2, 3, 5))]

    page = publisher.store.reader.versions(PLACE, seq, Range(limit=2))
    assert [version.data for version in page.items] == ["a", "abc"]
    rest = publisher.store.reader.versions(PLACE, seq, Range(limit=9, cursor=page.cursor))
    assert (rest.items, rest.cursor) == (versions[2:], None)
    assert publisher.store.reader.versions(ELSEWHERE, seq, Range()).items == []


def test_appends_are_told_with_their_times(publisher: Publisher) -> None:
    serial = publisher.create("a")
    publisher.append(serial, "b")
    publisher.update(serial, "X")
    publisher.append(serial, None)
    publisher.append(serial, "long")
    publisher.store.commit()
    appends = publisher.store.reader.appends(PLACE, parse_serial(serial))
    assert appends == [(NOW + 1, "b"), (NOW + 3, None), (NOW + 4, "long")]
    assert publisher.store.reader.appends(ELSEWHERE, parse_serial(serial)) == []


def test_rewind_gives_the_newest_oldest_first_and_says_if_there_are_more(store: Store) -> None:
    filled(store)

    def rewound(limit: int, since: int | None = None) -> tuple[str, bool]:
        page = store.rewind(PLACE, limit, since)
        return "".join(str(m.data) for m in page.items), page.cursor is not None

    assert rewound(3) == ("789", True)
    assert rewound(100, NOW + 7) == rewound(3, NOW + 7) == ("789", False)
    assert rewound(1, NOW + 7) == ("9", True)
    assert rewound(50) == rewound(10) == ("0123456789", False)


def test_head_is_the_newest_operation(store: Store) -> None:
    assert store.head(PLACE) == 0
    publisher = Publisher(store)
    serial = publisher.create("a")
    assert store.head(PLACE) == parse_serial(serial)
    appended = one_serial(publisher.append(serial, "b"))
    assert store.head(PLACE) == parse_serial(appended)
    store.commit()
    assert (store.head(PLACE), store.head(ELSEWHERE)) == (parse_serial(appended), 0)


def presence_write(action: int, client: str, serial: int, **fields: object) -> Write:
    event = PresenceMessage(action=action, clientId=client, **fields)  # type: ignore[arg-type]
    return Write(PLACE, presence=[event], connection_id="conn", msg_serial=serial)


def test_presence_is_kept_as_it_happened(store: Store) -> None:
    writes = [
        presence_write(2, "ann", 0, data="here", extras={"a": 1}),
        presence_write(4, "ann", 1, data=b"\x00", encoding="e", id="conn:1:0"),
        presence_write(3, "bob", 2, id="another:7:7"),
    ]
    told = [store.write(write, NOW + index) for index, write in enumerate(writes)]
    store.commit()
    expected = [
        PresenceMessage("conn:0:0", 2, "ann", "conn", "here", None, {"a": 1}, NOW),
        PresenceMessage("conn:1:0", 4, "ann", "conn", b"\x00", "e", None, NOW + 1),
        PresenceMessage("another:7:7", 3, "bob", "conn", None, None, None, NOW + 2),
    ]
    assert [event for written in told for event in written.presence] == expected
    assert [written.serials for written in told] == [[], [], []]
    assert parse_serial(told[2].channel_serial) == (NOW + 2) * 1000
    assert store.reader.presence_history(PLACE, Range()).items == expected[::-1]
    page = store.reader.presence_history(PLACE, Range(direction="forwards", limit=2))
    assert (page.items, page.cursor) == (expected[:2], (NOW + 1) * 1000)
    assert store.reader.presence_history(PLACE, Range(start=NOW + 2)).items == expected[2:]
    assert store.reader.history(PLACE, Range()).items == []
    (stored,) = store._connection.execute("SELECT count(id) FROM presence").fetchone()
    assert stored == 1, "an id that follows from its row is not stored"


def test_channels_are_listed_in_order(store: Store) -> None:
    names = ["b", "a:2", "a:1", "a", "a\U0010fffe", "ab", "é", "a:10"]
    for name in names:
        store.write(Write(Place("app", name), messages=[Message(data="x")]), NOW)
    store.write(Write(Place("other", "a:3"), messages=[Message(data="x")]), NOW)
    fleeting = Message(data="x", extras={"ephemeral": True})
    store.write(Write(Place("app", "a:9"), messages=[fleeting]), NOW)
    store.commit()
    channels = store.reader.channels
    assert channels("app") == sorted(names)
    assert channels("app", "a:") == ["a:1", "a:10", "a:2"]
    assert channels("app", "a:", 2) == ["a:1", "a:10"]
    assert channels("app", "a:", 2, "a:10") == ["a:2"]
    assert channels("nobody") == []
