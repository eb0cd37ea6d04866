"""The customers of the demo: they talk to somebody, and not to themselves for ever."""

from __future__ import annotations

import asyncio

import pytest

from aitransport_notebook.lab.people import talking
from tests.support.company import Room
from tests.support.waiting import until

PATIENCE = 30


async def test_the_customer_rests_until_somebody_comes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking, "ALONE", 0.0)
    await room.agent()
    session = await room.user("ann")
    await session.presence.enter(talking.PRESENT)
    coming = asyncio.ensure_future(talking.Company(session).come())
    visitor = await room.user("jane", "operator")
    await asyncio.sleep(0.2)
    assert not coming.done()
    await visitor.presence.enter()
    async with asyncio.timeout(PATIENCE):
        await coming


async def test_one_customer_is_enough(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talking, "GONE", 1.0)
    first, second = await room.user("ann"), await room.user("ann")
    assert await talking.is_alone(second)
    await first.presence.enter(talking.PRESENT)
    await until(lambda: len(second.presence.others) == 1)
    assert not await talking.is_alone(second)
