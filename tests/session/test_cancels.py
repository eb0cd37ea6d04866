"""Which cancels reach an agent that comes late. All is as with the official SDK's agent."""

from __future__ import annotations

import asyncio

from tests.interop.chunks import reply
from tests.support.company import Room
from tests.support.waiting import until


async def test_a_cancel_from_before_the_agent_came_is_not_known_to_it(room: Room) -> None:
    """It stands in history alone, where an agent that comes does not look for it."""
    user = await room.user()
    asked = await user.view.send("hello")
    await asked.cancel()
    agent = await room.agent()
    run = agent.create_run(asked.to_invocation())
    await run.start()
    names = [record.name for record in agent.tree.records]
    assert "ai-cancel" in names, "history was not read as far as the cancel"
    assert not run.cancelled.is_set()
    assert (await run.pipe(reply("well"))).reason == "complete"
    await run.end()
    assert await asked.wait() == "complete"


async def test_a_cancel_between_the_input_and_the_run_is_kept_for_it(room: Room) -> None:
    """The agent is there; that nobody has told it of the input yet is no matter."""
    user = await room.user()
    asked = await user.view.send("hello")
    agent = await room.agent()
    await asked.cancel()
    await until(lambda: len(agent._cancels._early) == 1)
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asyncio.wait_for(run.cancelled.wait(), 10)
    assert not run.has_input()
    await run.end("cancelled")
    assert await asked.wait() == "cancelled"


async def test_who_presses_stop_again_is_heard_by_an_agent_that_came_late(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("hello")
    await asked.cancel()
    agent = await room.agent()
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asked.cancel()
    await asyncio.wait_for(run.cancelled.wait(), 10)
    await run.end("cancelled")
    assert await asked.wait() == "cancelled"
