"""Those who talk in a session that a browser shows: customers, and the demo agent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from anyio.from_thread import BlockingPortal

from aitransport_notebook import ClientSession, UIMessageCodec, client
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.connection import Connection
from tests.browser.agents import Agent
from tests.interop.drivers import Where
from tests.support.ready import read_line

# A codec holds no state.
UI_MESSAGES = UIMessageCodec()


class Demo:
    """The demo agent as the command runs it, in sessions of the hub of a home folder."""

    def __init__(self, home: Path, *sessions: str) -> None:
        self._home, self._sessions = home, sessions
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aitransport_notebook.cli", "agent", *self._sessions],
            env={**os.environ, "AITRANSPORT_HOME": str(self._home)},
            stdout=subprocess.PIPE,
            text=True,
        )
        read_line(self._process)
        return self

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=10)
        finally:
            self._process.kill()


class Customer:
    """Somebody who asks, in one session."""

    def __init__(self, portal: BlockingPortal, session: ClientSession[Any], client: Any) -> None:
        self._portal = portal
        self.session = session
        self._client = client

    def say(self, text: str) -> ClientRun:
        """Say something; returns the Run that answers it, once it has begun."""
        return self._portal.call(self._say, text)

    def asks(self, text: str) -> ClientRun:
        """Say something, whether anybody answers or not."""
        run: ClientRun = self._portal.call(self.session.view.send, text)
        return run

    def ask(self, text: str) -> ClientRun:
        """Say something, and wait until it is answered."""
        run = self.say(text)
        self._portal.call(run.wait)
        return run

    def texts(self) -> list[str]:
        """Return the text of each message on view."""
        return self._portal.call(self._texts)

    def wait(self, run: ClientRun) -> str:
        """Wait until a Run is over; returns how it ended."""
        return self._portal.call(run.wait)

    def do(self, what: Any, *arguments: Any) -> Any:
        """Have something done in the loop of the session."""
        return self._portal.call(what, *arguments)

    def leave(self) -> None:
        self._portal.call(self.session.close)
        self._portal.call(self._client.close)

    async def _say(self, text: str) -> ClientRun:
        run = await self.session.view.send(text)
        await run.started()
        return run

    async def _texts(self) -> list[str]:
        return [
            "\n\n".join(part["text"] for part in message.message["parts"] if "text" in part)
            for message in self.session.view.messages
        ]


class People:
    """Everyone whom a test has let in, on one hub."""

    def __init__(self, hub: Where, portal: BlockingPortal) -> None:
        self._hub, self._portal = hub, portal
        self._customers: list[Customer] = []
        self._agents: list[Agent] = []

    def connection(self, client_id: str, role: str | None) -> Connection:
        hub = self._hub
        return Connection(hub.host, hub.port, False, client_id, role, True, hub.key)

    def customer(
        self,
        session: str,
        client_id: str = "ann",
        role: str | None = "user",
        codec: Codec[Any] = UI_MESSAGES,
    ) -> Customer:
        return self.let_in(session, self.connection(client_id, role), codec)

    def let_in(
        self, session: str, connection: Connection, codec: Codec[Any] = UI_MESSAGES
    ) -> Customer:
        """Have somebody join with a connection of their own."""
        customer: Customer = self._portal.call(self._join, session, connection, codec)
        self._customers.append(customer)
        return customer

    def agent(self, session: str, client_id: str) -> Agent:
        agent = Agent(self._portal, self.connection(client_id, "agent"), session)
        self._agents.append(agent)
        return agent

    def history(self, session: str) -> list[str]:
        """Return the text of each message that one sees who comes now and reads everything."""
        late = self.customer(session, "late")
        late.do(self._read_all, late.session)
        return late.texts()

    def leave(self) -> None:
        for agent in self._agents:
            agent.leave()
        for customer in self._customers:
            customer.leave()

    async def _read_all(self, session: ClientSession[Any]) -> None:
        while session.view.has_older:
            await session.view.load_older(1000)

    async def _join(self, name: str, connection: Connection, codec: Codec[Any]) -> Customer:
        made = client(connection)
        session = ClientSession(made, name, codec)
        await session.connect()
        return Customer(self._portal, session, made)
