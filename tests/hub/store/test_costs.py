"""What the log costs: bytes on disk, rows read, and time that does not grow with the channel."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from aitransport_notebook.hub.protocol.frames import Message, Version
from aitransport_notebook.hub.protocol.log import Place, Range, Write
from aitransport_notebook.hub.store import Store, files
from tests.hub.store.support import (
    APPEND,
    NOW,
    PLACE,
    ROOM,
    Publisher,
)

EXTRAS = {"headers": {f"x-header-{n:02}": f"value-{n:02}-" + "v" * 40 for n in range(10)}}


def test_an_appended_token_costs_less_than_120_bytes(tmp_path: Path) -> None:
    store = Store.open(tmp_path, synchronous="NORMAL")
    places = [Place("app", f"conversation-{number}") for number in range(5)]
    targets = []
    for number in range(20):
        place = places[number % 5]
        message = Message(data="", name="reply", extras=EXTRAS, clientId="agent")
        written = store.write(Write(place, [message], connection_id="c", msg_serial=number), NOW)
        targets.append((place, written.serials[0]))
    tokens = 20_000
    for number in range(tokens):
        place, serial = targets[number % 20]
        message = Message(
            action=APPEND,
            serial=serial,
            data=f" tok{number % 100:02}"[: 4 + number % 3],
            extras=EXTRAS,
            version=Version(clientId="agent"),
        )
        write = Write(place, [message], connection_id="c", msg_serial=20 + number)
        assert store.write(write, NOW + number // 10).error is None
        if number % 10 == 9:
            store.commit()
    store.commit()
    store.close()
    assert [file.name for file in tmp_path.iterdir() if "sqlite3" in file.name] == [files.FILE]
    per_token = (tmp_path / files.FILE).stat().st_size / tokens
    assert per_token < 120, f"{per_token:.1f} bytes per token"


def grow(store: Store, count: int, channel: int = 1) -> None:
    """Give a channel more messages than anyone would publish in a test, and each an append."""
    execute = store._connection.execute
    (greatest,) = execute("SELECT max(seq) FROM message").fetchone()
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    named = {"count": count, "greatest": greatest, "channel": channel}
    execute("BEGIN")
    execute(
        f"{numbers} INSERT INTO message(seq, channel, idx, data)"
        " SELECT :greatest + 2 * i, :channel, 0, 'm' FROM n",
        named,
    )
    execute(
        f"{numbers} INSERT INTO op(seq, target, channel, action, idx, data)"
        " SELECT :greatest + 2 * i + 1, :greatest + 2 * i, :channel, 5, 0, 'a' FROM n",
        named,
    )
    execute("COMMIT")


def steps(connection: sqlite3.Connection, do: Callable[[], object]) -> int:
    """Count what SQLite does for a read, in tens of the instructions of its machine."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(count, 10)
    do()
    connection.set_progress_handler(None, 10)
    return taken


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, synchronous="NORMAL")
    Publisher(store).create("first")
    store.commit()
    yield store
    store.close()


PAGES: dict[str, Callable[[Store], object]] = {
    "newest": lambda store: store.reader.history(PLACE, Range(limit=100)),
    "oldest": lambda store: store.reader.history(PLACE, Range(direction="forwards")),
    "bounded": lambda store: store.reader.history(PLACE, Range(until=NOW * 1000 + 500)),
    "rewind": lambda store: store.rewind(PLACE, 100),
    "head": lambda store: store.head(PLACE),
    "message": lambda store: store.reader.message(PLACE, NOW * 1000 + 2),
    "replay": lambda store: store.replay(PLACE, store.head(PLACE) - 20, 100, ROOM),
}


def test_a_page_costs_the_same_however_long_the_channel_and_its_neighbours(channel: Store) -> None:
    def costs() -> dict[str, int]:
        return {
            name: steps(channel._connection, partial(read, channel))
            + steps(channel.reader._connection, partial(read, channel))
            for name, read in PAGES.items()
        }

    grow(channel, 1_000)
    short = costs()
    grow(channel, 100_000)
    grow(channel, 100_000, channel=2)
    for name, cost in costs().items():
        assert cost < 1.1 * short[name] + 10, f"{name}: {short[name]} steps, then {cost}"


READS: dict[str, Callable[[Store], object]] = {
    "backwards": lambda store: store.reader.history(PLACE, Range()),
    "forwards": lambda store: store.reader.history(PLACE, Range(direction="forwards")),
    "message": lambda store: store.reader.message(PLACE, NOW * 1000),
    "versions": lambda store: store.reader.versions(PLACE, NOW * 1000, Range()),
    "appends": lambda store: store.reader.appends(PLACE, NOW * 1000),
    "presence": lambda store: store.reader.presence_history(PLACE, Range()),
    "replay": lambda store: store.replay(PLACE, NOW * 1000, 10_000, ROOM),
    "head": lambda store: store.head(PLACE),
}


@pytest.mark.parametrize("name", READS)
def test_reads_search_and_never_scan_the_log(channel: Store, name: str) -> None:
    grow(channel, 50)
    statements: list[str] = []
    connections = {channel._connection, channel.reader._connection}
    for connection in connections:
        connection.set_trace_callback(statements.append)
    READS[name](channel)
    for connection in connections:
        connection.set_trace_callback(None)
    reads = [statement for statement in statements if re.match(r"\s*(SELECT|WITH)", statement)]
    assert reads
    for statement in reads:
        plan = channel._connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        details = [row[3] for row in plan]
        scans = [d for d in details if re.match(r"SCAN (message|op|presence|m|p|last|edit)\b", d)]
        assert not scans, "\n".join(details)


def test_a_long_message_is_read_without_fetching_each_append(channel: Store) -> None:
    publisher = Publisher(channel, first_serial=1, start=NOW + 1)
    for _ in range(20):
        serial = publisher.create("")
        for _ in range(500):
            publisher.append(serial, "token")
    channel.commit()
    rows = 0
    shape = channel.reader._shape
    heads = shape.heads

    def counted(found: list[tuple[object, ...]], place: Place) -> object:
        nonlocal rows
        rows += len(found)
        return heads(found, place)

    shape.heads = counted  # type: ignore[method-assign, assignment]
    page = channel.reader.history(PLACE, Range(limit=20))
    assert rows == 21
    assert all(message.data == "token" * 500 for message in page.items)


def test_a_stream_of_appends_reads_nothing(channel: Store) -> None:
    publisher = Publisher(channel, first_serial=1, start=NOW + 1)
    serial = publisher.create("")
    publisher.append(serial, "warm", extras=EXTRAS)
    statements: list[str] = []
    channel._connection.set_trace_callback(statements.append)
    for _ in range(50):
        publisher.append(serial, "token", extras=EXTRAS)
    channel._connection.set_trace_callback(None)
    assert len(statements) == 50
    assert all(statement.startswith("INSERT INTO op") for statement in statements)
