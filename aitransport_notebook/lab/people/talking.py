"""A customer who asks one question after the other, as long as somebody may be watching."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aitransport_notebook.agents.demo.stories.evening import STORIES
from aitransport_notebook.lab import lifeline
from aitransport_notebook.lab.names import STREAMING
from aitransport_notebook.lab.people.script import steps_taken
from aitransport_notebook.lab.people.seeding import customer
from aitransport_notebook.lab.telling import tell
from aitransport_notebook.session.client.session import ClientSession
from aitransport_notebook.tree.nodes import ACTIVE

CUSTOMER = "ann"
# By which another `lab` on the same hub knows her: one of them is enough.
PRESENT = {"is": "the customer of the demo"}
# That is well over an hour.
MOST_EXCHANGES = 150
# How long she thinks before the next question, and how long she goes on when nobody has been
# there but her and agents, in seconds: a visitor is to find an answer in the middle.
THINKING, ALONE = 4.0, 180.0
# How long an answer may take, and how long one is present who was cut off.
LONGEST, GONE = 180.0, 20.0


def run() -> None:
    lifeline.run_until_told(_run())


async def _run() -> None:
    async with customer(CUSTOMER, STREAMING) as session:
        if not await is_alone(session):
            tell(f"{STREAMING}: another lab has its customer there")
            return
        await session.presence.enter(PRESENT)
        tell(
            f"{STREAMING}: one long answer after the other, {MOST_EXCHANGES} of them,"
            " while somebody watches"
        )
        try:
            await _talk(session)
        except TimeoutError:
            tell(f"{STREAMING}: no agent has answered for {LONGEST:.0f} s, so no more is asked")


async def _talk(session: ClientSession[Any]) -> None:
    """Ask, and hear the answer to its end, again and again."""
    company = Company(session)
    asked = await steps_taken(session)
    for number in range(asked, asked + MOST_EXCHANGES):
        await company.come()
        async with asyncio.timeout(LONGEST):
            await _silence(session)
            run = await session.view.send(STORIES[number % len(STORIES)].question)
            await run.wait()
        await asyncio.sleep(THINKING)
    tell(f"{STREAMING}: {MOST_EXCHANGES} answers are enough; start lab again for more")


async def _silence(session: ClientSession[Any]) -> None:
    """Wait until nobody is being answered: a visitor may have asked something, too."""
    turned = asyncio.Event()
    off = session.tree.on("run", lambda _: turned.set())
    try:
        while any(run.status == ACTIVE for run in session.view.runs):
            turned.clear()
            await turned.wait()
    finally:
        off()


async def is_alone(session: ClientSession[Any]) -> bool:
    """Tell whether no other lab has its customer here; one that was killed is gone soon."""
    for _ in range(int(GONE)):
        if not any(member.data == PRESENT for member in session.presence.others):
            return True
        await asyncio.sleep(1)
    return False


class Company:
    """Whether somebody is there to read: other people, and no agents."""

    def __init__(self, session: ClientSession[Any]) -> None:
        self._presence = session.presence
        self._seen_at = time.monotonic()
        self._changed = asyncio.Event()
        self._presence.on_change(lambda _: self._changed.set())

    async def come(self) -> None:
        """Return at once if somebody is there or was of late; wait for somebody otherwise."""
        while not self._is_there() and time.monotonic() - self._seen_at > ALONE:
            self._changed.clear()
            await self._changed.wait()

    def _is_there(self) -> bool:
        if any(not member.is_agent for member in self._presence.others):
            self._seen_at = time.monotonic()
            return True
        return False
