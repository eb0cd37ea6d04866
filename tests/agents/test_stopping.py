"""A Run that waits for a person is stopped: nobody is at it, and it ends all the same."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from aitransport_notebook import CancelRequest, ClientSession
from aitransport_notebook.runs.claims import Claim
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.wire import names as wire
from tests.agents.crew import LIMIT, Hire, counted
from tests.agents.door import Open
from tests.agents.shop import Shop, approves
from tests.support.company import Room
from tests.support.waiting import until


async def asks(ann: ClientSession[Any]) -> ClientRun:
    """Ask for something that takes an approval."""
    run = await ann.view.send("buy it")
    assert await asyncio.wait_for(run.wait(), LIMIT) == "suspended"
    return run


def is_cancelled(run: ClientRun) -> bool:
    return run.status == "cancelled"


def cancels(session: ClientSession[Any]) -> list[str]:
    return [
        record.transport[wire.EVENT_ID]
        for record in session.tree.records
        if record.name == wire.AI_CANCEL
    ]


def turns(session: ClientSession[Any]) -> tuple[int, int]:
    return counted(session, wire.RUN_RESUME), counted(session, wire.RUN_END)


async def test_it_ends_at_once_and_what_is_decided_later_changes_nothing(
    hire: Hire, room: Room
) -> None:
    shop, requests = Shop(), list[CancelRequest]()

    def grant(request: CancelRequest) -> bool:
        requests.append(request)
        return True

    for who in ("w1", "w2", "w3"):
        await hire(shop.answer, who=who, on_cancel=grant)
    ann = await room.user()
    run = await asks(ann)
    await run.cancel()
    await until(lambda: run.status == "cancelled")
    await approves(ann)
    # One who comes later sees the same.
    bob = await room.user("bob")
    await bob.load_page()
    assert [(one.run_id, one.status) for one in bob.view.runs] == [(run.run_id, "cancelled")]
    assert (turns(ann), shop.bought) == ((0, 1), [])
    asked = [(one.run_id, one.client_id, one.asked_by) for one in requests]
    assert asked == [(run.run_id, "ann", "ann")]


async def test_it_waits_on_while_that_is_refused(hire: Hire, room: Room) -> None:
    shop, refused = Shop(), list[CancelRefused]()
    await hire(shop.answer, on_cancel=lambda request: request.role == "operator")
    ann, olga = await room.user(), await room.user("olga", "operator")
    ann.on("cancel-refused", refused.append)
    run = await asks(ann)
    await run.cancel()
    await until(lambda: len(refused) == 1)
    await run.cancel()
    await until(lambda: len(refused) == 2)
    assert run.status == "suspended"
    await olga.cancel(run_id=run.run_id)
    await until(lambda: run.status == "cancelled")
    assert len(refused) == 2
    again = await asks(ann)
    await again.cancel()
    await until(lambda: len(refused) == 3)
    await ann.view.approve(ann.view.messages[-1].codec_message_id, "c1")
    await until(lambda: again.status == "complete")
    assert shop.bought == [""]


async def test_a_hook_that_fails_refuses(hire: Hire, room: Room) -> None:
    def fail(request: CancelRequest) -> bool:
        raise LookupError("nobody knows")

    refused = list[CancelRefused]()
    await hire(Shop().answer, on_cancel=fail)
    ann = await room.user()
    ann.on("cancel-refused", refused.append)
    run = await asks(ann)
    await run.cancel()
    await until(lambda: len(refused) == 1)
    assert run.status == "suspended"


async def test_an_agent_that_comes_late_ends_what_was_stopped_before(
    hire: Hire, room: Room
) -> None:
    shop, first = Shop(), await hire(Shop().answer, who="w1")
    ann = await room.user()
    run = await asks(ann)
    await first.close()
    await run.cancel()
    await until(lambda: len(cancels(ann)) == 1)
    assert run.status == "suspended"
    await hire(shop.answer, who="w2")
    await until(lambda: run.status == "cancelled")
    assert turns(ann) == (0, 1)


async def test_whoever_took_it_on_and_is_gone_is_relieved(hire: Hire, room: Room) -> None:
    first = await hire(Shop().answer, who="w1")
    ann, gone = await room.user(), await room.agent("gone")
    run = await asks(ann)
    await first.close()
    await run.cancel()
    await until(lambda: len(cancels(ann)) == 1)
    claim = Claim(cancels(ann)[0], run.run_id, "invocation-1", "gone")
    await gone.line.publish({"name": wire.CLAIM, "data": claim.to_data()})
    await gone.close()
    await hire(Shop().answer, who="w2")
    await until(lambda: run.status == "cancelled", LIMIT)
    [end] = [record for record in ann.tree.records if record.name == wire.RUN_END]
    assert end.transport[wire.INVOCATION_ID] == "invocation-1"


async def test_who_decides_at_the_same_time_has_nothing_done(hire: Hire, room: Room) -> None:
    shop = Shop()
    for who in ("w1", "w2"):
        await hire(shop.answer, who=who)
    ann, bob = await room.user(), await room.user("bob")
    # Whichever comes first: a Run that goes on for an approval is told of the cancel.
    for _ in range(5):
        run = await asks(ann)
        await asyncio.gather(run.cancel(), approves(bob, run.run_id))
        await until(partial(is_cancelled, run))
    assert shop.bought == []


async def test_an_agent_behind_http_is_woken_for_it(room: Room, open_door: Open) -> None:
    shop = Shop()
    door, ann = await open_door(shop.answer), await room.user()
    run = await ann.view.send("buy it")
    assert (await door.invoke(run.to_invocation())).status_code == 200
    assert await asyncio.wait_for(run.wait(), LIMIT) == "suspended"
    await run.cancel()
    await until(lambda: len(cancels(ann)) == 1)
    woken = {"inputEventId": cancels(ann)[0], "sessionName": room.name}
    told = [await door.post(woken), await door.post(woken)]
    assert [answer.status_code for answer in told] == [200, 200]
    assert told[0].json()["runId"] == run.run_id and told[0].json() == told[1].json()
    await until(lambda: run.status == "cancelled")
    late = await door.invoke(await approves(ann))
    assert late.json()["runId"] == run.run_id
    assert (turns(ann), shop.bought) == ((0, 1), [])


async def test_a_run_at_work_ends_by_itself_whoever_is_woken(room: Room, open_door: Open) -> None:
    shop = Shop()
    shop.told.clear()
    door, ann = await open_door(shop.answer), await room.user()
    run = await ann.view.send("buy it")
    await door.invoke(run.to_invocation())
    assert await asyncio.wait_for(run.wait(), LIMIT) == "suspended"
    await door.invoke(await approves(ann))
    await until(lambda: shop.bought == [""])
    await run.cancel()
    await until(lambda: len(cancels(ann)) == 1)
    woken = await door.post({"inputEventId": cancels(ann)[0], "sessionName": room.name})
    assert woken.status_code == 200
    await until(lambda: run.status == "cancelled")
    assert turns(ann) == (1, 1)
