"""Sessions are there again soon after the hub is, and as long as there are tokens to be had."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec
from aitransport_notebook.session.agent.run import AgentRun
from tests.interop.chunks import begun, more, reply
from tests.session.joining import Tokens, plain_client
from tests.session.talking import texts
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

# What a session has, from the moment that a hub says it is ready, in seconds.
SOON = 3.0
# A client that was made by hand: as slow to try again as Ably's documentation has it, and faster.
RETRY: dict[str, Any] = {"disconnected_retry_timeout": 300, "suspended_retry_timeout": 300}


async def heard_by(user: ClientSession[Any], run: AgentRun, word: str) -> None:
    """Have an agent say a word, and wait until it is heard."""
    await run.pipe(reply(word, id=word))
    await until(lambda: texts(user.view.messages)[-1] == word)


async def test_both_sides_are_live_again_soon_after_a_hub_was_killed(
    durable_hub: HubProcess,
) -> None:
    hub = durable_hub
    async with Room(hub) as room:
        user, agent = await room.user(), await room.agent()
        errors: list[object] = []
        user.on("error", errors.append)
        agent.on("error", errors.append)
        asked = await user.view.send("Are you there?")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        await heard_by(user, run, "yes")
        took = []
        for number, down in enumerate((0.0, 0.5, 1.0, 2.0)):
            await asyncio.to_thread(hub.kill)
            await asyncio.sleep(down)
            await asyncio.to_thread(hub.start)
            ready = time.monotonic()
            await heard_by(user, run, f"still {number}")
            await asked.steer("more")
            await until(run.has_input)
            await heard_by(user, run, f"more {number}")
            took.append(time.monotonic() - ready)
        await run.end()
        assert await asked.wait() == "complete"
        assert max(took) < SOON, took
        assert errors == []


async def test_what_is_said_while_the_hub_is_away_waits_for_it(durable_hub: HubProcess) -> None:
    hub = durable_hub
    async with Room(hub) as room:
        user, agent = await room.user(), await room.agent()
        await asyncio.to_thread(hub.kill)
        await until(lambda: not user._line.is_live)
        sending = [asyncio.create_task(user.view.send(f"{n}")) for n in range(20)]
        await asyncio.sleep(1)
        assert not any(task.done() for task in sending)
        await asyncio.to_thread(hub.start)
        await asyncio.wait_for(asyncio.gather(*sending), 10)
        await until(lambda: len(agent.tree.records) == 20)
        assert [record.data for record in agent.tree.records] == [f"{n}" for n in range(20)]


@pytest.mark.parametrize("life", [2, 32], ids=["expired", "renewed in time"])
async def test_a_session_outlives_its_tokens(durable_hub: HubProcess, life: float) -> None:
    """The hub asks for another 30 s before the end; one that lives shorter is cut off by it."""
    hub, tokens = durable_hub, [Tokens("ann", life=life), Tokens("ai", life=life)]
    user_client, agent_client = (plain_client(hub.port, each, **RETRY) for each in tokens)
    codec, name = UIMessageCodec(), "room:tokens"
    async with (
        ClientSession(user_client, name, codec) as user,
        AgentSession(agent_client, name, codec) as agent,
    ):
        errors: list[object] = []
        user.on("error", errors.append)
        agent.on("error", errors.append)
        asked = await user.view.send("Count!")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        step = run.create_step("count")
        await step.start()
        numbers = [f"{number} " for number in range(250)]

        async def count() -> Any:
            for chunk in reply(*numbers):
                yield chunk
                await asyncio.sleep(0.025)

        piped = await step.pipe(count())
        assert piped.reason == "complete", piped
        await step.end()
        await run.end()
        assert await asyncio.wait_for(asked.wait(), 10) == "complete"
        assert texts(user.view.messages) == ["Count!", "".join(numbers)]
        assert min(each.given for each in tokens) >= (3 if life < 30 else 2)
        assert errors == []
    await user_client.close()
    await agent_client.close()


async def test_a_token_that_expired_while_the_hub_was_away_is_renewed_each_time(
    durable_hub: HubProcess,
) -> None:
    hub, tokens = durable_hub, Tokens(life=2)
    made = plain_client(hub.port, tokens, **RETRY)
    async with ClientSession(made, "room:away", UIMessageCodec()) as user:
        for number in range(2):
            await asyncio.to_thread(hub.kill)
            await asyncio.sleep(2.1)
            given = tokens.given
            await asyncio.to_thread(hub.start)
            ready = time.monotonic()
            await asyncio.wait_for(user.view.send(f"{number}"), 10)
            assert time.monotonic() - ready < SOON
            assert tokens.given > given
    await made.close()


async def test_a_client_that_was_made_by_hand_will_do(hub: HubProcess) -> None:
    """And one that was in use before, on the same channel."""
    user_client, agent_client = (plain_client(hub.port, Tokens(who)) for who in ("ann", "ai"))
    name, codec = "room:plain", UIMessageCodec()
    channel = user_client.channels.get(name)
    heard: list[str] = []
    await channel.subscribe(lambda message: heard.append(message.name))
    await channel.publish("mine", "first")
    async with (
        ClientSession(user_client, name, codec) as user,
        AgentSession(agent_client, name, codec) as agent,
    ):
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        await run.pipe([*begun("wel", id="t")[:2], *more("come", id="t")])
        await run.end()
        assert await asked.wait() == "complete"
        assert texts(user.view.messages) == ["hello", "welcome"]
    assert heard[:2] == ["mine", "ai-input"]
    await user_client.close()
    await agent_client.close()
