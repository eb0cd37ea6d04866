"""What becomes of who waits in a session of this project: it is closed, or loses its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.channel.line import Moved
from tests.interop.chunks import reply
from tests.support.hub_process import HubProcess

CLOSED = 104004


@dataclass
class Room:
    user: ClientSession[Any]
    agent: AgentSession[Any]


@pytest.fixture
async def room(hub: HubProcess) -> AsyncIterator[Room]:
    """A user and an agent of this project, each with a connection of their own."""
    name = f"leaving:{uuid4()}"
    async with AsyncExitStack() as stack:
        connections = []
        for who in ("ann", "ai"):
            where = connect(key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id=who)
            connections.append(client(where))
            stack.push_async_callback(connections[-1].close)
        user = ClientSession(connections[0], name, UIMessageCodec())
        agent = AgentSession(connections[1], name, UIMessageCodec())
        yield Room(await stack.enter_async_context(user), await stack.enter_async_context(agent))


async def gives_up(waiting: Awaitable[object]) -> None:
    with pytest.raises(AITransportError) as caught:
        await asyncio.wait_for(waiting, 5)
    assert caught.value.code == CLOSED


async def test_who_waits_is_told_that_the_session_was_closed(room: Room) -> None:
    unanswered = await room.user.view.send("anyone?")
    asked = await room.user.view.send("hello")
    answer = room.agent.create_run(asked.to_invocation())
    await answer.start()
    await asked.started()
    steered, said = asyncio.Event(), asyncio.create_task(asked.wait())
    room.agent.tree.on("output", lambda _: steered.set())
    steer = await asked.steer("shorter")
    await steered.wait()
    await room.user.close()
    for waiting in (steer.outcome, said, unanswered.started(), unanswered.wait()):
        await gives_up(waiting)


async def test_an_agent_that_leaves_stops_what_it_says(room: Room) -> None:
    asked = await room.user.view.send("hello")
    answer = room.agent.create_run(asked.to_invocation())
    await answer.start()
    spoken = asyncio.Event()
    room.user.tree.on("output", lambda event: spoken.set() if event.run_id else None)

    async def endless() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "start"}
        await asyncio.Event().wait()

    piped = asyncio.create_task(answer.pipe(endless()))
    await spoken.wait()
    await room.agent.end()
    assert (await asyncio.wait_for(piped, 5)).reason == "cancelled"
    assert await asyncio.wait_for(asked.wait(), 5) == "cancelled"


async def test_what_was_missed_is_caught_up_with(room: Room, monkeypatch: Any) -> None:
    asked = await room.user.view.send("hello")
    said = asyncio.create_task(asked.wait())
    answer = room.agent.create_run(asked.to_invocation())
    line = room.user._line
    # As if the connection were lost, and its place on the channel with it.
    monkeypatch.setattr(line, "_hear", lambda message: None)
    await answer.start()
    await answer.pipe(reply("he", "llo"))
    await answer.end()
    monkeypatch.undo()
    assert room.user.view.runs == []
    room.user._moved(Moved("attached", resumed=False, reason=None))
    assert await asyncio.wait_for(said, 5) == "complete"
    assert asked.run_id == answer.run_id
    texts = [message.message["parts"][-1]["text"] for message in room.user.view.messages]
    assert texts == ["hello", "hello"]
