"""Disk: what a token takes in the file once it has been appended."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from benchmarks import content
from benchmarks.figure import Figure, Plan, Target
from benchmarks.publishers import publishers, stream_all
from benchmarks.servers import hub

PUBLISHERS = 4
BARE = "the tokens alone, numbered, in a table of SQLite"


async def measure(plan: Plan) -> list[Figure]:
    appends = PUBLISHERS * plan.pick(10_000, 1_000)
    empty, full = plan.folder / "empty", plan.folder / "full"
    hub(empty).stop()
    with ExitStack() as opened:
        server = opened.enter_context(hub(full))
        streaming = await publishers(opened, server.port, PUBLISHERS)
        await stream_all(streaming, appends // PUBLISHERS)
    frame = content.Appends(f"{content.CHANNEL}:1", 1, "01795185759595-007@3e06b1c737:000")
    return [
        Figure(
            "disk",
            f"bytes on disk per token, {appends:,} tokens with the headers of their stream",
            "bytes",
            [(_size(full) - _size(empty)) / appends],
            [_bare_bytes(plan.folder / "bare.sqlite3", appends)],
            BARE,
            Target("value", "at most", 120),
            details={"bytes_on_the_wire": len(frame.frame(0, 10_000))},
        )
    ]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _bare_bytes(file: Path, tokens: int) -> float:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("CREATE TABLE token (seq INTEGER PRIMARY KEY, data)")
        empty = file.stat().st_size
        rows = ((content.TOKENS[n % len(content.TOKENS)],) for n in range(tokens))
        connection.executemany("INSERT INTO token(data) VALUES (?)", rows)
    connection.close()
    return (file.stat().st_size - empty) / tokens
