"""A hub, sessions on it, and agents: workers, and those behind HTTP."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.agents.worker import Worker
from tests.agents.answers import echo
from tests.agents.crew import LIMIT, Hire, Start, connection
from tests.agents.door import Door, Open
from tests.agents.people import keyed
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.web import serving


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess() as hub:
        yield hub


@pytest.fixture
async def room(hub: HubProcess) -> AsyncIterator[Room]:
    async with Room(hub) as room:
        yield room


@pytest.fixture
async def open_door(hub: HubProcess) -> AsyncIterator[Open]:
    """Puts an agent behind HTTP until the test ends."""
    async with AsyncExitStack() as stack:

        async def open(answer: Answer = echo, **how: Any) -> Door:
            endpoint = InvocationEndpoint(answer, **{"connection": keyed(hub), **how})
            return Door(await stack.enter_async_context(serving(endpoint)), endpoint)

        yield open


@pytest.fixture
async def hire(hub: HubProcess, room: Room) -> AsyncIterator[Hire]:
    """Has a worker work until the test ends."""
    async with AsyncExitStack() as stack:

        async def hire(answer: Answer = echo, *names: str, who: str = "w", **how: Any) -> Worker:
            worker = Worker(
                *(names or (room.name,)), answer=answer, connection=connection(hub, who), **how
            )
            await stack.enter_async_context(worker)
            working = asyncio.create_task(worker.run())
            stack.push_async_callback(asyncio.wait, {working})
            stack.callback(working.cancel)
            await worker.ready()
            return worker

        yield hire


@pytest.fixture
async def start(hub: HubProcess, room: Room) -> AsyncIterator[Start]:
    """Starts workers as processes; all end with the test."""
    begun: list[Process] = []

    async def start(who: str, answer: str, *names: str) -> Process:
        where = (hub.host, str(hub.port), hub.key, who, answer, *(names or (room.name,)))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.agents.mortal_worker", *where, stdout=PIPE
        )
        begun.append(process)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), LIMIT) == b"ready\n"
        return process

    yield start
    for process in begun:
        if process.returncode is None:
            process.kill()
        await process.wait()
