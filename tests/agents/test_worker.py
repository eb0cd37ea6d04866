"""Workers: agents that answer what they hear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from aitransport_notebook import (
    AITransportError,
    ClientSession,
    TextCodec,
)
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.wire import names as wire
from tests.agents.answers import echo, said, slowly
from tests.agents.crew import LIMIT, Hire, asked, counted, shown
from tests.support.company import Room
from tests.support.waiting import until


async def test_a_worker_answers_what_it_hears(hire: Hire, room: Room) -> None:
    await hire()
    ann = await room.user()
    assert await asked(ann, "one") == await asked(ann, "two") == "complete"
    assert shown(ann) == [
        ("user", "one"),
        ("assistant", "you said one"),
        ("user", "two"),
        ("assistant", "you said two"),
    ]


async def test_a_prefix_stands_for_sessions_that_are_yet_to_come(hire: Hire, room: Room) -> None:
    # Of the names that begin so, one is there before the worker, and one comes after it.
    early = await room.user()
    waiting = await early.view.send("one")
    worker = await hire(echo, f"{room.name}*")
    assert worker.sessions == [room.name]
    assert await asyncio.wait_for(waiting.wait(), LIMIT) == "complete"
    async with ClientSession(room.connection("bob"), f"{room.name}:late", early.codec) as late:
        assert await asked(late, "two") == "complete"
        assert shown(late) == [("user", "two"), ("assistant", "you said two")]
    assert worker.sessions == [room.name, f"{room.name}:late"]


async def test_some_of_what_a_prefix_stands_for_may_be_left_to_others(
    hire: Hire, room: Room
) -> None:
    ann = await room.user()
    left = await ann.view.send("one")
    worker = await hire(echo, f"{room.name}*", except_for=[room.name])
    async with ClientSession(room.connection("bob"), f"{room.name}:other", ann.codec) as other:
        assert await asked(other, "two") == "complete"
    assert worker.sessions == [f"{room.name}:other"] and not left.run_id


async def test_what_was_asked_and_left_is_answered(hire: Hire, room: Room) -> None:
    async with ClientSession(room.connection("ann"), room.name, TextCodec()) as ann:
        await ann.view.send("is anybody there?")
    late = await room.user(codec=TextCodec())

    def answer(run: AgentRun) -> list[Mapping[str, Any]]:
        return [
            {"type": "text-start", "id": "1"},
            {"type": "text-delta", "id": "1", "delta": f"You asked {run.messages[-1]['text']!r}"},
            {"type": "text-end", "id": "1"},
        ]

    await hire(answer, codec=TextCodec())
    await until(lambda: any(run.status == "complete" for run in late.view.runs))
    assert [message.message["text"] for message in late.view.messages] == [
        "You asked 'is anybody there?'"
    ]
    await late.view.load_older()
    assert len(late.view.messages) == 2


async def test_an_approval_is_waited_for_and_goes_on_without_http(hire: Hire, room: Room) -> None:
    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        parts = [part for message in run.messages for part in message["parts"]]
        calls = {part["toolCallId"]: part for part in parts if part["type"] == "tool-buy"}
        if calls:
            approved = sorted(id for id, part in calls.items() if part["approval"]["approved"])
            for output in said(f"bought {' '.join(approved)}"):
                yield output
            return
        yield {"type": "start"}
        for id in ("c1", "c2"):
            call = {"toolCallId": id, "toolName": "buy"}
            yield {"type": "tool-input-available", **call, "input": {}}
            yield {"type": "tool-approval-request", "toolCallId": id, "approvalId": f"a-{id}"}
        yield {"type": "finish"}

    await hire(answer, who="w1")
    await hire(answer, who="w2")
    ann = await room.user()
    assert await asked(ann, "buy two") == "suspended"
    message_id = ann.view.messages[-1].codec_message_id
    first = await ann.view.approve(message_id, "c1")
    await asyncio.sleep(1)
    assert counted(ann, wire.RUN_RESUME) == 0, "the other one is still to be decided"
    last = await ann.view.approve(message_id, "c2")
    assert await asyncio.wait_for(last.wait(), LIMIT) == "complete"
    assert counted(ann, wire.RUN_RESUME) == 1
    assert shown(ann)[-1] == ("assistant", "bought c1 c2")
    assert first.run_id == last.run_id or first.run_id == ""


async def test_words_to_a_suspended_run_have_it_go_on_once(hire: Hire, room: Room) -> None:
    ann, agent = await room.user(), await room.agent()
    asking = await ann.view.send("one")
    run = agent.create_run(asking.to_invocation())
    await run.start()
    await run.pipe(said("wait a moment"))
    await run.suspend()
    assert await asyncio.wait_for(asking.wait(), LIMIT) == "suspended"
    for who in ("w1", "w2"):
        await hire(echo, who=who)
    first, second = [await asking.steer(text) for text in ("go on", "and hurry")]
    assert (await first.outcome).consumed and (await second.outcome).consumed
    await until(lambda: asking.status == "complete")
    assert (counted(ann, wire.RUN_RESUME), counted(ann, wire.RUN_END)) == (1, 1)
    assert next(text for role, text in shown(ann) if role == "assistant") == "wait a moment"
    assert shown(ann)[-1] == ("assistant", "you said and hurry")


async def test_words_to_a_run_whose_call_waits_are_heard_with_the_answer(
    hire: Hire, room: Room
) -> None:
    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        if len(run.said):
            for output in said(f"heard {len(run.messages)} messages"):
                yield output
            return
        yield {"type": "start"}
        yield {"type": "tool-input-available", "toolCallId": "c1", "toolName": "look", "input": {}}
        yield {"type": "finish"}

    await hire(answer)
    ann = await room.user()
    asking = await ann.view.send("one")
    assert await asyncio.wait_for(asking.wait(), LIMIT) == "suspended"
    steer = await asking.steer("and in short")
    await asyncio.sleep(1)
    assert counted(ann, wire.RUN_RESUME) == 0, "the call is still to be answered"
    message_id = ann.view.messages[1].codec_message_id
    word = await ann.view.tool_result(message_id, "c1", "rain")
    assert (await steer.outcome).consumed
    assert await asyncio.wait_for(word.wait(), LIMIT) == "complete"
    assert counted(ann, wire.RUN_RESUME) == 1
    assert shown(ann)[-1] == ("assistant", "heard 3 messages")


async def test_regenerate_edit_steer_and_cancel(hire: Hire, room: Room) -> None:
    await hire(slowly)
    ann = await room.user()
    assert await asked(ann, "one") == "complete"
    question, answer = (message.codec_message_id for message in ann.view.messages)
    again = await ann.view.regenerate(answer)
    steer = await again.steer("and two")
    assert await asyncio.wait_for(again.wait(), LIMIT) == "complete"
    assert (await steer.outcome).consumed
    assert len(ann.view.branch_at(ann.view.messages[1].codec_message_id).siblings) == 2
    edited = await ann.view.edit(question, "three")
    await edited.started()
    await edited.cancel()
    assert await asyncio.wait_for(edited.wait(), LIMIT) == "cancelled"
    assert shown(ann)[0] == ("user", "three")


async def test_a_cancel_before_it_began_is_not_forgotten(hire: Hire, room: Room) -> None:
    ann = await room.user()
    cancelled, other = await ann.view.send("one"), await ann.view.send("two")
    await cancelled.cancel()
    await hire(slowly)
    assert await asyncio.wait_for(cancelled.wait(), LIMIT) == "cancelled"
    assert await asyncio.wait_for(other.wait(), LIMIT) == "complete"


async def test_nobody_cancels_what_is_not_theirs_before_it_began(hire: Hire, room: Room) -> None:
    ann, eve = await room.user(), await room.user("eve", role="user")
    asked_for = await ann.view.send("one")
    await eve.publish_cancel(None, asked_for.input_message_id)
    refused: list[object] = []
    eve.on("cancel-refused", refused.append)
    await hire(echo, on_cancel=lambda request: request.client_id == request.asked_by)
    assert await asyncio.wait_for(asked_for.wait(), LIMIT) == "complete"
    await until(lambda: len(refused) == 1)


async def test_a_worker_that_is_closed_stops_what_it_said(hire: Hire, room: Room) -> None:
    worker, ann = await hire(slowly), await room.user()
    run = await ann.view.send("one")
    await run.started()
    await worker.close()
    assert await asyncio.wait_for(run.wait(), LIMIT) == "cancelled"
    with pytest.raises(AITransportError, match="closed"):
        await worker.take(run.to_invocation())
