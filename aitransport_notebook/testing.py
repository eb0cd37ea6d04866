"""For tests of one's own agents: a hub while the tests run, and sessions on it.

pytest has the fixtures `aitransport_hub` and `aitransport_session` once the package is installed.
What takes a while to import is imported when a test asks for it, as pytest reads this file at each
start.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from aitransport_notebook.agents.answer import Answer
    from aitransport_notebook.agents.worker import Worker
    from aitransport_notebook.codec.contract import Codec
    from aitransport_notebook.session.agent.session import AgentSession
    from aitransport_notebook.session.client.session import ClientSession
    from aitransport_notebook.session.connection import Connection

# A hub ends by itself so long after its tests were killed, in seconds.
FORGOTTEN = 600
# How long a hub may take to end, in seconds.
ENDING = 10


class HubProcess:
    """A hub as a process of its own, on a free port; `options` are those of the `hub` command."""

    def __init__(self, *options: str) -> None:
        self.options = options
        self.host, self.port, self.key = "127.0.0.1", 0, ""
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connection(self, client_id: str | None = None, *, role: str | None = None) -> Connection:
        """Return a connection to the hub, as `connect()` does; the default stays what it is."""
        from aitransport_notebook.session.connection import Connection

        return Connection(self.host, self.port, False, client_id, role, True, self.key)

    def session(self, name: str | None = None) -> HubSession:
        """Return a session on the hub: one that is there, or a new one."""
        return HubSession(self, name or f"test:{uuid4()}")

    def start(self) -> Self:
        """Run it, and wait until it is ready."""
        process = self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, text=True)
        ready = process.stdout.readline() if process.stdout is not None else ""
        if not ready:
            raise _not_ready(self.stop())
        announced = json.loads(ready)
        self.port, self.host, self.key = announced["port"], announced["host"], announced["key"]
        return self

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        return self.end(signal.SIGTERM)

    def command(self) -> list[str]:
        """Return what runs it, whatever stands in the current folder."""
        module = "aitransport_notebook.cli"
        return [sys.executable, "-P", "-m", module, "hub", "--port", str(self.port), *self.options]

    def end(self, how: int) -> int:
        """End it by a signal; returns its exit status."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(ENDING)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class HubSession:
    """One session on a hub, and ways into it: each has a connection of its own."""

    def __init__(self, hub: HubProcess, name: str) -> None:
        self.hub = hub
        self.name = name

    def connection(self, client_id: str | None = None, *, role: str | None = None) -> Connection:
        """Return a connection to the session's hub, for an agent that is to be tested."""
        return self.hub.connection(client_id, role=role)

    @asynccontextmanager
    async def user(
        self, client_id: str = "user", *, role: str | None = None, codec: Codec[Any] | None = None
    ) -> AsyncIterator[ClientSession[Any]]:
        """Let somebody in who asks.

        async with aitransport_session.user("ann") as session:
            run = await session.view.send("hello")
        """
        from aitransport_notebook.session.client.session import ClientSession

        async with (
            self._client(client_id, role) as client,
            ClientSession(client, self.name, codec or _usual_codec()) as session,
        ):
            yield session

    @asynccontextmanager
    async def agent(
        self, client_id: str = "agent", *, codec: Codec[Any] | None = None, **options: Any
    ) -> AsyncIterator[AgentSession[Any]]:
        """Let an agent in; `options` are those of `AgentSession`."""
        from aitransport_notebook.session.agent.session import AgentSession

        async with (
            self._client(client_id, "agent") as client,
            AgentSession(client, self.name, codec or _usual_codec(), **options) as session,
        ):
            yield session

    @asynccontextmanager
    async def answered_by(
        self,
        answer: Answer,
        client_id: str = "agent",
        *,
        codec: Codec[Any] | None = None,
        **options: Any,
    ) -> AsyncIterator[Worker]:
        """Have all that is asked answered; `options` are those of `Worker`."""
        import asyncio

        from aitransport_notebook.agents.worker import Worker

        where = self.connection(client_id, role="agent")
        async with Worker(
            self.name, answer=answer, codec=codec, connection=where, **options
        ) as worker:
            working = asyncio.create_task(worker.run())
            try:
                await worker.ready()
                yield worker
            finally:
                working.cancel()
                await asyncio.wait([working])

    @asynccontextmanager
    async def _client(self, client_id: str, role: str | None) -> AsyncIterator[Any]:
        from aitransport_notebook.session.channel.client import client

        made = client(self.connection(client_id, role=role))
        try:
            yield made
        finally:
            await made.close()


@pytest.fixture(scope="session")
def aitransport_hub() -> Iterator[HubProcess]:
    """A hub in memory, shared by all tests."""
    with HubProcess("--idle-end", str(FORGOTTEN)) as hub:
        yield hub


@pytest.fixture
def aitransport_session(aitransport_hub: HubProcess) -> HubSession:
    """A new session, which people and agents can join."""
    return aitransport_hub.session()


def _usual_codec() -> Codec[Any]:
    from aitransport_notebook.codec.uimessage import UIMessageCodec

    return UIMessageCodec()


def _not_ready(status: int) -> Exception:
    from aitransport_notebook.errors import HubError, how_to_install

    return HubError(
        f"the hub ended with status {status} before it was ready",
        hint=f"Read what it said, on stderr. It needs the hub: {how_to_install('hub')}.",
    )
