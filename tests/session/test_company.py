"""Whoever was cut off has not left, be it oneself, or all of them with the hub."""

from __future__ import annotations

import asyncio

import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec
from aitransport_notebook.session import health
from aitransport_notebook.session.agent import company
from tests.session.joining import Tokens, cuttable, over, plain_client
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

CODEC = UIMessageCodec()
GRACE = 0.3


async def test_an_agent_that_was_away_has_not_been_left(room: Room) -> None:
    user = await room.user()
    await user.presence.enter()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, AgentSession, room.name, "ai") as agent,
    ):
        left = asyncio.Event()
        agent.when_abandoned(left.set, grace=GRACE)
        await until(lambda: bool(agent.presence.others))
        await proxy.interrupt(4 * GRACE)
        await until(lambda: agent.line.is_live)
        await asyncio.sleep(4 * GRACE)
        assert not left.is_set()


async def test_who_came_back_while_the_agent_was_away_has_not_left(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company, "RETURN", 2 * GRACE)
    user = await room.user()
    await user.presence.enter()
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, AgentSession, room.name, "ai") as agent,
    ):
        left = asyncio.Event()
        agent.when_abandoned(left.set, grace=GRACE)
        await until(lambda: bool(agent.presence.others))
        await user.presence.leave()
        await until(lambda: not agent.presence.others)
        cutting = asyncio.create_task(proxy.interrupt(6 * GRACE))
        await until(lambda: not agent.line.is_live)
        await user.presence.enter()
        await cutting
        await until(lambda: agent.line.is_live)
        await asyncio.sleep(6 * GRACE)
        assert not left.is_set()
        # What counts still counts.
        await user.presence.leave()
        await asyncio.wait_for(left.wait(), 10)


async def test_a_hub_that_was_started_again_is_given_time(
    durable_hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows nobody at first: people come back as their clients try again, some after a while."""
    monkeypatch.setattr(company, "RETURN", 120.0)
    hub = durable_hub
    # Longer than a hub takes to start where the machine has much else to do.
    slow = plain_client(hub.port, Tokens(), disconnected_retry_timeout=8000)
    async with Room(hub) as room, ClientSession(slow, room.name, CODEC) as user:
        agent = await room.agent()
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        agent.cancel_when_alone(grace=GRACE)
        await user.presence.enter()
        await until(lambda: bool(agent.presence.others))
        await asyncio.to_thread(hub.kill)
        await asyncio.sleep(GRACE)
        await asyncio.to_thread(hub.start)
        await until(lambda: agent.line.is_live)
        assert not user._line.is_live, "it came back too soon for the test"
        await asyncio.sleep(3 * GRACE)
        assert not agent.presence.others
        assert not run.cancelled.is_set()
        await until(lambda: bool(agent.presence.others))
        await asyncio.sleep(3 * GRACE)
        assert not run.cancelled.is_set()
        monkeypatch.setattr(company, "RETURN", 0.0)
        await user.presence.leave()
        await asyncio.wait_for(run.cancelled.wait(), 15)
        await run.end("cancelled")
    await slow.close()


async def test_an_agent_that_takes_its_time_to_come_back_has_not_crashed(
    durable_hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "GRACE", 1.0)
    # However long it takes to start a hub, silence is no matter here.
    monkeypatch.setattr(health, "STALL", 120.0)
    hub = durable_hub
    slow = plain_client(hub.port, Tokens("ai"), disconnected_retry_timeout=6000)
    async with Room(hub) as room, AgentSession(slow, room.name, CODEC) as agent:
        user = await room.user()
        verdicts: list[str] = []
        user.health.on("change", lambda known: verdicts.append(known.verdict))
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        await until(lambda: any(who.runs for who in user.presence.members))
        await asyncio.to_thread(hub.kill)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(hub.start)
        await until(lambda: user._line.is_live)
        await until(lambda: not user.presence.members)
        away = asyncio.get_running_loop().time()
        await until(lambda: any(who.runs for who in user.presence.members))
        assert asyncio.get_running_loop().time() - away > health.GRACE, "it came back too soon"
        assert verdicts == ["working"]
        await run.end()
    await slow.close()
