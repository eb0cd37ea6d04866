"""A user who talks with an agent of a framework, on a hub; and an operator who may come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from aitransport_notebook import AgentSession, ClientSession, Invocation, connect
from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.answering import Answering
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session.agent.steps import Source
from aitransport_notebook.session.client.run import ClientRun
from tests.support.company import UI_MESSAGES, Room


class Conversation:
    """What is said in it goes over the channel; the agent has a connection of its own."""

    def __init__(self, room: Room, user: ClientSession[Any], agent: Answering) -> None:
        self._room = room
        self._agent = agent
        self.user = user
        self.view = user.view

    async def ask(self, text: Any) -> ClientRun:
        """Say something, and have it answered."""
        return await self.go_on(self.view.send(text))

    async def go_on(self, said: Awaitable[ClientRun]) -> ClientRun:
        """Have what the user says answered, to its end or to where it waits for the user."""
        asked = await self.begin(said)
        await asked.wait()
        return asked

    async def begin(self, said: Awaitable[ClientRun]) -> ClientRun:
        asked = await said
        await self.take(asked.to_invocation())
        return asked

    async def take(self, invocation: Invocation) -> None:
        """Have the agent begin to answer what anybody has said."""
        await self._agent.take(invocation)

    @property
    def last(self) -> Any:
        """The message that the user sees last."""
        return self.view.messages[-1].message

    @property
    def last_id(self) -> str:
        return self.view.messages[-1].codec_message_id

    async def operator_answers(
        self, asked: ClientRun, said: Source, who: str = "jane-1", role: str | None = "operator"
    ) -> None:
        """Have a person of the team answer, as the console does."""
        client = self._room.connection(who, role)
        async with AgentSession(client, self._room.name, self.user.codec) as session:
            run = session.create_run(asked.to_invocation())
            await run.start()
            await run.pipe(said)
            await run.end()
        await asked.wait()


@asynccontextmanager
async def talking(
    room: Room, answer: Answer, codec: Codec[Any] = UI_MESSAGES
) -> AsyncIterator[Conversation]:
    """Give a conversation between a user and an agent."""
    hub = room.hub
    where = connect(
        key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id="ai", role="agent"
    )
    user = await room.user(codec=codec)
    async with Answering(answer, codec, connection=where, describe_error=str) as agent:
        yield Conversation(room, user, agent)
