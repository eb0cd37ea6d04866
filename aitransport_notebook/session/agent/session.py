"""The side of a session that answers: agents."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from math import inf
from typing import Any, TypeVar

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.cancels import cancelled_by
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.owners import first_asked_by
from aitransport_notebook.session.agent.cancelling import Cancels
from aitransport_notebook.session.agent.company import Company
from aitransport_notebook.session.agent.hooks import Answer, CancelRequest, Hooks
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import Write
from aitransport_notebook.session.base import Session
from aitransport_notebook.session.channel.line import PAGE, Line, Wire
from aitransport_notebook.session.channel.together import IDLE, RUNS, STATUS, WORKING
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record

P = TypeVar("P")
# How soon to try again to be seen, in seconds.
SHOW_AGAIN = 2.0
NOT_ALLOWED = 40160
# How long a person may be away, in seconds, before it counts: pages are reloaded, trains go by.
ABSENCE = 15.0
_LOG = logging.getLogger("aitransport_notebook")


class AgentSession(Session[P]):
    """A session as an agent has it."""

    def __init__(
        self,
        client: Any,
        name: str,
        codec: Codec[P],
        *,
        shows_itself: bool = True,
        page_size: int = PAGE,
        modes: Sequence[str] = (),
    ) -> None:
        super().__init__(client, name, codec, page_size=page_size, modes=modes)
        self._runs: list[AgentRun] = []
        self._cancels = Cancels(self.tree, self._line, partial(self._emitter.emit, "error"))
        # Whether it is a member that says which Runs it is at; without it no one sees it die.
        self._shows_itself = shows_itself
        self._shown: dict[str, Any] | None = None
        self._showing = asyncio.Lock()
        self._hidden = False
        self._companies: list[Company] = []

    @property
    def line(self) -> Line:
        return self._line

    def create_run(
        self,
        invocation: Invocation,
        *,
        run_id: str | None = None,
        invocation_id: str | None = None,
        on_cancel: Callable[[CancelRequest], Answer] | None = None,
        on_cancelled: Callable[[Write], Awaitable[None]] | None = None,
        on_steer: Callable[[], None] | None = None,
    ) -> AgentRun:
        """Make a Run that answers an input; `start` begins it."""
        self._refuse_if_closed("create a run")
        hooks = Hooks(on_cancel, on_cancelled, on_steer)
        return self._add(
            AgentRun(self, invocation, hooks, run_id=run_id, invocation_id=invocation_id)
        )

    def adopt_run(
        self,
        invocation: Invocation,
        *,
        run_id: str,
        invocation_id: str,
        on_cancel: Callable[[CancelRequest], Answer] | None = None,
        on_cancelled: Callable[[Write], Awaitable[None]] | None = None,
        on_steer: Callable[[], None] | None = None,
    ) -> AgentRun:
        """Take over a Run that another process has begun; `load` makes it ours."""
        self._refuse_if_closed("adopt a run")
        hooks = Hooks(on_cancel, on_cancelled, on_steer)
        run = AgentRun(
            self, invocation, hooks, run_id=run_id, invocation_id=invocation_id, adopts=True
        )
        return self._add(run)

    def when_abandoned(
        self, callback: Callable[[], None], grace: float = ABSENCE
    ) -> Callable[[], None]:
        """Be told once the last person has left and stayed away so long; returns what ends it.

        A person is a member of the session's presence that is no agent.
        """
        if not 0 <= grace < inf:
            raise error_for(
                40003, f"the grace {grace!r:.40} is no time", hint="Give seconds, 0 or more."
            )
        if inspect.iscoroutinefunction(callback):
            raise error_for(
                40003, "the callback would have to be awaited", hint="Give a plain function."
            )
        company = Company(self.presence, grace, callback)
        self._companies.append(company)
        return company.end

    def cancel_when_alone(self, grace: float = ABSENCE) -> Callable[[], None]:
        """Stop all Runs once nobody is left to read them; returns what ends it."""

        def stop() -> None:
            for run in self._runs:
                run.cancelled.set()

        return self.when_abandoned(stop, grace)

    async def connect(self) -> None:
        await super().connect()
        await self._show()

    async def end(self) -> None:
        """End the open Runs as cancelled, and leave."""
        for run in list(self._runs):
            if run.is_open:
                try:
                    await run.end("cancelled")
                except AITransportError as error:
                    self._emitter.emit("error", error)
                # Whoever still speaks for it stops.
                run.cancelled.set()
        await self.close()

    async def close(self) -> None:
        """Leave, with the Runs as they are: another process may adopt them."""
        for run in list(self._runs):
            run.close(error_for(104004, "the session was closed"))
        self._runs.clear()
        for company in self._companies:
            company.end()
        await super().close()

    def located(self, run: AgentRun) -> None:
        early = self._cancels.early_for(run)
        if early is not None:
            self._spawn(self._cancels.decide(run, early))
        if self._line.state == "attached":
            self._spawn(self._show())

    def release(self, run: AgentRun) -> None:
        run.forget()
        if run in self._runs:
            self._runs.remove(run)
            if not self._closed:
                self._spawn(self._show())

    def _add(self, run: AgentRun) -> AgentRun:
        self._runs.append(run)
        for company in self._companies:
            company.renew()
        return run

    async def _show(self) -> None:
        """Say in presence which Runs it is at."""
        if not self._shows_itself:
            return
        async with self._showing:
            runs = [run.run_id for run in self._runs if run.is_located]
            shown = {STATUS: WORKING if runs else IDLE, RUNS: runs}
            if shown == self._shown:
                return
            try:
                await self.presence.enter(shown)
                self._shown, self._hidden = shown, False
            except AITransportError as error:
                self._shown = None
                # It works all the same, but no one can tell its silence from its death.
                self._shows_itself = error.code != NOT_ALLOWED
                if not self._hidden:
                    _LOG.warning("nobody sees this agent on %s: %s", self.name, error)
                self._hidden = True
                self._spawn(self._show_later())

    async def _show_later(self) -> None:
        await asyncio.sleep(SHOW_AGAIN)
        await self._show()

    def _heard(self, message: Wire) -> None:
        super()._heard(message)
        if message["name"] == wire.AI_CANCEL:
            cancel = Record(Inbound(message))
            run = self._cancels.run_for(cancel, self._runs)
            if run is not None:
                self._spawn(self._cancels.decide(run, cancel))

    async def recall_cancels(self, run: AgentRun) -> None:
        """Have those cancels decided on that asked for the end of a Run while nobody was at it.

        The JavaScript SDK ignores them; an agent that comes late on purpose should not.
        """
        await self._cancels.recall(run)

    async def cancelled_by(self, cancel: Record) -> str | None:
        """Return the Run whose end a cancel asks for, with its beginning loaded."""
        while True:
            run_id = cancelled_by(self.tree.records, cancel)
            if run_id is not None and first_asked_by(self.tree, run_id) is not None:
                return run_id
            if not self.has_older or not await self.load_page():
                return run_id

    async def end_suspended(
        self,
        run_id: str,
        cancel: Record,
        *,
        invocation_id: str | None = None,
        on_cancel: Callable[[CancelRequest], Answer] | None = None,
    ) -> None:
        """End a Run that is suspended, as a cancel asks, unless that is refused.

        One that goes on meanwhile hears of the cancel from `recall_cancels`.
        """
        await self._cancels.end_suspended(run_id, cancel, invocation_id, on_cancel)
