"""The public contract, end to end: the names that programs outside rely on, as they use them."""

from __future__ import annotations

from typing import Any

import aitransport_notebook as ait
from aitransport_notebook.wire.inbound import Inbound
from tests.interop.chunks import START, START_STEP, begun, call, message, reply
from tests.session.talking import answered, ids, texts
from tests.support.company import Room
from tests.support.waiting import until


async def test_a_question_its_answer_and_what_it_is_made_of(room: Room) -> None:
    codec = ait.UIMessageCodec()
    async with (
        ait.ClientSession(room.connection("ann"), room.name, codec=codec) as session,
        ait.AgentSession(room.connection("ai", "agent"), room.name, codec=codec) as agent,
    ):
        run = await session.view.send("hello")
        work = agent.create_run(run.to_invocation(), on_cancel=lambda request: True)
        await work.start()
        piped = await work.pipe(reply("hi ", "there"))
        assert (piped.reason, piped.error) == ("complete", None)
        await work.end("complete")
        said = [event async for event in run.events()]
        assert said[0]["type"] == "start"
        assert "".join(event.get("delta", "") for event in said) == "hi there"
        assert await run.started() == run.run_id == work.run_id
        assert (run.status, run.error) == ("complete", None)
        assert [part["text"] for part in run.messages[-1]["parts"] if "text" in part] == [
            "hi there"
        ]
        view = session.view
        asked, answer = view.messages
        assert asked.codec_message_id == run.input_message_id
        assert asked.message["role"] == "user"
        assert answer.message["parts"][-1] == {"type": "text", "text": "hi there"}
        [info] = view.runs
        assert (info.run_id, info.status, info.client_id) == (run.run_id, "complete", "ann")
        assert view.run_for(asked.codec_message_id) == view.run_for(answer.codec_message_id) == info
        assert view.run(run.run_id) == info
        assert session.tree.run(run.run_id) is session.tree.node_of(answer.codec_message_id)
        found = session.tree.find_event(run.input_event_id)
        assert found is not None and found.message_id == run.input_message_id


async def test_what_is_folded_from_a_file_is_what_was_live(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard: list[Any] = []
    user.on("message", heard.append)
    asked = await user.view.send("hello")
    await answered(agent, asked, "hi")
    await asked.wait()
    past = await room.connection("late").channels.get(room.name).history(direction="forwards")
    assert past.items
    for given in (heard, [one.as_dict(binary=False) for one in past.items]):
        view = ait.fold(given, ait.UIMessageCodec()).view()
        assert texts(view.messages) == texts(user.view.messages)
        assert [(run.run_id, run.status) for run in view.runs] == [(asked.run_id, "complete")]


async def test_another_answer_and_another_question(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    view = user.view
    asked = await view.send("one?")
    await answered(agent, asked, "first")
    await asked.wait()
    [_, first] = ids(view.messages)

    await answered(agent, again := await view.regenerate(first), "second")
    await again.wait()
    [_, second] = ids(view.messages)
    assert texts(view.messages) == ["one?", "second"]
    branch = view.branch_at(second)
    assert (len(branch.siblings), branch.index, branch.has_siblings) == (2, 1, True)
    assert branch.selected == view.messages[1].message
    branch.select(0)
    assert texts(view.messages) == ["one?", "first"]
    assert view.branch_at(first).index == 0

    await answered(agent, edited := await view.edit(asked.input_message_id, "two?"), "third")
    await edited.wait()
    assert texts(view.messages) == ["two?", "third"]
    versions = view.branch_at(edited.input_message_id)
    assert [one["parts"][0]["text"] for one in versions.siblings] == ["one?", "two?"]
    versions.select(0)
    assert texts(view.messages) == ["one?", "first"]


async def test_a_steer_is_taken_in_and_a_cancel_ends_the_run(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("count")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    steer = await asked.steer("shorter")
    await until(lambda: len(user.tree.messages_of(user.tree.nodes[-1])) == 1)
    while run.has_input():
        await run.pipe(reply("1 2 3", id="counted"))
    await run.end()
    outcome = await steer.outcome
    assert (outcome.consumed, outcome.run_reason) == (True, "complete")

    asked = await user.view.send("count on")
    run = agent.create_run(asked.to_invocation())
    await asked.cancel()
    await run.start()
    await until(run.cancelled.is_set)
    await run.end("cancelled")
    assert await asked.wait() == "cancelled"


async def test_cancels_reach_whom_they_name(room: Room) -> None:
    ann, bob, agent = await room.user("ann"), await room.user("bob"), await room.agent()
    asked = [await who.view.send(f"{n}?") for n, who in enumerate((ann, bob, ann, bob))]
    runs = [agent.create_run(one.to_invocation()) for one in asked]
    for run in runs:
        await run.start()
    for one in asked:
        await one.started()
    await until(lambda: len(ann.view.runs) == len(bob.view.runs) == 4)
    assert await bob.cancel(run_id=runs[0].run_id) == [runs[0].run_id]
    await until(runs[0].cancelled.is_set)
    assert not any(run.cancelled.is_set() for run in runs[1:])
    assert await bob.cancel(scope="own") == [runs[1].run_id, runs[3].run_id]
    await until(lambda: all(runs[at].cancelled.is_set() for at in (1, 3)))
    assert not runs[2].cancelled.is_set()
    for at in (0, 1, 3):
        await runs[at].end("cancelled")
    await until(lambda: [run.status for run in bob.view.runs].count("cancelled") == 3)
    assert await bob.cancel(client_id="bob") == []
    assert await bob.cancel(client_id="ann") == [runs[2].run_id]
    await until(runs[2].cancelled.is_set)
    assert await ann.cancel(scope="all") == [runs[2].run_id]


async def test_what_no_agent_has_begun_is_cancelled_with_ones_own(room: Room) -> None:
    ann, bob, agent = await room.user("ann"), await room.user("bob"), await room.agent()
    mine, theirs = await ann.view.send("mine"), await bob.view.send("theirs")
    heard: list[str] = []
    agent.on("message", lambda wire: heard.append(wire["name"]))
    assert await ann.cancel(client_id="bob") == []
    assert await ann.cancel(scope="own") == []
    runs = [agent.create_run(one.to_invocation()) for one in (mine, theirs)]
    for run in runs:
        await run.start()
    await until(runs[0].cancelled.is_set)
    await bob.cancel(run_id="nobody's")
    await until(lambda: heard.count("ai-cancel") > 1)
    assert heard.count("ai-cancel") == 2
    assert not runs[1].cancelled.is_set()
    for run in runs:
        await run.end("cancelled" if run.cancelled.is_set() else "complete")


async def test_a_tool_waits_for_its_user_and_goes_on(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("look")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(message(call("look", "c1", {"q": 1})))
    await run.heard()
    assert run.codec.waits(run.messages)
    await run.suspend()
    assert await asked.wait() == "suspended"
    goes_on = await user.view.tool_result(user.view.messages[-1].codec_message_id, "c1", "rain")
    again = agent.create_run(goes_on.to_invocation())
    await again.start()
    assert again.run_id == run.run_id
    assert not again.codec.waits(again.messages)
    await again.pipe(reply("It rains.", id="after"))
    await again.end()
    assert await goes_on.wait() == "complete"
    assert [run.status for run in user.view.runs] == ["complete"]


async def test_sessions_tell_of_errors_messages_and_who_is_there(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard: list[str] = []
    told: list[str] = []
    seen: list[Inbound] = []
    ends = [
        user.on("message", lambda wire: heard.append(wire["name"])),
        user.tree.on("run", lambda event: told.append(event.type)),
        user.tree.on("message", seen.append),
        user.on("error", lambda error: told.append(f"error {error.code}")),
    ]
    await user.presence.enter({"status": "reading"})
    await until(lambda: {who.client_id for who in user.presence.members} == {"ann", "ai"})
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe([START, START_STEP, *begun("half")])
    await run.end("error", RuntimeError("no more"))
    assert await asked.wait() == "error"
    assert asked.error is not None and (asked.error.code, asked.error.message) == (
        104008,
        "no more",
    )
    await until(lambda: "ai-run-end" in heard)
    assert told == ["start", "end"]
    assert [one.name for one in seen] == heard
    for end in ends:
        end()
    before = len(heard)
    await user.view.send("again")
    await until(lambda: len(user.view.messages) == 3)
    assert len(heard) == before
