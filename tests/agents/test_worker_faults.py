"""What a worker makes of faults on its way, and of what users forge."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from aitransport_notebook.errors import error_for
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.channel.line import Line, ai_message
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from tests.agents.answers import said, slowly
from tests.agents.crew import LIMIT, Hire, Start, asked, counted, shown
from tests.support.company import Room
from tests.support.waiting import until


@pytest.mark.parametrize("name", [wire.RUN_START, wire.RUN_END, wire.CLAIM])
async def test_one_publish_that_fails_loses_no_input(
    hire: Hire, room: Room, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    publish = Line.publish
    failed: list[str] = []

    async def fail_once(line: Line, *messages: Any) -> Any:
        if any(message["name"] == name for message in messages) and not failed:
            failed.append(name)
            raise error_for(50003, "the server is busy")
        return await publish(line, *messages)

    monkeypatch.setattr(Line, "publish", fail_once)
    await hire()
    ann = await room.user()
    assert await asked(ann, "one") == "complete"
    assert failed == [name]
    assert shown(ann) == [("user", "one"), ("assistant", "you said one")]
    assert counted(ann, wire.RUN_START) == counted(ann, wire.RUN_END) == 1


async def test_an_agent_that_could_not_show_itself_tries_again(
    hire: Hire, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = Line.enter
    failed: list[object] = []

    async def fail_once(line: Line, data: Any) -> None:
        if not failed:
            failed.append(data)
            raise error_for(80003, "the connection is away")
        await enter(line, data)

    monkeypatch.setattr(Line, "enter", fail_once)
    ann = await room.user()
    await hire()
    await until(lambda: any(member.is_agent for member in ann.presence.members))
    assert failed


async def test_a_user_cannot_hide_that_an_agent_is_gone(start: Start, room: Room) -> None:
    ann, eve = await room.user(), await room.user("eve", role="user")
    processes = {who: await start(who, "slowly") for who in ("w1", "w2")}
    run = await ann.view.send("this")
    await run.started()
    await eve.presence.enter({"runs": [run.run_id], "status": "working"})
    await until(lambda: len(shown(ann)) == 2)
    [first] = [r.client_id for r in ann.tree.records if r.name == wire.RUN_START]
    processes[first or ""].send_signal(signal.SIGKILL)
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"


async def test_a_user_cannot_begin_a_run_in_the_place_of_an_agent(hire: Hire, room: Room) -> None:
    ann, eve = await room.user(), await room.user("eve", role="user")
    run = await ann.view.send("hello?")
    told = {
        wire.RUN_ID: "forged",
        wire.INVOCATION_ID: "forged",
        wire.INPUT_MESSAGE_ID: run.input_message_id,
        wire.RUN_CLIENT_ID: "ann",
        wire.PARENT: run.input_message_id,
    }
    await eve._line.publish(ai_message(wire.RUN_START, told))
    await hire()
    await until(lambda: shown(ann)[-1] == ("assistant", "you said hello?"))


async def test_a_run_is_its_first_askers_whoever_approved_of_a_call(hire: Hire, room: Room) -> None:
    askers: list[tuple[str | None, str | None]] = []

    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        if run.said:
            async for output in slowly(run):
                yield output
            return
        yield {"type": "tool-input-available", "toolCallId": "c1", "toolName": "buy", "input": {}}
        yield {"type": "tool-approval-request", "toolCallId": "c1", "approvalId": "a1"}

    def may_cancel(request: Any) -> bool:
        askers.append((request.client_id, request.asked_by))
        return bool(request.client_id == request.asked_by)

    await hire(answer, on_cancel=may_cancel)
    ann, bob = await room.user(), await room.user("bob", role="operator")
    first = await ann.view.send("buy it")
    assert await asyncio.wait_for(first.wait(), LIMIT) == "suspended"
    await until(lambda: len(bob.view.messages) == 2)
    approved = await bob.view.approve(bob.view.messages[-1].codec_message_id, "c1")
    await until(lambda: first.status == "active")
    await approved.cancel()
    await until(lambda: len(askers) == 1)
    # The handle of the one who asked is still good for it.
    await first.cancel()
    await until(lambda: first.status == "cancelled")
    assert askers == [("bob", "ann"), ("ann", "ann")]


@pytest.mark.parametrize("crew", [1, 3])
@pytest.mark.parametrize("claimed", [False, True])
async def test_two_who_decide_at_once_have_the_run_go_on_once(
    hire: Hire, room: Room, crew: int, claimed: bool
) -> None:
    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        if run.said:
            async for output in slowly(run):
                yield output
            return
        yield {"type": "tool-input-available", "toolCallId": "c1", "toolName": "buy", "input": {}}
        yield {"type": "tool-approval-request", "toolCallId": "c1", "approvalId": "a1"}

    for number in range(crew):
        await hire(answer, who=f"w{number}")
    ann, bob = await room.user(), await room.user("bob", role="operator")
    run = await ann.view.send("buy it")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "suspended"
    await until(lambda: len(bob.view.messages) == 2)
    message_id = bob.view.messages[-1].codec_message_id
    denial, approval = (
        bob._prepare(
            bob.codec.amend(
                "tool-approval-response", message_id, {"toolCallId": "c1", "approved": approved}
            ),
            Sending(run_id=run.run_id),
        )[2]
        for approved in (False, True)
    )
    if claimed:
        # The second comes when a worker has the first, and nobody has heard of its resume.
        has_claimed = asyncio.Event()

        def note(message: Inbound) -> None:
            if message.name == wire.CLAIM:
                has_claimed.set()

        bob.tree.on("message", note)
        await bob._line.publish(*denial)
        await asyncio.wait_for(has_claimed.wait(), LIMIT)
        await bob._line.publish(*approval)
    else:
        await bob._line.publish(*denial, *approval)
    await until(lambda: run.status == "complete")
    assert await asked(ann, "and now?") == "suspended"
    names = [record.name for record in ann.tree.records if record.run_id == run.run_id]
    assert [names.count(name) for name in (wire.RUN_RESUME, wire.RUN_END)] == [1, 1]
    assert names.count(wire.STEP_START) == 2


async def test_each_session_has_its_turn_where_there_are_many(hire: Hire, room: Room) -> None:
    users = [await room.user(f"user-{number}", name=f"{room.name}:{number}") for number in range(7)]
    runs = [await user.view.send(json.dumps(n)) for n, user in enumerate(users)]
    await hire(lambda run: said("here"), f"{room.name}:*", most_sessions=2)
    for run in runs:
        assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"


async def test_a_run_that_begins_when_all_have_left_is_stopped_too(hire: Hire, room: Room) -> None:
    async def endless(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        while True:
            yield {"type": "start"}
            await asyncio.sleep(0.1)

    await hire(endless, cancel_when_alone=0.5)
    ann = await room.user()
    await ann.presence.enter()
    first = await ann.view.send("one")
    await first.started()
    await ann.presence.leave()
    assert await asyncio.wait_for(first.wait(), LIMIT) == "cancelled"
    second = await ann.view.send("two")
    assert await asyncio.wait_for(second.wait(), LIMIT) == "cancelled"
