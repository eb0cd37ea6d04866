"""What goes wrong with a worker, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from aitransport_notebook import (
    AITransportError,
    ClientSession,
    ResponsesCodec,
    TextCodec,
    connect,
)
from aitransport_notebook.agents import worker as workers
from aitransport_notebook.agents.asgi import Reply
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.channel.directory import Listed
from tests.agents.answers import echo, said, texts_of
from tests.agents.crew import LIMIT, Hire, asked, connection
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until
from tests.support.web import serving


def token_server(token: str) -> Any:
    """Give this token to whoever asks."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Reply(token.encode(), type="application/jwt").send(send)

    return serving(app)


async def test_an_answer_that_fails_ends_the_run(
    hire: Hire, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(run: AgentRun) -> Any:
        text = texts_of(run.messages[-1])
        if text == "raise":
            raise ValueError("no model today")
        return None if text == "nothing" else said("fine")

    await hire(answer)
    ann = await room.user()
    # What an exception says may hold anything, and is for the log.
    for text, message in (("raise", "could not answer"), ("nothing", "yields nothing")):
        run = await ann.view.send(text)
        assert await asyncio.wait_for(run.wait(), LIMIT) == "error"
        assert run.error is not None
        assert message in run.error.message
    assert await asked(ann, "anything else") == "complete", "the worker goes on"
    assert "no model today" in caplog.text


async def test_a_worker_without_a_role_says_so(hub: HubProcess, room: Room) -> None:
    ann = await room.user()
    await ann.view.send("hello?")
    worker = Worker(room.name, answer=echo, connection=connection(hub, "w", None))
    async with worker:
        with pytest.raises(AITransportError, match="claims do not count") as caught:
            await asyncio.wait_for(worker.run(), LIMIT)
    assert "role" in caught.value.hint


async def test_a_worker_with_another_role_is_refused(hub: HubProcess) -> None:
    with pytest.raises(AITransportError, match="role"):
        Worker("room", answer=echo, connection=connection(hub, "w", "user"))


@pytest.mark.parametrize(
    ("names", "given", "problem"),
    [
        ((), {}, "no sessions"),
        (("",), {}, "no sessions"),
        ((1,), {}, "no sessions"),
        (("room",), {"answer": None}, "answer"),
        (("room",), {"answer": "hello"}, "answer"),
        (("room",), {"codec": TextCodec}, "codec"),
        (("room",), {"connection": "here"}, "connection"),
    ],
)
def test_what_is_no_worker_is_refused_when_it_is_made(
    hub: HubProcess, names: Any, given: dict[str, Any], problem: str
) -> None:
    how = {"answer": echo, "connection": connection(hub, "w"), **given}
    with pytest.raises(AITransportError, match=problem) as caught:
        Worker(*names, **how)
    assert caught.value.hint


async def test_who_waits_for_a_worker_is_told_that_it_failed() -> None:
    nowhere = connect(key="app.key:secret", endpoint="127.0.0.1", port=9, tls=False, role="agent")
    async with Worker("room:*", answer=echo, connection=nowhere) as worker:
        working = asyncio.create_task(worker.run())
        for waiting in (worker.ready(), working):
            with pytest.raises(AITransportError, match="list sessions") as caught:
                await asyncio.wait_for(waiting, LIMIT)
            assert caught.value.hint


async def test_what_users_are_told_of_an_error_is_the_agents_to_say(hire: Hire, room: Room) -> None:
    def answer(run: AgentRun) -> Any:
        raise ValueError("the password is hunter2")

    await hire(answer, describe_error=lambda error: f"{type(error).__name__}, try later")
    ann = await room.user()
    run = await ann.view.send("hello")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "error"
    assert run.error is not None
    assert run.error.message == "ValueError, try later"


async def test_an_answer_that_waited_for_what_was_cancelled_ends_the_run(
    hire: Hire, room: Room
) -> None:
    async def answer(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        yield {"type": "start"}
        other = asyncio.ensure_future(asyncio.sleep(60))
        other.cancel()
        await other

    await hire(answer)
    ann = await room.user()
    run = await ann.view.send("hello")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "error"
    assert run.error is not None
    assert "cancelled" in run.error.message


async def test_an_agent_with_another_codec_says_so(hire: Hire, room: Room) -> None:
    called: list[AgentRun] = []

    def answer(run: AgentRun) -> Any:
        called.append(run)
        return said("hello")

    await hire(answer, codec=ResponsesCodec())
    ann = await room.user()
    run = await ann.view.send("hello")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "error"
    assert run.error is not None
    assert "ResponsesCodec" in run.error.message
    assert called == [], "no model is asked about nothing"


async def test_a_worker_that_may_not_be_where_it_is_sent_says_so(
    hub: HubProcess, room: Room
) -> None:
    where = connection(hub, "w")
    narrow = where.token_for("w", {"elsewhere": ["*"]}, {"role": "agent"})
    async with token_server(narrow) as url:
        allowed = connect(token_url=url, endpoint=hub.host, port=hub.port, tls=False)
        async with Worker(room.name, answer=echo, connection=allowed) as worker:
            with pytest.raises(AITransportError) as caught:
                await asyncio.wait_for(worker.run(), LIMIT)
    assert caught.value.code == 40160
    assert caught.value.hint


async def test_names_that_cannot_be_listed_are_told_with_their_star(
    hub: HubProcess, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_sessions(*given: object) -> AsyncIterator[Listed]:
        raise error_for(50003, "no answer")
        yield Listed("", False)

    async with Worker("starred:*", answer=echo, connection=connection(hub, "w")) as worker:
        working = asyncio.create_task(worker.run())
        await worker.ready()
        monkeypatch.setattr(workers, "sessions_of", no_sessions)
        await until(lambda: "starred:*: [50003] no answer" in caplog.text)
        working.cancel()
        await asyncio.wait({working})


async def test_a_worker_outlives_its_server(caplog: pytest.LogCaptureFixture) -> None:
    with HubProcess() as hub:
        async with Room(hub) as room, AsyncExitStack() as stack:
            worker = Worker(f"{room.name}*", answer=echo, connection=connection(hub, "w"))
            await stack.enter_async_context(worker)
            working = asyncio.create_task(worker.run())
            stack.push_async_callback(asyncio.wait, {working})
            stack.callback(working.cancel)
            await worker.ready()
            ann = await room.user()
            assert await asked(ann, "one") == "complete"
            hub.kill()
            await asyncio.sleep(4)
            hub.start()
            async with ClientSession(room.connection("bob"), f"{room.name}:2", ann.codec) as bob:
                assert await asked(bob, "two") == "complete"
            assert await asked(ann, "three") == "complete"
    warned = [
        r for r in caplog.records if r.message.startswith((f"{room.name}:", f"{room.name}*:"))
    ]
    assert len(warned) <= 2, "it says once that it has lost its server"
