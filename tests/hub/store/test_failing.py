"""When the disk is full: nothing unstored is believed, and all is well again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aitransport_notebook.errors import ServerError
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import (
    APPEND,
    ELSEWHERE,
    NOW,
    PLACE,
    Publisher,
    everything,
    message_now,
    one_delivery,
    one_serial,
    operation,
    whole,
)


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """Let the file not grow by another page."""
    pragma = store._connection.execute
    (pages,) = pragma("PRAGMA page_count").fetchone()
    pragma(f"PRAGMA max_page_count = {pages}")
    yield
    pragma("PRAGMA max_page_count = 1073741823")


def fill(store: Store, publisher: Publisher) -> ServerError:
    """Write until the batch fails."""
    with pytest.raises(ServerError) as caught:
        for _ in range(10_000):
            publisher.create("x" * 500)
            store.commit()
    return caught.value


def test_a_full_disk_loses_the_batch_and_nothing_else(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("a")
    store.commit()
    with full_disk(store):
        error = fill(store, Publisher(store, connection="filler", place=ELSEWHERE, start=NOW + 9))
        assert error.code == 50003
        assert store.file in str(error)
        assert "Free some space" in error.hint
        store.rollback()
        stored = everything(store, ELSEWHERE)
        # A small write may still find room; what finds none must not be believed.
        with pytest.raises(ServerError):
            publisher.append(serial, "b" * 100_000)
        store.rollback()
        assert everything(store, ELSEWHERE) == stored
    delivery = one_delivery(publisher.append(serial, "c"))
    assert whole(delivery).data == "ac"
    store.commit()
    assert message_now(store, serial).data == "ac"


def test_the_rest_of_a_failed_batch_is_refused_until_rollback(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("a")
    store.commit()
    with full_disk(store), pytest.raises(ServerError):
        publisher.append(serial, "b" * 100_000)
    for attempt in (store.commit, lambda: publisher.append(serial, "c"), store.apps):
        with pytest.raises(ServerError):
            attempt()
    store.rollback()
    assert message_now(store, serial).data == "a"
    publisher.append(serial, "d")
    store.commit()
    assert message_now(store, serial).data == "ad"


def test_nothing_of_a_lost_batch_is_believed(store: Store) -> None:
    publisher = Publisher(store)
    serial = publisher.create("a", extras={"kept": 1})
    store.commit()
    publisher.send_again(5, operation(APPEND, serial, "lost", extras={"lost": 1}, name="lost"))
    publisher.send_again(6, publisher.message("lost", id="mine", extras={"lost": 2}))
    publisher.send_again(7, publisher.message("lost", extras={"ephemeral": True}))
    Publisher(store, place=Place("lost", "lost"), connection="lost", client="lost").create("x")
    store.use_nonce("n", NOW * 2)
    store.rollback()

    again = publisher.send_again(5, operation(APPEND, serial, "b", extras={"lost": 1}))
    assert whole(one_delivery(again)).data == "ab"
    created = publisher.send_again(6, publisher.message("new", id="mine", extras={"lost": 2}))
    assert one_delivery(created).message.data == "new"
    fleeting = publisher.send_again(7, publisher.message("again", extras={"ephemeral": True}))
    assert one_delivery(fleeting).message.data == "again"
    assert store.use_nonce("n", NOW * 2)
    store.commit()
    found = [(message.data, message.extras) for message in everything(store)]
    assert found == [("ab", {"lost": 1}), ("new", {"lost": 2})]
    assert store.head(PLACE) == parse_serial(one_serial(created))
    assert store.reader.channels("lost") == []


def test_numbers_of_a_lost_batch_are_not_given_again(store: Store) -> None:
    publisher = Publisher(store)
    lost = publisher.create("lost")
    store.rollback()
    assert Publisher(store).create("kept") > lost


def test_an_unforeseen_failure_spoils_the_batch_too(store: Store) -> None:
    publisher = Publisher(store)
    publisher.create("before")
    with pytest.raises(ServerError):
        publisher.send_again(2**70, publisher.message("too large a number"))
    with pytest.raises(ServerError):
        store.commit()
    store.rollback()
    publisher.create("after")
    store.commit()
    assert [message.data for message in everything(store)] == ["after"]


def test_a_reader_that_fails_says_what_failed(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    with pytest.raises(ServerError) as caught:
        everything(store)
    assert caught.value.code == 50003
    assert store.file in str(caught.value)
