"""Several workers at the same sessions: one answers, and one for another."""

from __future__ import annotations

import asyncio
import signal
import time

from aitransport_notebook.agents.desk import GRACE
from aitransport_notebook.runs.claims import Claim
from aitransport_notebook.wire import names as wire
from tests.agents.answers import echo, slowly
from tests.agents.crew import LIMIT, Hire, Start, counted, shown
from tests.support.company import Room
from tests.support.waiting import until


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
    before = time.time()
    await hire()
    assert await asyncio.wait_for(run.wait(), LIMIT) == "complete"
    assert run.run_id == "run-1"
    [begun] = [record for record in ann.tree.records if record.name == wire.RUN_START]
    assert (begun.timestamp or 0) / 1000 - before >= GRACE, "it might still have come back"


async def test_a_user_cannot_claim(hire: Hire, room: Room) -> None:
    ann = await room.user(role="user")
    run = await ann.view.send("hello?")
    claim = Claim(run.input_event_id, "run-1", "invocation-1", "ann")
    await ann._line.publish({"name": wire.CLAIM, "data": claim.to_data()})
    await hire()
    assert await asyncio.wait_for(run.wait(), GRACE) == "complete"


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
