"""Somebody visits the demo agent, over the hub."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec
from aitransport_notebook.agents.answer import outputs_of
from aitransport_notebook.agents.demo.answer import demo_answer
from aitransport_notebook.agents.demo.beats import TALKING
from aitransport_notebook.agents.demo.performance import INTRODUCTION, perform
from aitransport_notebook.agents.demo.playbill import SCENES
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from tests.agents.demo.plays import asked, chunks_of, message_of, text_of
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

WAITING = ("approve", "ask")
Start = Callable[..., Awaitable[ClientSession[Any]]]


@pytest.fixture
async def visit(hub: HubProcess, room: Room) -> AsyncIterator[Start]:
    """Let somebody into a session where the demo agent is."""
    async with AsyncExitStack() as stack:

        async def visit(pace: float = 0.0) -> ClientSession[Any]:
            place = hub.session(room.name)
            demo = place.answered_by(demo_answer(pace), "demo-agent", describe_error=str)
            await stack.enter_async_context(demo)
            return await room.user()

        yield visit


async def say(session: ClientSession[Any], text: str) -> ClientRun:
    """Say something, and wait for what comes of it."""
    run = await session.view.send(text)
    await run.wait()
    return run


def reply(session: ClientSession[Any]) -> Any:
    return session.view.messages[-1].message


def calls_of(message: Any) -> list[Any]:
    return [part for part in message["parts"] if "toolCallId" in part]


@pytest.mark.parametrize("scene", [s.name for s in SCENES if s.name not in ("fail", *WAITING)])
async def test_a_user_sees_what_stands_in_the_script(visit: Start, scene: str) -> None:
    session = await visit()
    run = await say(session, scene)
    assert run.status == "complete"
    shown = reply(session)
    assert text_of(shown).startswith(INTRODUCTION)
    scripted = message_of(chunks_of(perform(asked(scene))))
    assert {**shown, "id": ""} == {**scripted, "id": ""}


async def test_it_introduces_itself_once(visit: Start) -> None:
    session = await visit()
    await say(session, "hello")
    await say(session, "count 3")
    assert [text_of(m.message).count(INTRODUCTION) for m in session.view.messages] == [0, 1, 0, 0]
    assert text_of(reply(session)) == "1 2 3"


@pytest.mark.parametrize(
    ("arguments", "sent", "how"),
    [
        (None, "team@example.com", "as it was"),
        ({"to": "me@example.com"}, "me@example.com", "with what you changed"),
    ],
)
async def test_what_is_approved_is_run_with_the_arguments_that_were_approved(
    visit: Start, arguments: Any, sent: str, how: str
) -> None:
    session = await visit()
    run = await say(session, "approve")
    assert run.status == "suspended"
    asking = session.view.messages[-1]
    [call] = calls_of(asking.message)
    assert call["state"] == "approval-requested"
    approved = await session.view.approve(
        asking.codec_message_id, call["toolCallId"], reason="go on", arguments=arguments
    )
    assert await approved.wait() == "complete"
    assert approved.run_id == run.run_id
    [call] = calls_of(session.view.messages[-2].message)
    assert call["state"] == "output-available"
    assert call["output"]["sent"]["to"] == sent
    said = text_of(reply(session))
    assert how in said and sent in said and "“go on”" in said


@pytest.mark.parametrize(
    ("reason", "said"), [("it is Sunday", "“it is Sunday”"), (None, "did not say why")]
)
async def test_what_is_denied_is_not_run(visit: Start, reason: str | None, said: str) -> None:
    session = await visit()
    await say(session, "approve")
    asking = session.view.messages[-1]
    [call] = calls_of(asking.message)
    denied = await session.view.deny(asking.codec_message_id, call["toolCallId"], reason=reason)
    assert await denied.wait() == "complete"
    assert [call["state"] for call in calls_of(session.view.messages[-2].message)] == [
        "output-denied"
    ]
    assert "not sent it" in text_of(reply(session)) and said in text_of(reply(session))


async def test_the_reason_of_a_denial_that_came_last_is_told(hub: HubProcess, room: Room) -> None:
    """Somebody approves, and before the agent has acted on it somebody else denies."""
    approved = asyncio.Event()

    def is_at(run: AgentRun, state: str) -> bool:
        return any(call["state"] == state for said in run.messages for call in calls_of(said))

    async def slowly(run: AgentRun) -> AsyncIterator[Any]:
        goes_on = is_at(run, "approval-responded")
        async for chunk in outputs_of(demo_answer(0.0), run):
            yield chunk
            if goes_on and chunk["type"] == "start":
                approved.set()
                await until(lambda: is_at(run, "output-denied"))

    async with hub.session(room.name).answered_by(slowly):
        session = await room.user()
        await say(session, "approve")
        asking = session.view.messages[-1]
        where = asking.codec_message_id, calls_of(asking.message)[0]["toolCallId"]
        going = await session.view.approve(*where)
        await approved.wait()
        await session.view.deny(*where, reason="it is Sunday")
        assert await going.wait() == "complete"
        assert "You said why: “it is Sunday”" in text_of(reply(session))


async def test_a_user_answers_a_call_of_their_own_tool(visit: Start) -> None:
    session = await visit()
    for fails in (False, True):
        run = await say(session, "ask")
        assert run.status == "suspended"
        asking = session.view.messages[-1]
        [call] = calls_of(asking.message)
        assert call["input"]["options"]
        where = asking.codec_message_id, call["toolCallId"]
        if fails:
            answered = await session.view.tool_error(*where, "I am colour-blind")
        else:
            answered = await session.view.tool_result(*where, {"colour": "orange"})
        assert await answered.wait() == "complete"
        assert ("I am colour-blind" if fails else '"colour": "orange"') in text_of(reply(session))


async def test_fail_ends_the_run_with_an_error_that_says_that_nothing_is_broken(
    visit: Start,
) -> None:
    session = await visit()
    run = await say(session, "fail")
    assert run.status == "error"
    assert run.error is not None and "nothing is broken" in run.error.message
    assert text_of(reply(session)).endswith("just when")
    assert (await say(session, "count 2")).status == "complete"


async def test_it_takes_up_what_is_said_in_the_middle_and_leaves_the_rest(visit: Start) -> None:
    session = await visit(pace=1.0)
    run = await session.view.send("long")
    await until(lambda: "Here is" in text_of(reply(session)))
    outcome = await (await run.steer("rather count 3")).outcome
    assert outcome.consumed and outcome.run_reason == "complete"
    question, cut, said, taken_up = (message.message for message in session.view.messages)
    assert [question["role"], said["role"]] == ["user", "user"]
    assert "That was it" not in text_of(cut)
    assert "usage" in cut["metadata"]
    assert "“rather count 3”" in text_of(taken_up)
    assert text_of(taken_up).endswith("1 2 3")


async def test_it_is_stopped_in_the_middle_and_answers_the_next_question(visit: Start) -> None:
    session = await visit(pace=1.0)
    run = await session.view.send("count 1000")
    await until(lambda: "1 2 3" in text_of(reply(session)))
    await run.cancel()
    assert await run.wait() == "cancelled"
    assert "1 2 3" in text_of(reply(session)) and "1000" not in text_of(reply(session))
    assert (await say(session, "hello")).status == "complete"


async def test_a_person_is_asked_for_with_the_reason(visit: Start) -> None:
    session = await visit()
    await say(session, "I want to talk to a human, my order is late")
    [call] = calls_of(reply(session))
    assert call["type"] == "tool-ask_for_a_person"
    assert call["providerExecuted"] is True
    assert "my order is late" in call["input"]["reason"]
    assert call["output"] == {"asked": True}
    assert "A person was asked for" in text_of(reply(session))


async def test_it_recalls_what_an_operator_said_by_the_operators_token(
    visit: Start, room: Room
) -> None:
    user = await room.user("ann")
    operator = AgentSession(room.connection("jane", "operator"), room.name, UIMessageCodec())
    question = await user.view.send("Where is my order?")
    async with operator:
        run = operator.create_run(question.to_invocation())
        await run.start()
        await run.pipe(
            [
                {"type": "start"},
                {"type": "text-start", "id": "1"},
                {"type": "text-delta", "id": "1", "delta": "It comes today."},
                {"type": "text-end", "id": "1"},
                {"type": "finish"},
            ]
        )
        await run.end()
    await question.wait()
    await visit()
    await say(user, "recall")
    said = text_of(reply(user))
    assert "A person of the team told you:\n\n> **jane**: It comes today." in said
    assert "**ann**: Where is my order?" in said


async def test_another_version_is_another_one(visit: Start) -> None:
    session = await visit()
    await say(session, "count 2")
    again = await session.view.regenerate(session.view.messages[-1].codec_message_id)
    assert await again.wait() == "complete"
    assert text_of(reply(session)).endswith("Another version, as you asked for one:\n\n1 2")
    branch = session.view.branch_at(session.view.messages[-1].codec_message_id)
    assert len(branch.siblings) == 2


async def test_a_word_takes_as_long_as_its_pace_says(visit: Start) -> None:
    session = await visit(pace=1.0)
    began = asyncio.get_running_loop().time()
    run = await say(session, "hello")
    words = sum(len(text_of(message).split()) for message in run.messages[1:])
    assert asyncio.get_running_loop().time() - began >= words * TALKING * 0.9
