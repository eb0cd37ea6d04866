"""Who is here, what their tokens say of them, and when the last of them has left."""

from __future__ import annotations

import asyncio

from aitransport_notebook.session.presence import Member
from tests.support.company import Room
from tests.support.waiting import until


async def test_members_are_seen_with_what_their_tokens_say(room: Room) -> None:
    ann, bob = await room.user("ann"), await room.user("bob", role="operator")
    met: list[tuple[str, str]] = []
    ann.presence.on("enter", lambda who: met.append(("enter", who.client_id)))
    ann.presence.on("update", lambda who: met.append(("update", who.client_id)))
    ann.presence.on("leave", lambda who: met.append(("leave", who.client_id)))
    await bob.presence.enter({"role": "lead", "typing": False})
    await until(lambda: len(met) == 1)
    [seen] = ann.presence.others
    assert (seen.client_id, seen.role) == ("bob", "operator")
    assert seen.data == {"role": "lead", "typing": False}
    await bob.presence.enter({"typing": True})
    await until(lambda: len(met) == 2)
    assert ann.presence.others[0].data == {"typing": True}
    await bob.presence.leave()
    await until(lambda: len(met) == 3)
    assert met == [("enter", "bob"), ("update", "bob"), ("leave", "bob")]
    assert ann.presence.members == []


async def test_who_comes_late_sees_who_is_there(room: Room) -> None:
    await (await room.user("ann")).presence.enter({"status": "reading"})
    late = await room.user("late")
    await until(lambda: bool(late.presence.members))
    [ann] = late.presence.members
    assert (ann.client_id, ann.status, ann.is_agent) == ("ann", "reading", False)


async def test_an_agent_says_which_runs_it_is_at(room: Room) -> None:
    user, agent = await room.user(), await room.agent()

    def shown() -> Member:
        return next(who for who in user.presence.members if who.is_agent)

    await until(lambda: bool(user.presence.members))
    assert (shown().client_id, shown().role, shown().status) == ("ai", "agent", "idle")
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await until(lambda: shown().status == "working")
    assert shown().runs == {run.run_id}
    await run.end()
    await until(lambda: shown().status == "idle")
    assert shown().runs == frozenset()


async def test_an_agent_that_nobody_may_see_works_all_the_same(room: Room) -> None:
    user, agent = await room.user(), await room.agent(shows_itself=False)
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.end()
    await asked.wait()
    assert (asked.status, user.presence.members) == ("complete", [])


async def test_runs_are_cancelled_once_nobody_is_left_to_read(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    other = await room.user("bob")
    told = asyncio.Event()
    agent.when_abandoned(told.set, grace=0.1)
    agent.cancel_when_alone(grace=0.2)
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asyncio.sleep(0.5)
    assert not told.is_set(), "nobody has been here, so nobody has left"
    await user.presence.enter()
    await other.presence.enter()
    await until(lambda: len(agent.presence.others) == 2)
    await user.presence.leave()
    await until(lambda: len(agent.presence.others) == 1)
    await asyncio.sleep(0.5)
    assert not run.cancelled.is_set(), "one of them is still here"
    await other.presence.leave()
    await asyncio.wait_for(run.cancelled.wait(), 10)
    assert told.is_set()


async def test_who_comes_back_in_time_has_not_left(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    left = asyncio.Event()
    agent.when_abandoned(left.set, grace=30)
    end = agent.when_abandoned(left.set, grace=0.1)
    end()
    await user.presence.enter()
    await until(lambda: bool(agent.presence.others))
    await user.presence.leave()
    await until(lambda: not agent.presence.others)
    await user.presence.enter()
    await until(lambda: bool(agent.presence.others))
    [waits, ended] = agent._companies
    assert (waits.is_waiting, ended.is_waiting) == (False, False)
    assert not left.is_set()
