from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage
from aitransport_notebook.hub.protocol.log import Place, Range, Replay, Write
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store, retention
from tests.hub.store.support import (
    ELSEWHERE,
    NOW,
    PLACE,
    ROOM,
    Publisher,
    as_if_killed,
    everything,
    one_serial,
    refusal,
)


def prune(store: Store, before: int, keep: Callable[[Place], bool] | None = None) -> int:
    """Prune to the end, committing every slice; return how many rows went."""
    removed = 0
    for rows in store.prune(before, keep):
        assert rows <= retention.SLICE
        removed += rows
        store.commit()
    return removed


def rows_of(store: Store, table: str) -> int:
    (count,) = store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert isinstance(count, int)
    return count


def datas(store: Store, place: Place = PLACE) -> list[object]:
    return [message.data for message in everything(store, place)]


def test_what_nothing_has_touched_for_long_is_removed(store: Store) -> None:
    publisher = Publisher(store)
    old, touched, new = (publisher.create(name) for name in ("old", "touched", "new"))
    publisher.append(old, "+")
    elsewhere = Publisher(store, connection="c", place=ELSEWHERE)
    elsewhere.create("old too")
    publisher.append(touched, "+")
    store.commit()
    # old: NOW, +3; touched: +1, +4; new: +2.
    assert prune(store, NOW + 4) == 4
    assert datas(store) == ["touched+"]
    assert datas(store, ELSEWHERE) == []
    assert refusal(publisher.append(old, "?")) == 40400
    assert refusal(publisher.append(new, "?")) == 40400
    assert store.reader.appends(PLACE, parse_serial(old)) == []
    assert rows_of(store, "op") == 1
    assert prune(store, NOW + 4) == 0


def test_places_may_be_kept(store: Store) -> None:
    Publisher(store).create("kept")
    Publisher(store, connection="c", place=ELSEWHERE).create("removed")
    store.commit()
    prune(store, NOW + 100, lambda place: place == PLACE)
    assert (datas(store), datas(store, ELSEWHERE)) == (["kept"], [])


def test_presence_is_removed_too(store: Store) -> None:
    for index in range(3):
        event = PresenceMessage(action=2, clientId="ann", data=str(index))
        write = Write(PLACE, presence=[event], connection_id="c", msg_serial=index)
        store.write(write, NOW + index)
    store.commit()
    prune(store, NOW + 2)
    left = store.reader.presence_history(PLACE, Range()).items
    assert [event.data for event in left] == ["2"]


def test_much_is_removed_in_small_slices(store: Store) -> None:
    publisher = Publisher(store)
    serials = [publisher.create("x") for _ in range(1200)]
    for _ in range(1300):
        publisher.append(serials[0], "y")
    store.commit()
    steps = 0
    for rows in store.prune(NOW + 10_000):
        assert rows <= retention.SLICE
        store.commit()
        steps += 1
        # Others go on writing in between, and read what is there.
        Publisher(store, connection=f"c{steps}", start=NOW + 20_000).create("new")
        everything(store)
    assert steps >= 6
    store.commit()
    assert set(datas(store)) == {"new"}
    assert rows_of(store, "op") == rows_of(store, "doomed") == 0


def test_a_replay_across_what_was_removed_begins_after_that(store: Store) -> None:
    publisher = Publisher(store)
    first = publisher.create("a")
    removed = one_serial(publisher.append(first, "b"))
    store.commit()
    prune(store, NOW + 2)
    publisher.create("c")
    for serial in (first, removed):
        replay = store.replay(PLACE, parse_serial(serial), 100, ROOM)
        assert replay.after == parse_serial(removed)
        assert [delivery.message.data for _, delivery in replay.deliveries] == ["c"]
    store.commit()
    prune(store, NOW + 100)
    head = store.head(PLACE)
    assert store.replay(PLACE, 0, 100, ROOM) == Replay([], after=head)


def test_a_replay_meets_nothing_of_what_is_being_removed(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("x")
    for _ in range(3 * retention.SLICE):
        publisher.append(serial, "y")
    store.commit()
    slices = store.prune(NOW + 10_000)
    next(slices)
    publisher.create("new")
    replay = store.replay(PLACE, parse_serial(serial) - 1, 100, ROOM)
    assert [delivery.message.data for _, delivery in replay.deliveries] == ["new"]


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("how", ["prune", "delete the app"])
def test_numbers_go_on_when_all_is_removed(tmp_path: Path, killed: bool, how: str) -> None:
    store = Store.open(tmp_path / "hub")
    removed = Publisher(store).create("x")
    store.commit()
    if how == "prune":
        prune(store, NOW + 100)
        assert store.head(PLACE) == parse_serial(removed)
    else:
        store.delete_app(PLACE.app)
        store.commit()
    assert rows_of(store, "message") == 0
    if killed:
        again = as_if_killed(tmp_path / "hub", tmp_path / "copy")
        store.close()
    else:
        store.close()
        again = Store.open(tmp_path / "hub")
    assert Publisher(again, connection="b", start=0).create("y") > removed
    again.close()


def test_a_prune_that_was_cut_short_is_finished_later(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    publisher = Publisher(store)
    serial = publisher.create("x")
    for _ in range(1100):
        publisher.append(serial, "y")
    store.commit()
    slices = store.prune(NOW + 10_000)
    next(slices)
    store.commit()
    assert datas(store) == []
    assert rows_of(store, "op") == 1100
    store.close()
    store = Store.open(tmp_path)
    assert rows_of(store, "op") == rows_of(store, "doomed") == 0
    store.close()


def test_a_lost_slice_is_removed_by_the_next_prune(store: Store) -> None:
    Publisher(store).create("x")
    store.commit()
    next(store.prune(NOW + 100))
    store.rollback()
    assert datas(store) == ["x"]
    assert prune(store, NOW + 100) == 1
    assert datas(store) == []


def test_opening_removes_what_nothing_refers_to(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    for client, place in (("kept", PLACE), ("gone", ELSEWHERE)):
        publisher = Publisher(store, client=client, connection=client, place=place)
        serial = publisher.create("x", name=f"n-{client}", extras={client: 1}, encoding=client)
        publisher.append(serial, "x", extras={client: 2}, encoding=client)
        event = PresenceMessage(action=2, clientId=f"p-{client}", extras={client: 3})
        store.write(Write(place, presence=[event], connection_id=client, msg_serial=9), NOW + 50)
    store.commit()
    kept = everything(store)
    prune(store, NOW + 100, lambda place: place == PLACE)
    assert rows_of(store, "extras") == 6
    store.close()
    store = Store.open(tmp_path)
    assert rows_of(store, "extras") == 3
    terms = {text for (text,) in store._connection.execute("SELECT text FROM term")}
    assert terms == {"kept", "n-kept", "p-kept", "bob"}
    assert everything(store) == kept
    again = Publisher(store, client="gone", connection="gone", start=NOW + 200)
    again.create("y", name="n-gone", extras={"gone": 1})
    store.commit()
    assert everything(store)[-1].extras == {"gone": 1}
    store.close()


@pytest.mark.parametrize("count", [1, 3])
def test_an_app_is_removed_with_all_that_is_its_own(tmp_path: Path, count: int) -> None:
    store = Store.open(tmp_path)
    mine, other = Place("mine", "room"), Place("other", "room")
    store.save_app("mine", b"{}")
    store.save_app("other", b"{}")
    for place in (mine, other):
        publisher = Publisher(store, place=place, connection=place.app, start=NOW)
        for _ in range(count):
            serial = publisher.create("x")
            publisher.append(serial, "y")
    last = store.head(other)
    event = PresenceMessage(action=2, clientId="ann")
    store.write(Write(mine, presence=[event], connection_id="c", msg_serial=0), NOW)
    store.commit()
    store.delete_app("mine")
    store.commit()
    assert store.apps() == [("other", b"{}")]
    assert (datas(store, mine), store.head(mine)) == ([], 0)
    assert datas(store, other) == ["xy"] * count
    assert store.reader.channels("mine") == []
    assert rows_of(store, "presence") == 0
    assert rows_of(store, "op") == count
    fresh = store.write(Write(mine, messages=[Message(data="new")]), 0)
    assert parse_serial(fresh.serials[0] or "") > last
    store.commit()
    assert datas(store, mine) == ["new"]
    store.close()


def test_opening_removes_what_only_a_removed_app_referred_to(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    place = Place("mine", "room")
    Publisher(store, place=place).create("x", extras={"a": 1})
    store.delete_app("mine")
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    assert rows_of(store, "extras") == rows_of(store, "term") == rows_of(store, "channel") == 0
    store.close()
