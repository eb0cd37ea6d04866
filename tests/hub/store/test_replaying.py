from __future__ import annotations

from pathlib import Path

from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Delivery, Replay
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import (
    ELSEWHERE,
    NOW,
    PLACE,
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
            replay = store.replay(PLACE, after, 100)
            assert replay.complete
            assert told(replay.deliveries) == live[position + 1 :]
        store.commit()


def test_a_replay_survives_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    live = told(eventful(store))
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    replay = store.replay(PLACE, parse_serial(live[0][0]) - 1, 100)
    assert told(replay.deliveries) == live
    store.close()


def test_a_replay_from_the_end_or_of_nothing_is_complete(store: Store) -> None:
    assert store.replay(PLACE, 0, 10) == Replay([], complete=True)
    eventful(store)
    assert store.replay(PLACE, store.head(PLACE), 10) == Replay([], complete=True)
    assert store.replay(PLACE, 2**62, 10) == Replay([], complete=True)


def test_a_replay_is_not_cut_short(store: Store) -> None:
    count = len(store.replay(PLACE, 0, 100).deliveries)
    eventful(store)
    count = len(store.replay(PLACE, 0, 100).deliveries)
    assert store.replay(PLACE, 0, count).complete
    assert store.replay(PLACE, 0, count - 1) == Replay([], complete=False)


def test_a_long_stream_is_replayed_in_order(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("")
    deliveries = [one_delivery(publisher.append(serial, f"{n} ")) for n in range(500)]
    after = (NOW + 250) * 1000
    replay = store.replay(PLACE, after, 1000)
    assert told(replay.deliveries) == told(
        [(d.message.version.serial or "", d) for d in deliveries[250:] if d.message.version]
    )
