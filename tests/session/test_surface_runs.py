"""A Run as its asker has it: what it says, how it is redirected, and how it is let go."""

from __future__ import annotations

import asyncio
import gc
from typing import Any
from weakref import ref

import pytest

from aitransport_notebook import AITransportError
from aitransport_notebook.session.client import run as client_run
from tests.interop.chunks import call, message, reply
from tests.session.talking import answered, endlessly, ids, talked, texts
from tests.support.company import Room
from tests.support.waiting import until


async def test_what_a_run_says_is_its_agents_word_and_not_its_users(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("count")
    live = asyncio.ensure_future(said_by(asked))
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(reply("1", id="one"))
    steer = await asked.steer("quickly")
    await until(run.has_input)
    await run.pipe(reply("2", id="two"))
    await run.end()
    assert (await steer.outcome).consumed
    heard = await live
    assert [event["type"] for event in heard if "kind" in event] == []
    assert "".join(event.get("delta", "") for event in heard) == "12"
    # Who asks when all is over hears the same, and as often as they like.
    for _ in range(2):
        assert "".join(event.get("delta", "") for event in await said_by(asked)) == "12"
    assert await asked.wait() == "complete"


async def said_by(asked: client_run.ClientRun) -> list[dict[str, Any]]:
    return [event async for event in asked.events()]


async def test_a_run_that_is_redirected_stops_and_another_answers(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    await talked(user, agent, 1)
    asked = await user.view.send("write about cats")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    piping = asyncio.ensure_future(run.pipe(endlessly(run)))
    await until(lambda: texts(user.view.messages)[-1] == "on")
    partial = user.view.messages[-1].codec_message_id

    async def stop() -> None:
        await run.end((await piping).reason)

    stopping = asyncio.ensure_future(stop())
    instead = await asked.redirect("rather about dogs")
    await stopping
    assert (asked.status, instead.run_id, instead.status) == ("cancelled", "", "active")
    # What had been said stays on view, and the new question follows it.
    view = user.view
    expected = ["0?", "0!", "write about cats", "on", "rather about dogs"]
    assert texts(view.messages) == expected
    node = user.tree.node_of(instead.input_message_id)
    assert node is not None and node.parent == partial

    goes_on = agent.create_run(instead.to_invocation())
    await goes_on.start()
    # The agent is given neither what was stopped nor what it was to answer.
    assert texts(goes_on.prompt.messages) == ["0?", "0!", "rather about dogs"]
    assert [node.key for node in goes_on.prompt.dropped] == [run.run_id, asked.input_message_id]
    await goes_on.pipe(reply("Dogs.", id="dogs"))
    await goes_on.end()
    assert await instead.wait() == "complete"
    assert texts(view.messages) == [*expected, "Dogs."]
    assert [one.status for one in view.runs] == ["complete", "cancelled", "complete"]
    late = await room.user("late")
    await late.view.load_older(100)
    assert ids(late.view.messages) == ids(view.messages)


async def test_a_redirect_waits_for_nobody_who_has_not_begun(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_run, "PATIENCE", 60.0)
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("never mind")
    async with asyncio.timeout(15):
        instead = await asked.redirect("rather this")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await until(run.cancelled.is_set)
    await run.end("cancelled")
    await answered(agent, instead, "this")
    await instead.wait()
    assert texts(user.view.messages) == ["never mind", "rather this", "this"]
    assert [one.status for one in user.view.runs] == ["cancelled", "complete"]


async def test_a_redirect_of_what_has_ended_only_says_what_is_new(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("one")
    await answered(agent, asked, "1")
    await asked.wait()
    heard: list[str] = []
    agent.on("message", lambda wire: heard.append(wire["name"]))
    instead = await asked.redirect("two")
    await until(lambda: "ai-input" in heard)
    assert "ai-cancel" not in heard
    await answered(agent, instead, "2")
    await instead.wait()
    assert texts(user.view.messages) == ["one", "1", "two", "2"]


async def test_a_redirect_of_another_answer_follows_its_question(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    [question, answer] = await talked(user, agent, 1)
    again = await user.view.regenerate(answer)
    instead = await again.redirect("rather this")
    node = user.tree.node_of(instead.input_message_id)
    assert node is not None and node.parent == question


@pytest.mark.parametrize("how", ["refuses", "is silent"])
async def test_a_redirect_is_said_to_an_agent_that_does_not_stop(
    room: Room, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that refuses says so: there it is not waited for the rest of the time.
    monkeypatch.setattr(client_run, "PATIENCE", 30.0 if how == "refuses" else 0.5)
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("go on")
    run = agent.create_run(asked.to_invocation(), on_cancel=lambda request: how != "refuses")
    await run.start()
    await asked.started()
    async with asyncio.timeout(15):
        instead = await asked.redirect("rather this")
    assert asked.status == "active"
    assert texts(user.view.messages) == ["go on", "rather this"]
    await run.end()
    await answered(agent, instead, "this")
    assert await instead.wait() == "complete"


async def test_a_redirect_that_cannot_be_meant_cancels_nothing(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("go on")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asked.started()
    with pytest.raises(AITransportError, match="is not a message"):
        await asked.redirect(5)
    await answered(agent, await user.view.send("still there?"), "yes")
    await until(lambda: texts(user.view.messages)[-1] == "yes")
    assert not run.cancelled.is_set()
    await run.end()


async def test_a_run_that_nobody_holds_is_let_go(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    runs = []
    for turn in range(3):
        asked = await user.view.send(f"{turn}?")
        await answered(agent, asked, "!")
        await asked.wait()
        runs.append(ref(asked))
    suspended = await user.view.send("look")
    run = agent.create_run(suspended.to_invocation())
    await run.start()
    await run.pipe(message(call("look", "c1", {})))
    await run.suspend()
    await suspended.wait()
    del asked
    gc.collect()
    assert [one() for one in runs] == [None, None, None]
    # One that waits for its user goes on, and is waited for like any other.
    goes_on = await user.view.tool_result(ids(user.view.messages)[-1], "c1", 1)
    waiting = asyncio.ensure_future(goes_on.wait())
    await answered(agent, goes_on, "It rains.")
    assert await waiting == "complete"
    assert (suspended.run_id, suspended.status) == (goes_on.run_id, "complete")
    assert await suspended.wait() == "complete"


async def test_who_still_waits_is_told_when_the_session_is_closed(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("anyone?")
    waits = [asyncio.ensure_future(one) for one in (asked.wait(), asked.started())]
    await asyncio.sleep(0)
    await user.close()
    for waiting in waits:
        with pytest.raises(AITransportError, match="closed") as caught:
            await waiting
        assert caught.value.code == 104004
