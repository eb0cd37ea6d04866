"""What becomes of an input, from the invocation to the end of its Run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from aitransport_notebook import ClientSession, Invocation, connect
from aitransport_notebook.agents import sessions
from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.answering import Answering
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.wire import names as wire
from tests.agents.answers import echo, said, texts_of
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

Employ = Callable[..., Answering]
CALL = {"toolCallId": "c1", "toolName": "look"}


@pytest.fixture
async def employ(hub: HubProcess) -> AsyncIterator[Employ]:
    """Has agents, each with a connection of its own, until the test ends."""
    async with AsyncExitStack() as stack:

        def employ(answer: Answer = echo, who: str = "helper") -> Answering:
            where = connect(
                key=hub.key,
                endpoint=hub.host,
                port=hub.port,
                tls=False,
                client_id=who,
                role="agent",
            )
            answering = Answering(answer, connection=where)
            stack.push_async_callback(answering.close)
            return answering

        yield employ


async def ended(run: ClientRun) -> str:
    return await asyncio.wait_for(run.wait(), 30)


def begun(session: ClientSession[Any]) -> int:
    return sum(record.name == wire.RUN_START for record in session.tree.records)


async def test_another_process_of_the_agent_does_not_answer_again(
    employ: Employ, room: Room
) -> None:
    ann = await room.user()
    asked = await ann.view.send("hello")
    first = await employ().take(asked.to_invocation())
    assert await ended(asked) == "complete"
    assert await employ().take(asked.to_invocation()) == first
    assert begun(ann) == 1


async def test_another_agent_may_answer_as_well(employ: Employ, room: Room) -> None:
    ann = await room.user()
    asked = await ann.view.send("hello")
    first = await employ().take(asked.to_invocation())
    assert await ended(asked) == "complete"
    other = await employ(who="other").take(asked.to_invocation())
    assert other.run_id != first.run_id
    await until(lambda: begun(ann) == 2)


async def test_a_call_that_was_left_open_before_holds_up_nothing(
    employ: Employ, room: Room
) -> None:
    ann, agent = await room.user(), await room.agent()
    asked = await ann.view.send("look")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe([{"type": "start"}, {"type": "tool-input-available", **CALL, "input": {}}])
    await run.end()
    assert await ended(asked) == "complete"
    again = await ann.view.send("never mind")
    await employ().take(again.to_invocation())
    assert await ended(again) == "complete"
    assert texts_of(ann.view.messages[-1].message) == "you said never mind "


async def test_a_run_goes_on_once_all_is_answered(employ: Employ, room: Room) -> None:
    asked_for: list[int] = []

    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        asked_for.append(len(run.said))
        if len(asked_for) > 1:
            for output in said("done"):
                yield output
            return
        for number in (1, 2):
            call = {**CALL, "toolCallId": f"c{number}"}
            yield {"type": "tool-input-available", **call, "input": {}}

    ann, answering = await room.user(), employ(answer)
    asked = await ann.view.send("look twice")
    await answering.take(asked.to_invocation())
    assert await ended(asked) == "suspended"
    id = ann.view.messages[-1].codec_message_id
    for number in (1, 2):
        word = await ann.view.tool_result(id, f"c{number}", number)
        await answering.take(word.to_invocation())
        assert await ended(word) == ("suspended" if number == 1 else "complete")
    assert asked_for == [0, 1], "the model is not asked before all its calls are answered"


async def test_words_have_a_suspended_run_go_on(employ: Employ, room: Room) -> None:
    ann, agent = await room.user(), await room.agent()
    asked = await ann.view.send("look")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(said("wait a moment"))
    await run.suspend()
    assert await ended(asked) == "suspended"
    word = await asked.steer("go on")
    [said_at] = [one for one in ann.tree.records if one.message_id == word.message_id]
    invocation = Invocation(said_at.transport[wire.EVENT_ID], room.name)
    answering = employ()
    begun_as = [await answering.take(invocation) for _ in range(2)]
    assert begun_as == [begun_as[0]] * 2 and begun_as[0].run_id == asked.run_id
    assert (await word.outcome).consumed
    assert texts_of(ann.view.messages[-1].message) == "you said go on "


async def test_a_session_is_left_when_nothing_is_done_in_it(
    employ: Employ, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LINGER", 0.2)
    ann, answering = await room.user(), employ()
    for text in ("one", "two"):
        asked = await ann.view.send(text)
        await answering.take(asked.to_invocation())
        assert await ended(asked) == "complete"
        assert any(member.is_agent for member in ann.presence.members)
        await until(lambda: not any(member.is_agent for member in ann.presence.members))


async def test_an_answer_that_is_left_in_the_middle_is_closed(employ: Employ, room: Room) -> None:
    closed = asyncio.Event()

    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        try:
            while True:
                yield {"type": "start"}
                await asyncio.sleep(0.05)
        finally:
            closed.set()

    ann, answering = await room.user(), employ(answer)
    asked = await ann.view.send("go on and on")
    await answering.take(asked.to_invocation())
    await asked.cancel()
    assert await ended(asked) == "cancelled"
    await asyncio.wait_for(closed.wait(), 5)
