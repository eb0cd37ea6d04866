"""A session that was cut off hears what it missed, whether or not its connection still counts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec
from aitransport_notebook.errors import AITransportError, LinkError
from aitransport_notebook.session.channel.line import Moved
from aitransport_notebook.session.client.steering import Steer
from tests.interop.chunks import FINISH, FINISH_STEP, START, START_STEP, begun, more, reply
from tests.session.joining import away, cuttable, over, said
from tests.session.talking import texts
from tests.support.company import Room
from tests.support.waiting import until

CODEC = UIMessageCodec()
RESUMES = pytest.mark.parametrize("resumes", [True, False], ids=["resumed", "not resumed"])


@RESUMES
async def test_an_agent_is_told_of_the_cancels_that_it_missed(room: Room, resumes: bool) -> None:
    user = await room.user()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, AgentSession, room.name, "ai") as agent,
    ):
        started, waiting = await user.view.send("one"), await user.view.send("two")
        run = agent.create_run(started.to_invocation())
        await run.start()
        await started.started()

        async def cancel_both() -> None:
            await user.cancel(run_id=run.run_id)
            await waiting.cancel()

        await away(agent, proxy, cancel_both, resumes=resumes)
        await asyncio.wait_for(run.cancelled.wait(), 10)
        await run.end("cancelled")
        # The other's agent had not begun: it is kept for it, as if it had been heard.
        await until(lambda: len(agent._cancels._early) == 1)
        late = agent.create_run(waiting.to_invocation())
        await asyncio.wait_for(late.cancelled.wait(), 10)
        await late.start()
        await late.end("cancelled")
        assert await waiting.wait() == "cancelled"


@RESUMES
async def test_an_agent_is_told_of_the_steers_that_it_missed(room: Room, resumes: bool) -> None:
    user = await room.user()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, AgentSession, room.name, "ai") as agent,
    ):
        asked = await user.view.send("one")
        told: list[int] = []
        run = agent.create_run(asked.to_invocation(), on_steer=lambda: told.append(1))
        await run.start()
        assert run.has_input()
        await run.pipe(reply("1", id="1"))
        steered: list[Steer] = []

        async def steer() -> None:
            steered.append(await asked.steer("two"))

        assert not run.has_input()
        await away(agent, proxy, steer, resumes=resumes)
        await until(lambda: bool(told))
        assert run.has_input()
        said = ["".join(part.get("text", "") for part in m["parts"]) for m in run.messages]
        assert said == ["one", "1", "two"]
        await run.pipe(reply("2", id="2"))
        await run.end()
        assert (await asyncio.wait_for(steered[0].outcome, 10)).consumed
        assert len(told) == 1


@RESUMES
async def test_who_listens_to_a_stream_hears_all_of_it(room: Room, resumes: bool) -> None:
    agent = await room.agent()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name) as user,
    ):
        asked = await user.view.send("tell me")
        other = await user.view.send("and me")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        whole = agent.create_run(other.to_invocation())
        words: asyncio.Queue[Any] = asyncio.Queue()

        async def say() -> Any:
            while (chunk := await words.get()) is not None:
                yield chunk

        def put(*chunks: Any) -> None:
            for chunk in chunks:
                words.put_nowait(chunk)

        async def listen() -> list[Any]:
            return [event async for event in asked.events()]

        listening = asyncio.create_task(listen())
        piping = asyncio.create_task(run.pipe(say()))
        put(START, START_STEP, *begun("one ", "two "))
        await until(lambda: texts(user.view.messages)[-1] == "one two ")

        async def go_on() -> None:
            put(*more("three ", "four "))
            await whole.start()
            await whole.pipe(reply("missed ", "altogether"))
            await whole.end()

        await away(user, proxy, go_on, resumes=resumes)
        put(*more("five "), {"type": "text-end", "id": "t1"}, FINISH_STEP, FINISH, None)
        await piping
        await run.end()
        assert said(await asyncio.wait_for(listening, 10)) == "one two three four five "
        assert await asyncio.wait_for(other.wait(), 10) == "complete"
        assert said([dict(e) async for e in other.events()]) == "missed altogether"


@RESUMES
async def test_who_missed_the_end_of_a_stream_hears_it(room: Room, resumes: bool) -> None:
    agent = await room.agent()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name) as user,
    ):
        asked = await user.view.send("tell me")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        gate = asyncio.Event()

        async def say() -> Any:
            chunks = reply("one ", "two ", "three")
            for chunk in chunks[:4]:
                yield chunk
            await gate.wait()
            for chunk in chunks[4:]:
                yield chunk

        async def listen() -> list[Any]:
            return [event async for event in asked.events()]

        listening = asyncio.create_task(listen())
        piping = asyncio.create_task(run.pipe(say()))
        await until(lambda: texts(user.view.messages)[-1:] == ["one "])
        # The stream is not the newest that is known.
        await user.cancel(run_id="another's")
        await until(lambda: user.tree.records[-1].name == "ai-cancel")

        async def finish() -> None:
            gate.set()
            await piping
            await run.end()

        await away(user, proxy, finish, resumes=resumes)
        heard = await asyncio.wait_for(listening, 10)
        assert said(heard) == "one two three"
        assert [event["type"] for event in heard].count("text-end") == 1
        assert texts(user.view.messages) == ["tell me", "one two three"]


async def test_history_that_is_read_in_the_middle_of_a_stream_changes_nothing(room: Room) -> None:
    """There is no history up to an attachment in Python: what is read overlaps what is heard."""
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("count")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    numbers: list[str] = []
    has_read = asyncio.Event()

    async def count() -> Any:
        """Say one number after the other until history has been read."""
        yield {"type": "start", "messageId": "m"}
        yield {"type": "text-start", "id": "t"}
        while not has_read.is_set():
            numbers.append(f"{len(numbers)} ")
            yield {"type": "text-delta", "id": "t", "delta": numbers[-1]}
            await asyncio.sleep(0.005)
        yield {"type": "text-end", "id": "t"}
        yield {"type": "finish"}

    async def listen() -> list[Any]:
        return [event async for event in asked.events()]

    listening = asyncio.create_task(listen())
    piping = asyncio.create_task(run.pipe(count()))
    lates = []
    for _ in range(8):
        lates.append(await room.user("late"))
        while lates[-1].view.has_older:
            await lates[-1].view.load_older(5)
        user._pages, user._exhausted = None, False
        await user.view.load_older(5)
        so_far = len(numbers)
        await until(lambda so_far=so_far: len(numbers) > so_far + 5)  # type: ignore[misc]
    has_read.set()
    await piping
    await run.end()
    assert said(await listening) == "".join(numbers)
    for one in (user, *lates):
        await until(lambda one=one: texts(one.view.messages) == ["count", "".join(numbers)])  # type: ignore[misc]


async def test_what_could_not_be_caught_up_with_is_tried_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("hello")
    line, errors = user._line, list[AITransportError]()
    user.on("error", errors.append)
    # As if the connection were lost, and its place on the channel with it.
    monkeypatch.setattr(line, "_hear", lambda message: None)
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.end()
    monkeypatch.undo()

    async def no_history() -> Any:
        raise LinkError("no answer", code=80000, hint="Wait.")
        yield

    monkeypatch.setattr(line, "history", no_history)
    user._moved(Moved("attached", resumed=False, reason=None))
    await until(lambda: bool(errors))
    assert (errors[0].code, errors[0].hint) == (104006, "Wait.")
    monkeypatch.undo()
    assert asked.status == "active"
    user._moved(Moved("attached", resumed=True, reason=None))
    assert await asyncio.wait_for(asked.wait(), 10) == "complete"
    assert len(errors) == 1


async def test_who_comes_back_before_it_heard_anything_hears_what_is_new(room: Room) -> None:
    user = await room.user()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name, "late") as late,
    ):

        async def send() -> None:
            await user.view.send("hello")

        await away(late, proxy, send, resumes=False)
        await until(lambda: texts(late.view.messages) == ["hello"])
