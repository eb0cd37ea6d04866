"""Workers: agents that answer what they hear, several at once, and one for another."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from aitransport_notebook import (
    AITransportError,
    ClientSession,
    Connection,
    ResponsesCodec,
    TextCodec,
    connect,
)
from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.asgi import Reply
from aitransport_notebook.agents.desk import GRACE
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.runs.claims import Claim
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.wire import names as wire
from tests.agents.answers import echo, said, slowly, texts_of
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until
from tests.support.web import serving

LIMIT = 30.0
Hire = Callable[..., Awaitable[Worker]]


def token_server(token: str) -> Any:
    """Give this token to whoever asks."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Reply(token.encode(), type="application/jwt").send(send)

    return serving(app)


def connection(hub: HubProcess, who: str, role: str | None = "agent") -> Connection:
    return connect(
        key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id=who, role=role
    )


@pytest.fixture
async def hire(hub: HubProcess, room: Room) -> AsyncIterator[Hire]:
    """Has a worker work until the test ends."""
    async with AsyncExitStack() as stack:

        async def hire(answer: Answer = echo, *names: str, who: str = "w", **how: Any) -> Worker:
            worker = Worker(
                *(names or (room.name,)), answer=answer, connection=connection(hub, who), **how
            )
            await stack.enter_async_context(worker)
            working = asyncio.create_task(worker.run())
            stack.push_async_callback(asyncio.wait, {working})
            stack.callback(working.cancel)
            await worker.ready()
            return worker

        yield hire


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start(hub: HubProcess, room: Room) -> AsyncIterator[Start]:
    """Starts workers as processes; all end with the test."""
    begun: list[Process] = []

    async def start(who: str, answer: str, *names: str) -> Process:
        where = (hub.host, str(hub.port), hub.key, who, answer, *(names or (room.name,)))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.agents.mortal_worker", *where, stdout=PIPE
        )
        begun.append(process)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), LIMIT) == b"ready\n"
        return process

    yield start
    for process in begun:
        if process.returncode is None:
            process.kill()
        await process.wait()


def shown(session: ClientSession[Any]) -> list[tuple[str, str]]:
    messages = [message.message for message in session.view.messages]
    return [(message["role"], texts_of(message).strip()) for message in messages]


def counted(session: ClientSession[Any], name: str) -> int:
    return sum(record.name == name for record in session.tree.records)


async def asked(session: ClientSession[Any], text: str) -> str:
    """Ask, and return how the Run ended."""
    run = await session.view.send(text)
    return await asyncio.wait_for(run.wait(), LIMIT)


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


async def test_of_several_workers_one_answers(hire: Hire, room: Room) -> None:
    for number in range(3):
        await hire(echo, who=f"w{number}")
    ann = await room.user()
    runs = [await ann.view.send(f"question {number}") for number in range(12)]
    for run in runs:
        assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    assert counted(ann, wire.RUN_START) == counted(ann, wire.RUN_END) == 12
    answerers = {record.client_id for record in ann.tree.records if record.name == wire.RUN_START}
    assert len(answerers) > 1, "the inputs are spread among them"


async def test_a_worker_that_dies_is_relieved(start: Start, room: Room) -> None:
    ann = await room.user()
    processes = {who: await start(who, "slowly") for who in ("w1", "w2")}
    run = await ann.view.send("this")
    await until(lambda: len(shown(ann)) == 2 and shown(ann)[1][1].startswith("let me see"))
    [first] = [r.client_id for r in ann.tree.records if r.name == wire.RUN_START]
    processes[first or ""].send_signal(signal.SIGKILL)
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    answer = "let me see now what it was that you said this"
    assert shown(ann) == [("user", "this"), ("assistant", answer)]
    assert counted(ann, wire.RUN_START) == counted(ann, wire.RUN_END) == 1
    starts = [r for r in ann.tree.records if r.name == wire.STEP_START]
    assert [r.client_id for r in starts] == [first, ({*processes} - {first}).pop()]


async def test_who_claimed_and_never_began_is_relieved(hire: Hire, room: Room) -> None:
    ann, gone = await room.user(), await room.agent("gone")
    run = await ann.view.send("hello?")
    claim = Claim(run.input_event_id, "run-1", "invocation-1", "gone")
    await gone.line.publish({"name": wire.CLAIM, "data": claim.to_data()})
    await gone.close()
    await hire()
    await asyncio.sleep(GRACE / 2)
    assert run.run_id == "", "it may still come back"
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    assert run.run_id == "run-1"


async def test_a_user_cannot_claim(hire: Hire, room: Room) -> None:
    ann = await room.user(role="user")
    run = await ann.view.send("hello?")
    claim = Claim(run.input_event_id, "run-1", "invocation-1", "ann")
    await ann._line.publish({"name": wire.CLAIM, "data": claim.to_data()})
    await hire()
    assert await asyncio.wait_for(run.wait(), GRACE) == "complete"


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
    await hire()
    assert await asyncio.wait_for(other.wait(), LIMIT) == "complete"
    assert cancelled.run_id == ""


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


async def test_a_worker_that_is_closed_stops_what_it_said(hire: Hire, room: Room) -> None:
    worker, ann = await hire(slowly), await room.user()
    run = await ann.view.send("one")
    await run.started()
    await worker.close()
    assert await asyncio.wait_for(run.wait(), LIMIT) == "cancelled"
    with pytest.raises(AITransportError, match="closed"):
        await worker.take(run.to_invocation())


async def test_a_worker_that_leaves_is_relieved(hire: Hire, room: Room) -> None:
    workers = {who: await hire(slowly, who=who) for who in ("w1", "w2")}
    ann = await room.user()
    run = await ann.view.send("this")
    await run.started()
    [first] = [r.client_id for r in ann.tree.records if r.name == wire.RUN_START]
    await workers[first or ""].leave()
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    answer = "let me see now what it was that you said this"
    assert shown(ann) == [("user", "this"), ("assistant", answer)]


async def test_a_full_worker_leaves_the_rest_for_later(hire: Hire, room: Room) -> None:
    await hire(slowly, most_runs=1)
    ann = await room.user()
    runs = [await ann.view.send(text) for text in ("one", "two")]
    await runs[0].started()
    assert runs[1].run_id == ""
    for run in runs:
        assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    ended = [r.run_id for r in ann.tree.records if r.name in (wire.RUN_START, wire.RUN_END)]
    assert ended == [runs[0].run_id] * 2 + [runs[1].run_id] * 2, "one after the other"


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


async def test_a_worker_that_comes_later_takes_over_from_one_that_died(
    start: Start, room: Room
) -> None:
    ann, first = await room.user(), await start("w1", "slowly")
    run = await ann.view.send("this")
    await until(lambda: len(shown(ann)) == 2 and shown(ann)[1][1].startswith("let me see"))
    first.send_signal(signal.SIGKILL)
    await first.wait()
    await start("w2", "slowly")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    answer = "let me see now what it was that you said this"
    assert shown(ann) == [("user", "this"), ("assistant", answer)]
    assert counted(ann, wire.RUN_START) == counted(ann, wire.RUN_END) == 1


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
    warned = [r for r in caplog.records if r.message.startswith(f"{room.name}:")]
    assert len(warned) <= 2, "it says once that it has lost its server"
