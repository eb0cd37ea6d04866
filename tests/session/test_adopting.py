"""A Run whose agent was killed: another goes on with it from where it stopped."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from tests.interop.cast import Agent, Answer, Asked, Client
from tests.interop.chunks import START, START_STEP, begun, reply
from tests.interop.drivers import Driver
from tests.session.talking import texts
from tests.support.company import Room
from tests.support.waiting import until


@asynccontextmanager
async def killed_after(room: Room, asked: ClientRun) -> AsyncIterator[tuple[Answer, Any]]:
    """Have a process answer, with the means to let it do something; it is killed at the end."""
    driver = await asyncio.to_thread(Driver, "python", room.hub)
    agent = Agent(driver, room.name, "mortal", itertools.count(1))
    await asyncio.to_thread(agent.begin, "serve")
    by = Client(driver, room.name, "ann", itertools.count(1))
    invocation = asked.to_invocation().to_json()
    question = Asked(by, "", asked.input_message_id, invocation)
    try:
        yield await asyncio.to_thread(agent.open, question), asyncio.to_thread
    finally:
        await asyncio.to_thread(driver.kill)


async def taken_over(room: Room, asked: ClientRun, answer: Answer) -> AgentRun:
    agent = await room.agent("another")
    run = agent.adopt_run(asked.to_invocation(), **answer.identity)
    await run.load()
    return run


def said_to(run: AgentRun) -> list[str]:
    return ["".join(part.get("text", "") for part in one["parts"]) for one in run.messages]


def steps_of(run: AgentRun) -> list[tuple[str, str, int]]:
    node = run.tree.run(run.run_id)
    assert node is not None
    prefix = f"{run.invocation_id}-step-"
    return [
        (info.step_id.removeprefix(prefix), info.status, info.attempt_count)
        for info in node.steps.infos()
    ]


async def test_what_was_complete_stands_and_what_was_not_is_said_anew(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("one?")
    async with killed_after(room, asked) as (answer, do):
        assert await do(answer.has_input)
        await do(answer.pipe, reply("one", id="one"))
        steer = await asked.steer("two?")
        await do(answer.is_told, "steer")
        assert await do(answer.has_input)
        await do(answer.stream, START, START_STEP, *begun("tw"))
        await until(lambda: texts(user.view.messages)[-1] == "tw")
    run = await taken_over(room, asked, answer)
    count = 0
    while run.has_input():
        assert said_to(run) == ["one?", "one", "two?"], "not what the dead one began to say"
        await run.pipe(reply("two", id="two"))
        count += 1
    await run.end()
    assert count == 1
    assert await asyncio.wait_for(asked.wait(), 10) == "complete"
    assert (await steer.outcome).consumed
    assert texts(user.view.messages) == ["one?", "one", "two?", "two"]
    assert steps_of(run) == [("0", "complete", 1), ("1", "complete", 2)]


async def test_a_run_that_was_answered_is_only_ended(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("one?")
    async with killed_after(room, asked) as (answer, do):
        await do(answer.pipe, reply("one", id="one"))
        await asked.steer("two?")
        await do(answer.is_told, "steer")
        assert await do(answer.has_input)
        await do(answer.pipe, reply("two", id="two"))
    run = await taken_over(room, asked, answer)
    assert not run.has_input()
    await run.end()
    assert await asyncio.wait_for(asked.wait(), 10) == "complete"
    assert texts(user.view.messages) == ["one?", "one", "two?", "two"]
    assert steps_of(run) == [("0", "complete", 1), ("1", "complete", 1)]


async def test_a_run_in_which_nothing_was_said_is_answered(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("one?")
    async with killed_after(room, asked) as (answer, _):
        await asked.started()
    await asked.steer("and two?")
    run = await taken_over(room, asked, answer)
    assert run.has_input()
    assert said_to(run) == ["one?", "and two?"]
    await run.pipe(reply("both", id="both"))
    assert not run.has_input()
    await run.end()
    assert steps_of(run) == [("0", "complete", 1)]
    assert texts(user.view.messages) == ["one?", "and two?", "both"]


async def test_a_step_that_failed_is_the_next_to_be_tried(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("one?")
    async with killed_after(room, asked) as (answer, do):
        stream = await do(answer.stream, START, START_STEP, *begun("bro"))
        assert await do(stream.fail, "it broke") == "error"
    run = await taken_over(room, asked, answer)
    assert run.has_input()
    await run.pipe(reply("done", id="done"))
    assert not run.has_input()
    await run.end()
    assert steps_of(run) == [("0", "complete", 2)]
    assert texts(user.view.messages) == ["one?", "done"]


async def test_new_steers_are_answered_by_who_took_over(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("one?")
    async with killed_after(room, asked) as (answer, do):
        await do(answer.pipe, reply("one", id="one"))
    run = await taken_over(room, asked, answer)
    assert not run.has_input()
    await asked.steer("two?")
    await until(run.has_input)
    await run.pipe(reply("two", id="two"))
    assert not run.has_input()
    await run.end()
    assert steps_of(run) == [("0", "complete", 1), ("1", "complete", 1)]
