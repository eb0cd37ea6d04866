"""Whether a Run's agent works, has stalled, or is no more."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aitransport_notebook import ClientSession
from aitransport_notebook.session import health
from aitransport_notebook.session.health import GRACE, STALL, RunHealth, verdict_of
from tests.support.company import Room
from tests.support.waiting import until


@pytest.mark.parametrize(
    ("silent", "lost", "verdict"),
    [
        (0, 0, "working"),
        (STALL - 0.1, 0, "working"),
        (STALL, 0, "stalled"),
        (600, 0, "stalled"),
        # Of an agent that never was here only its silence is known.
        (600, None, "stalled"),
        (1, None, "working"),
        (GRACE, GRACE, "crashed"),
        (600, GRACE - 0.1, "stalled"),
        # Another goes on with it, before it is here.
        (0, 600, "working"),
    ],
)
def test_a_verdict_follows_from_silence_and_absence(
    silent: float, lost: float | None, verdict: str
) -> None:
    assert verdict_of(silent, lost) == verdict


Begin = Callable[[], Any]


@pytest.fixture
async def begin(room: Room) -> AsyncIterator[Begin]:
    """Starts agents as processes; all end with the test."""
    begun: list[Process] = []

    async def begin() -> Process:
        hub = room.hub
        module = ("-m", "tests.session.dying_agent")
        where = (hub.host, str(hub.port), hub.key, room.name)
        process = await asyncio.create_subprocess_exec(
            sys.executable, *module, *where, stdin=PIPE, stdout=PIPE
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def tell(process: Process, order: dict[str, Any]) -> dict[str, str]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    answer: dict[str, str] = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    return answer


def verdict(session: ClientSession[Any], run_id: str) -> str | None:
    known = session.health.of(run_id)
    return known.verdict if known is not None else None


async def test_an_agent_that_was_killed_is_missed_and_its_run_closed_by_another(
    room: Room, begin: Begin
) -> None:
    user = await room.user()
    changes: list[RunHealth] = []
    user.health.on("change", changes.append)
    asked = await user.view.send("Shall we?")
    order = asked.to_invocation().to_json()
    agent = await begin()
    ids = await tell(agent, order)
    run_id = ids["run_id"]
    await until(lambda: verdict(user, run_id) == "working")
    await until(lambda: any(who.runs for who in user.presence.members))
    agent.send_signal(signal.SIGKILL)
    # A server waits 15 s for a lost connection. What is ours begins when it does so no more.
    await until(lambda: not any(who.runs for who in user.presence.members), 60)
    gone = time.monotonic()
    await until(lambda: verdict(user, run_id) == "crashed", 60)
    assert time.monotonic() - gone < 4 * (GRACE + health.EVERY)
    # Whoever comes now has seen nothing of it, and is told all the same.
    late = await room.user("late")
    await late.view.load_older(10)
    await late.health.judge()
    assert late.health.verdicts == {run_id: "crashed"}
    assert verdict(late, run_id) == "crashed"
    # A verdict is there whenever it is asked for; of changes it is told the next time it looks.
    await until(lambda: [one.verdict for one in changes if one.run_id == run_id][-1] == "crashed")

    retry = await begin()
    await tell(retry, {**order, "adopt": ids})
    await asyncio.wait_for(asked.wait(), 30)
    assert asked.status == "complete"
    assert verdict(user, run_id) is None
    [part] = [p for p in user.view.messages[-1].message["parts"] if p["type"] == "text"]
    assert part["text"] == "Well, yes."


async def test_silence_is_a_stall_while_the_agent_is_here(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STALL", 0.5)
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await until(lambda: verdict(user, run.run_id) == "stalled")
    spoken = asyncio.create_task(run.pipe([{"type": "start"}, {"type": "finish"}]))
    await until(lambda: verdict(user, run.run_id) == "working")
    await spoken
    await run.end()
    await until(lambda: user.health.runs == [])


async def test_an_agent_that_shows_itself_to_nobody_stalls_and_never_crashes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STALL", 0.5)
    monkeypatch.setattr(health, "GRACE", 0.2)
    user, agent = await room.user(), await room.agent(shows_itself=False)
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await agent.close()
    await until(lambda: verdict(user, run.run_id) == "stalled")
    await asyncio.sleep(1.5)
    assert verdict(user, run.run_id) == "stalled"


async def test_what_is_still_to_come_is_guessed_from_past_runs(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    for _ in range(3):
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        await asyncio.sleep(0.4)
        await run.end()
        await asked.wait()
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await until(lambda: user.health.of(run.run_id) is not None)
    known = user.health.of(run.run_id)
    assert known is not None
    assert known.estimate is not None
    assert known.estimate.from_runs == 3
    assert 0 < known.estimate.seconds < 30


async def test_an_agent_that_tells_no_runs_is_missed_by_its_name(room: Room) -> None:
    """As agents of the JavaScript SDK are: they enter presence with whatever they like."""
    user, agent = await room.user(), await room.agent("other", shows_itself=False)
    await agent.presence.enter({"status": "thinking"})
    asked = await user.view.send("Shall we?")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe([{"type": "start"}])
    await until(lambda: verdict(user, run.run_id) == "working")
    await agent.close()
    await until(lambda: verdict(user, run.run_id) == "crashed", 20)
