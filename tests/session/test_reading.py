"""What an agent yields is read in one task, and no longer than its Run goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar

import pytest

from aitransport_notebook.session.agent.reading import Reading

SPAN: ContextVar[str] = ContextVar("SPAN", default="none")


async def read(source: AsyncIterator[int], stop: asyncio.Event) -> list[int]:
    read = []
    with Reading(stop) as reading:
        while (event := await reading.next(source)) is not None:
            read.append(event)
    return read


async def test_a_timeout_holds_between_what_is_yielded() -> None:
    async def slow() -> AsyncIterator[int]:
        async with asyncio.timeout(0.05):
            yield 1
            await asyncio.sleep(60)
            yield 2

    with pytest.raises(TimeoutError):
        await read(slow(), asyncio.Event())


async def test_a_group_of_tasks_and_a_context_last_to_the_end() -> None:
    async def grouped() -> AsyncIterator[int]:
        token = SPAN.set("answer")
        async with asyncio.TaskGroup() as group:
            made = group.create_task(asyncio.sleep(0, 7))
            yield 1
            yield await made
        SPAN.reset(token)

    assert await read(grouped(), asyncio.Event()) == [1, 7]


async def test_a_stop_ends_the_wait_and_cancels_what_is_waited_for() -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncIterator[int]:
        yield 1
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    asyncio.get_running_loop().call_later(0.05, stop.set)
    assert await read(endless(), stop) == [1]
    assert ended.is_set()
    task = asyncio.current_task()
    assert task is not None and not task.cancelling()


async def test_a_source_that_never_waits_is_stopped_too() -> None:
    stop = asyncio.Event()

    async def numbers() -> AsyncIterator[int]:
        for number in range(10**6):
            yield number

    asyncio.get_running_loop().call_later(0.05, stop.set)
    assert 0 < len(await read(numbers(), stop)) < 10**6


async def test_who_cancels_the_reader_itself_is_not_held_up() -> None:
    stop = asyncio.Event()

    async def endless() -> AsyncIterator[int]:
        await asyncio.sleep(60)
        yield 1

    reader = asyncio.ensure_future(read(endless(), stop))
    await asyncio.sleep(0.05)
    stop.set()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
