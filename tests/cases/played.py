"""Sessions of this project's own clients and agents on a hub, with the codecs that the official
SDK's recordings do not have.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aitransport_notebook import AgentSession, ClientSession, ResponsesCodec, TextCodec
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from tests.cases import items
from tests.cases.telling import Wire
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.raw_client import RawClient
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

Event = dict[str, Any]
# As they were delivered, and as history has them.
Recorded = tuple[list[Wire], list[Wire]]


class Stage:
    """A user and an agent in one session."""

    def __init__(self, user: ClientSession[Any], agent: AgentSession[Any]) -> None:
        self.user = user
        self.agent = agent
        self.view = user.view

    async def begun(self, asked: ClientRun) -> AgentRun:
        run = self.agent.create_run(asked.to_invocation())
        await run.start()
        return run

    async def answered(self, said: Awaitable[ClientRun], *pipes: list[Event]) -> ClientRun:
        """Have what the user says answered, by one message or several."""
        asked = await said
        run = await self.begun(asked)
        for events in pipes:
            await run.pipe(events)
        await run.end()
        await asked.wait()
        return asked

    async def suspended(self, said: Awaitable[ClientRun], events: list[Event]) -> str:
        """Have it answered as far as the user has to go on; returns the id of the message."""
        asked = await said
        run = await self.begun(asked)
        await run.pipe(events)
        await run.suspend()
        await asked.wait()
        return self.last

    async def cancelled(self, said: Awaitable[ClientRun], events: list[Event]) -> None:
        """Have it stopped before its stream is over."""
        asked = await said
        run = await self.begun(asked)

        async def until_cancelled() -> AsyncIterator[Event]:
            for event in events:
                yield event
            await run.cancelled.wait()

        piping = asyncio.create_task(run.pipe(until_cancelled()))
        await until(lambda: len(run.said) > 0)
        await asked.cancel()
        await piping
        await run.end("cancelled")
        await asked.wait()

    async def steered(self, said: Awaitable[ClientRun], *pipes: list[Event]) -> None:
        """Have the user say more after each message of the Run but the last."""
        asked = await said
        run = await self.begun(asked)
        for number, events in enumerate(pipes):
            await run.pipe(events)
            if number < len(pipes) - 1:
                await asked.steer(f"and then? ({number})")
        await run.end()
        await asked.wait()

    async def failed(self, said: Awaitable[ClientRun], events: list[Event]) -> None:
        asked = await said
        run = await self.begun(asked)
        await run.pipe(events)
        await run.end("error", RuntimeError("the model is away"))
        await asked.wait()

    @property
    def ids(self) -> list[str]:
        return [message.codec_message_id for message in self.view.messages]

    @property
    def last(self) -> str:
        return self.ids[-1]


async def responses(stage: Stage) -> None:
    """Say all that items can say: texts, refusals, thoughts, and calls in all of their ways."""
    view = stage.view
    said = [*items.thought("It is", " a sea."), *items.text("Look", " at it", number=1)]
    await stage.answered(view.send("What is this?"), said)
    await stage.answered(view.regenerate(stage.last), items.refusal("I would ", "rather not."))
    await stage.answered(view.edit(stage.ids[0], "What is that?"), items.text("A ship."))
    called = items.call("call-1", '{"place"', ': "here"}')
    asked = await stage.suspended(view.send("Whose is it?"), called)
    result = view.tool_result(asked, "call-1", "The captain's.")
    await stage.answered(result, items.text("It is the captain's."))
    asked = await stage.suspended(view.send("Buy it."), items.asking("call-2", '{"price": 1}'))
    approved = view.approve(asked, "call-2", reason="cheap", arguments={"price": 2})
    await stage.answered(approved, items.returned("call-2", "bought"), items.text("Done."))
    asked = await stage.suspended(view.send("Sink it."), items.asking("call-3", "{}"))
    await stage.answered(view.deny(asked, "call-3", reason="No!"), items.text("As you wish."))
    asked = await stage.suspended(view.send("Sail."), items.call("call-4", "not JSON"))
    await stage.answered(view.tool_error(asked, "call-4", "No wind."), items.text("We wait."))
    await stage.steered(view.send("Sing."), items.text("La"), items.text("li"), items.text("lu"))
    await stage.cancelled(view.send("Go on."), items.text("and on ", "and on ", ends=False))
    await stage.failed(view.send("Home?"), items.text("We are"))
    await view.send("Is anybody there?")


async def texts(stage: Stage) -> None:
    view = stage.view
    await stage.answered(view.send("hello"), words("Hel", "lo."))
    await stage.answered(view.regenerate(stage.last), words("Good morning."))
    await stage.answered(view.edit(stage.ids[0], "bye"), words("So", " soon?"))
    await stage.steered(view.send("sing"), words("la"), words("li"), words())
    await stage.cancelled(view.send("go on"), words("on and on", ends=False))
    await stage.failed(view.send("still there?"), words("ye"))


def words(*deltas: str, ends: bool = True) -> list[Event]:
    said = [{"type": "text-delta", "id": "1", "delta": delta} for delta in deltas]
    end = [{"type": "text-end", "id": "1"}] if ends else []
    return [{"type": "text-start", "id": "1"}, *said, *end]


PLAYS: dict[str, tuple[str, Any, Callable[[Stage], Awaitable[None]]]] = {
    "played-responses": ("responses", ResponsesCodec(), responses),
    "played-text": ("text", TextCodec(), texts),
}


async def play(name: str, hub: HubProcess) -> Recorded:
    """Play a session; returns what somebody heard who was there all the time, and its history."""
    _, codec, act = PLAYS[name]
    heard: list[Wire] = []

    def hear(frame: Wire) -> None:
        heard.extend({"timestamp": frame.get("timestamp"), **one} for one in frame["messages"])

    async with RawClient(hub.url, hub.key) as listener, Room(hub) as room:
        listener.attach(room.name, hear)
        await listener.channels[room.name].attached.wait()
        user, agent = await room.user(codec=codec), await room.agent(codec=codec)
        await act(Stage(user, agent))
        async with RawRest(hub.url, hub.key) as rest:
            history = await rest.history(room.name)
        await until(lambda: bool(heard) and heard[-1]["serial"] == history[-1]["serial"])
    return heard, history
