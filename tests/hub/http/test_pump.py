from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from aitransport_notebook.hub.http.pump import Pump
from aitransport_notebook.hub.protocol.state import BATCH
from tests.hub.protocol.harness import ACK, ATTACH, ATTACHED, FULL, NACK, Bench, Client


@asynccontextmanager
async def pumped(bench: Bench) -> AsyncIterator[Pump]:
    """Put the bench's work through a real pump."""
    executor = ThreadPoolExecutor(1)
    flushed: list[int] = []
    pump = Pump(bench.store, lambda: bench.now, executor, lambda: flushed.append(1))
    bench.on_wake = pump.wake
    task = asyncio.create_task(pump.run(bench.core))
    try:
        yield pump
        assert flushed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        executor.shutdown()
        bench.store.close()


async def wait_for(done: Callable[[], object]) -> None:
    for _ in range(5000):
        if done():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it does not happen")


def answers(client: Client) -> list[tuple[int, int | None, int | None]]:
    return [
        (frame["action"], frame.get("msgSerial"), (frame.get("error") or {}).get("code"))
        for frame in client.wire.frames
    ]


def fail_once(bench: Bench, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def commit() -> None:
        monkeypatch.undo()
        raise failure

    monkeypatch.setattr(bench.store, "commit", commit)


@pytest.mark.parametrize("in_folder", [True, False])
async def test_work_is_done_as_it_comes(tmp_path: Path, in_folder: bool) -> None:
    bench = Bench(folder=tmp_path if in_folder else None)
    async with pumped(bench):
        client = bench.connect()
        for number in range(3):
            client.publish("room", {"data": f"{number}"})
            await wait_for(lambda: client.wire.frames)
            assert len(client.acked()) == 1
        assert bench.texts("room") == ["0", "1", "2"]


async def test_nothing_is_told_before_it_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(folder=tmp_path)
    told: list[int] = []
    async with pumped(bench):
        client = bench.connect()
        client.send(ATTACH, "room")
        await wait_for(client.take)
        commit = bench.store.commit

        def watched_commit() -> None:
            told.append(len(client.wire.frames))
            commit()

        monkeypatch.setattr(bench.store, "commit", watched_commit)
        client.publish("room", {"data": "a"})
        await wait_for(lambda: len(client.wire.frames) == 2)
        monkeypatch.undo()
    assert told == [0]


@pytest.mark.parametrize(("failure", "code"), [(FULL, 50003), (OSError("gone"), 50000)])
async def test_a_batch_that_is_lost_is_answered_in_its_order(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, code: int
) -> None:
    bench = Bench()
    async with pumped(bench):
        client = bench.connect()
        fail_once(bench, monkeypatch, failure)
        client.publish("room", {"data": "a"})
        client.publish("room", {"data": "b", "clientId": "forged"})
        client.send(ATTACH, "room")
        client.publish("room", {"data": "c"})
        await wait_for(lambda: len(client.wire.frames) == 4)
        assert answers(client) == [
            (NACK, 0, code),
            (NACK, 1, 40012),
            (ATTACHED, None, None),
            (NACK, 2, code),
        ]
        client.take()
        client.publish("room", {"data": "d"})
        await wait_for(lambda: len(client.wire.frames) == 2)
        assert [action for action, *_ in answers(client)][1:] == [ACK]
        assert bench.texts("room") == ["d"]


async def test_readers_wait_while_too_much_waits(tmp_path: Path) -> None:
    bench = Bench(folder=tmp_path)
    async with pumped(bench) as pump:
        await asyncio.wait_for(pump.room(), 1)
        client = bench.connect()
        for _ in range(2 * BATCH + 1):
            client.publish("room", {"data": ""})
        await asyncio.sleep(0)
        waiting = asyncio.create_task(pump.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        assert bench.core.crowded
        await asyncio.wait_for(waiting, 10)
        assert not bench.core.crowded
        await wait_for(lambda: len(bench.texts("room")) == 1000)
