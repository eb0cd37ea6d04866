from __future__ import annotations

from pathlib import Path

import pytest

from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Delivery, Replay
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import (
    ELSEWHERE,
    NOW,
    PLACE,
    ROOM,
    Publisher,
    one_delivery,
    whole,
)

Told = list[tuple[str, Message, Message, int]]


def told(deliveries: list[tuple[str, Delivery]]) -> Told:
    return [(serial, d.message, whole(d), d.created) for serial, d in deliveries]


def eventful(store: Store) -> list[tuple[str, Delivery]]:
    """Write a bit of everything to two channels; return what was delivered on the first."""
    publisher = Publisher(store)
    elsewhere = Publisher(store, place=ELSEWHERE, connection="other")
    one = publisher.create("one", name="n", extras={"a": 1})
    other = elsewhere.create("x")
    publisher.append(one, "+")
    written = [
        publisher.append(one, "a", extras={"b": 2}),
        publisher.send(publisher.message("two", id="own"), publisher.message(b"three")),
        publisher.append(one, "b"),
        elsewhere.append(other, "y"),
        publisher.update(one, "ONE", encoding="e"),
        publisher.append(one, "c", encoding="e"),
        publisher.delete(one),
        publisher.append(one, None),
    ]
    return [
        (serial or "", delivery)
        for answer in written
        for serial, delivery in zip(answer.serials, answer.deliveries, strict=True)
        if delivery.message.serial != other
    ]


def test_a_replay_tells_what_was_delivered(store: Store) -> None:
    live = told(eventful(store))
    for _ in range(2):
        for position in range(len(live)):
            after = parse_serial(live[position][0])
            replay = store.replay(PLACE, after, 100, ROOM)
            assert replay.after == after
            assert told(replay.deliveries) == live[position + 1 :]
        store.commit()


def test_a_replay_survives_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    live = told(eventful(store))
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    replay = store.replay(PLACE, parse_serial(live[0][0]) - 1, 100, ROOM)
    assert told(replay.deliveries) == live
    store.close()


def test_a_replay_from_the_end_or_of_nothing_is_complete(store: Store) -> None:
    assert store.replay(PLACE, 0, 10, ROOM) == Replay([], after=0)
    eventful(store)
    for after in (store.head(PLACE), 2**62):
        assert store.replay(PLACE, after, 10, ROOM) == Replay([], after=after)


def paged(store: Store, limit: int, room: int, after: int = 0) -> list[list[tuple[str, Delivery]]]:
    pages = []
    while True:
        page = store.replay(PLACE, after, limit, room)
        assert page.after == after
        pages.append(page.deliveries)
        if page.next is None:
            return pages
        after = page.next


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_are_together_the_whole_replay(store: Store, limit: int) -> None:
    live = told(eventful(store))
    pages = paged(store, limit, ROOM, parse_serial(live[0][0]) - 1)
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]) <= limit
    assert [delivery for page in pages for delivery in told(page)] == live


def test_a_page_holds_as_much_data_as_there_is_room_for_but_one_at_least(store: Store) -> None:
    publisher = Publisher(store)
    for size in (10, 20, 30, 100, 5):
        publisher.create("x" * size)
    assert [len(page) for page in paged(store, 100, 60)] == [3, 1, 1]
    assert [len(page) for page in paged(store, 100, 1)] == [1] * 5
    assert [len(page) for page in paged(store, 100, 165)] == [5]


def test_a_long_stream_is_replayed_in_order(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("")
    deliveries = [one_delivery(publisher.append(serial, f"{n} ")) for n in range(500)]
    after = (NOW + 250) * 1000
    replay = store.replay(PLACE, after, 1000, ROOM)
    assert told(replay.deliveries) == told(
        [(d.message.version.serial or "", d) for d in deliveries[250:] if d.message.version]
    )
