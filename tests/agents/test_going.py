"""What is said to a Run by several people, each of whom has the agent woken: it goes on once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aitransport_notebook import ClientSession, Invocation
from aitransport_notebook.errors import error_for
from aitransport_notebook.runs.steers import is_steer
from aitransport_notebook.session.channel.line import Line
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.wire import names as wire
from tests.agents.crew import LIMIT, counted
from tests.agents.door import Door, Open
from tests.agents.shop import Shop, approves
from tests.support.company import Room
from tests.support.waiting import until


async def asks(door: Door, ann: ClientSession[Any], until_it_waits: bool = True) -> ClientRun:
    """Ask for something that takes an approval."""
    run = await ann.view.send("buy it")
    assert (await door.invoke(run.to_invocation())).status_code == 200
    if until_it_waits:
        assert await asyncio.wait_for(run.wait(), LIMIT) == "suspended"
    await until(lambda: ann.codec.waits([message.message for message in ann.view.messages]))
    return run


async def invoked(door: Door, *invocations: Invocation) -> list[Any]:
    """Have the agent woken for all of these at once, and return what the callers are told."""
    answers = await asyncio.gather(*(door.invoke(one) for one in invocations))
    assert [answer.status_code for answer in answers] == [200] * len(invocations)
    return [answer.json() for answer in answers]


def turns(session: ClientSession[Any]) -> tuple[int, int]:
    return counted(session, wire.RUN_RESUME), counted(session, wire.RUN_END)


async def test_two_decisions_have_the_run_go_on_once(room: Room, open_door: Open) -> None:
    shop = Shop()
    door, ann, bob = await open_door(shop.answer), await room.user(), await room.user("bob")
    run = await asks(door, ann)
    decisions = [await approves(session) for session in (ann, bob)]
    told = await invoked(door, *decisions, *decisions)
    assert told == [told[0]] * 4
    assert told[0]["runId"] == run.run_id
    await until(lambda: run.status == "complete")
    assert await invoked(door, *decisions) == told[:2]
    assert (turns(ann), shop.bought) == ((1, 1), [""])


async def test_a_decision_that_comes_when_the_run_goes_on_changes_nothing(
    room: Room, open_door: Open
) -> None:
    shop = Shop()
    shop.told.clear()
    door, ann, bob = await open_door(shop.answer), await room.user(), await room.user("bob")
    run = await asks(door, ann)
    [first] = await invoked(door, await approves(ann))
    await until(lambda: shop.bought == [""])
    late = await approves(bob)
    # The one who asks does not wait for the end.
    assert await invoked(door, late) == [first]
    shop.told.set()
    await until(lambda: run.status == "complete")
    later = await approves(bob)
    assert await invoked(door, late, later) == [first, first]
    assert (turns(ann), shop.bought) == ((1, 1), [""])


async def test_a_decision_that_comes_before_the_run_waits_is_gone_on_with(
    room: Room, open_door: Open
) -> None:
    shop = Shop()
    shop.asked.clear()
    door, ann, bob = await open_door(shop.answer), await room.user(), await room.user("bob")
    run = await asks(door, ann, until_it_waits=False)
    decisions = [await approves(session) for session in (ann, bob)]
    await invoked(door, *decisions)
    assert turns(ann) == (0, 0)
    shop.asked.set()
    await until(lambda: run.status == "complete")
    # The agent that is at the Run hears them, as it does words.
    assert (turns(ann), shop.bought) == ((0, 1), [""])


async def test_words_to_a_run_at_work_are_heard_there(room: Room, open_door: Open) -> None:
    shop = Shop()
    shop.told.clear()
    door, ann = await open_door(shop.answer), await room.user()
    run = await asks(door, ann)
    [first] = await invoked(door, await approves(ann))
    await until(lambda: shop.bought == [""])
    await run.steer("two of them")
    await until(lambda: any(is_steer(record) for record in ann.tree.records if record.run_id))
    [steer] = [record for record in ann.tree.records if record.run_id and is_steer(record)]
    assert await invoked(door, Invocation(steer.transport[wire.EVENT_ID], room.name)) == [first]
    shop.told.set()
    await until(lambda: run.status == "complete")
    assert (turns(ann), shop.bought) == ((1, 1), ["", "two of them"])


async def test_where_one_could_not_be_gone_on_with_the_other_is(
    room: Room, open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Line.publish
    failed: list[str] = []

    async def fail_once(line: Line, *messages: Any) -> Any:
        if messages[0]["name"] == wire.RUN_RESUME and not failed:
            failed.append(wire.RUN_RESUME)
            raise error_for(50003, "the server is busy")
        return await publish(line, *messages)

    shop = Shop()
    door, ann, bob = await open_door(shop.answer), await room.user(), await room.user("bob")
    run = await asks(door, ann)
    decisions = [await approves(session) for session in (ann, bob)]
    monkeypatch.setattr(Line, "publish", fail_once)
    answers = await asyncio.gather(*(door.invoke(one) for one in decisions))
    assert sorted(answer.status_code for answer in answers) == [200, 502]
    await until(lambda: run.status == "complete")
    assert (turns(ann), shop.bought) == ((1, 1), [""])
