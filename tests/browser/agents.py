"""Agents that say what a test has them say, piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from typing import Any

from anyio.from_thread import BlockingPortal

from aitransport_notebook import AgentSession, UIMessageCodec, client
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.connection import Connection

Chunk = dict[str, Any]
# Longer than this no stream takes to end, in seconds.
PATIENCE = 20.0


class Answer:
    """An answer that is being given."""

    def __init__(self, portal: BlockingPortal, run: AgentRun) -> None:
        self.run = run
        self._portal = portal
        self._said: asyncio.Queue[list[Chunk] | None] = asyncio.Queue()
        self._piping: Future[object] = portal.start_task_soon(run.pipe, self._chunks())

    @property
    def is_cancelled(self) -> bool:
        return self.run.cancelled.is_set()

    def say(self, *chunks: Chunk) -> None:
        self._portal.call(self._said.put_nowait, list(chunks))

    def end(self, reason: str = "complete") -> None:
        """End it, once all is said or it was cancelled."""
        self.stop()
        self._portal.call(self.run.end, reason)

    def stop(self) -> None:
        """Say no more."""
        self._portal.call(self._said.put_nowait, None)
        self._piping.result(PATIENCE)

    async def _chunks(self) -> AsyncIterator[Chunk]:
        while (chunks := await self._said.get()) is not None:
            for chunk in chunks:
                yield chunk


class Agent:
    """Somebody who answers in one session."""

    def __init__(self, portal: BlockingPortal, connection: Connection, session: str) -> None:
        self._portal = portal
        self._answers: list[Answer] = []
        portal.call(self._join, connection, session)

    def answer(self, asked: ClientRun) -> Answer:
        """Begin to answer."""
        answer = Answer(self._portal, self._portal.call(self._begin, asked))
        self._answers.append(answer)
        return answer

    def leave(self) -> None:
        for answer in self._answers:
            answer.stop()
        self._portal.call(self._session.close)
        self._portal.call(self._client.close)

    async def _join(self, connection: Connection, session: str) -> None:
        self._client = client(connection)
        self._session = AgentSession(self._client, session, UIMessageCodec())
        await self._session.connect()

    async def _begin(self, asked: ClientRun) -> AgentRun:
        run = self._session.create_run(asked.to_invocation())
        await run.start()
        return run
