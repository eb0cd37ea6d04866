"""Agents of a test's own: one led by hand, one that works by itself; and servers of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from anyio.from_thread import BlockingPortal

from aitransport_notebook import AgentSession, UIMessageCodec, client
from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.session.agent.hooks import CancelRequest
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.connection import Connection
from tests.interop.chunks import Chunk, asks_approval, call, message, reply, text
from tests.support.web import serving

Grant = Callable[[CancelRequest], bool]
App = Callable[[Any, Any, Any], Awaitable[None]]


class Hand:
    """Begins, says and ends what the test wants it to, and nothing by itself."""

    def __init__(self, portal: BlockingPortal, session: AgentSession[Any]) -> None:
        self._portal = portal
        self._session = session

    def begin(self, asked: ClientRun, on_cancel: Grant | None = None) -> AgentRun:
        """Begin to answer something that was asked."""

        async def begin() -> AgentRun:
            run = self._session.create_run(asked.to_invocation(), on_cancel=on_cancel)
            await run.start()
            return run

        return self._portal.call(begin)

    def say(self, run: AgentRun, words: str, **metadata: str) -> None:
        start, *rest = reply(words, id=f"{run.run_id} {words}")
        self._portal.call(run.pipe, [{**start, "messageMetadata": metadata}, *rest])

    def ask(self, run: AgentRun, sizes: Sequence[int], then: str) -> None:
        """Ask whether it may make calls with so many arguments each, and say something."""
        asked: list[Chunk] = []
        for place, size in enumerate(sizes):
            arguments = {f"line {number}": "words" for number in range(size)}
            asked += call("write_down", f"call {place}", arguments)
            asked += asks_approval(f"call {place}", f"may {place}")
        self._portal.call(run.pipe, message(asked, text(then), id=f"{run.run_id} asks"))

    def end(self, run: AgentRun) -> None:
        self._portal.call(run.end)

    def suspend(self, run: AgentRun) -> None:
        self._portal.call(run.suspend)


@contextmanager
def at_hand(portal: BlockingPortal, connection: Connection, session: str) -> Iterator[Hand]:
    """An agent that is led by hand, in one session."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[AgentSession[Any]]:
        made = client(connection)
        async with AgentSession(made, session, UIMessageCodec()) as opened:
            yield opened
        await made.close()

    with portal.wrap_async_context_manager(opened()) as opened_session:
        yield Hand(portal, opened_session)


@contextmanager
def hired(
    portal: BlockingPortal, connection: Connection, session: str, answer: Answer
) -> Iterator[None]:
    """A worker, in one session."""

    @asynccontextmanager
    async def working() -> AsyncIterator[None]:
        async with Worker(session, answer=answer, connection=connection) as worker:
            work = asyncio.create_task(worker.run())
            await worker.ready()
            yield
            work.cancel()
            await asyncio.wait({work})

    with portal.wrap_async_context_manager(working()):
        yield


@contextmanager
def served(portal: BlockingPortal, application: Any) -> Iterator[str]:
    """An ASGI application as a server; gives its address."""
    with portal.wrap_async_context_manager(serving(application)) as url:
        yield url


def gives(token: str) -> App:
    """An application that gives everybody the same token."""

    async def give(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            head = [(b"content-type", b"application/jwt")]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": token.encode()})

    return give
