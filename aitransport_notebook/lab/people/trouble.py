"""A session in trouble: every kind of it, and all of it real."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from typing import Any

from aitransport_notebook.agents.demo.stories.parcel import HELLO, ORDERS, PARCEL, PAYMENT
from aitransport_notebook.lab.people import agent
from aitransport_notebook.lab.people.script import PATIENCE, steps_taken
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.session import ClientSession

# After how many words an answer is cut off.
_WORDS = 8


async def make(session: ClientSession[Any]) -> bool:
    """Get into trouble, from where one got to the last time; returns whether there was more."""
    steps = (_is_failed, _stops, _is_left_alone, _is_not_heard)
    left = steps[await steps_taken(session) :]
    if left:
        async with agent.mortal(session.name) as process:
            for step in left:
                async with asyncio.timeout(PATIENCE):
                    await step(session, process)
    return bool(left)


async def _is_failed(session: ClientSession[Any], process: Process) -> None:
    """Ask for what ends in an error."""
    run = await session.view.send(PAYMENT)
    await run.wait()


async def _stops(session: ClientSession[Any], process: Process) -> None:
    """Stop an answer that is too long."""
    run = await session.view.send(ORDERS)
    await _some_words(run)
    await run.cancel()
    await run.wait()


async def _is_left_alone(session: ClientSession[Any], process: Process) -> None:
    """Have the agent die in the middle of an answer."""
    run = await session.view.send(PARCEL)
    await _some_words(run)
    process.kill()
    await process.wait()


async def _is_not_heard(session: ClientSession[Any], process: Process) -> None:
    """Ask when nobody is there any more."""
    if process.returncode is None:
        process.kill()
        await process.wait()
    await session.view.send(HELLO)


async def _some_words(run: ClientRun) -> None:
    words = 0
    async for event in run.events():
        words += event["type"] == "text-delta"
        if words == _WORDS:
            return
