"""The side of a session that answers: agents."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from math import inf
from typing import Any, TypeVar
from uuid import uuid4

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.cancels import cancelled_by, cancels_in
from aitransport_notebook.runs.headers import Trigger
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.owners import first_asked_by
from aitransport_notebook.session.agent.company import Company
from aitransport_notebook.session.agent.hooks import Answer, CancelRequest, Hooks
from aitransport_notebook.session.agent.locating import shown
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import Write
from aitransport_notebook.session.base import Session
from aitransport_notebook.session.channel.line import PAGE, Line, Wire, ai_message
from aitransport_notebook.session.channel.together import IDLE, RUNS, STATUS, WORKING
from aitransport_notebook.tree.nodes import SUSPENDED
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record

P = TypeVar("P")
# Cancels that are kept for a Run which is still to come.
MOST_EARLY = 200
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
        self._early: dict[str, Record] = {}
        # Whether it is a member that says which Runs it is at; without it no one sees it die.
        self._shows_itself = shows_itself
        self._shown: dict[str, Any] | None = None
        self._showing = asyncio.Lock()
        self._hidden = False
        # The cancels that were decided on here.
        self._decided: set[str] = set()
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
        early = self._early.pop(run.trigger.message_id or "", None)
        if early is not None:
            self._spawn(self._decide(run, early))
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
            self._route(Record(Inbound(message)))

    async def recall_cancels(self, run: AgentRun) -> None:
        """Have those cancels decided on that asked for the end of a Run while nobody was at it.

        The JavaScript SDK ignores them; an agent that comes late on purpose should not.
        """
        early = cancels_in(self.tree.records).get(run.run_id, [])
        for record in [*early, *self._cancels_of_trigger(run)]:
            if record.serial not in self._decided:
                await self._decide(run, record)

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
        request = CancelRequest.of(cancel, run_id, self.tree)
        granted = await self._grant(cancel, run_id, Hooks(on_cancel).grant(request))
        run = self.tree.run(run_id)
        if not granted or run is None or run.status != SUSPENDED:
            return
        asked = Trigger(run_client_id=run.client_id, client_id=cancel.client_id)
        told = headers.of_run(run_id, invocation_id or str(uuid4()), asked, reason="cancelled")
        for serial in await self._line.publish(ai_message(wire.RUN_END, told)):
            if serial is not None:
                await shown(self.tree, serial)

    def _cancels_of_trigger(self, run: AgentRun) -> list[Record]:
        """Return the cancels that name what a Run answers, which others may have answered too."""
        asked = run.trigger.message_id
        return [
            record
            for record in self.tree.records
            if record.name == wire.AI_CANCEL
            and record.run_id is None
            and record.transport.get(wire.INPUT_MESSAGE_ID) == asked
            and record.serial > run.asked_at
        ]

    def _decide(self, run: AgentRun, record: Record) -> Coroutine[Any, Any, None]:
        self._decided.add(record.serial)
        return self._cancel(run, record)

    def _route(self, record: Record) -> None:
        run_id, input_id = record.run_id, record.transport.get(wire.INPUT_MESSAGE_ID)
        for run in self._runs if run_id or input_id else ():
            if run.is_left:
                continue
            if run.run_id == run_id or (run_id is None and run.trigger.message_id == input_id):
                self._spawn(self._decide(run, record))
                return
        if input_id is not None:
            self._early[input_id] = record
            if len(self._early) > MOST_EARLY:
                del self._early[next(iter(self._early))]

    async def _cancel(self, run: AgentRun, record: Record) -> None:
        await self._grant(record, run.run_id, run.request_cancel(record))

    async def _grant(self, record: Record, run_id: str, asking: Awaitable[bool]) -> bool:
        """Ask whether a cancel is granted, and tell where it is not."""
        try:
            granted = await asking
        except Exception as error:
            told = error_for(104002, f"on_cancel of the run {run_id} raised: {error}")
            self._emitter.emit("error", told)
            granted = False
        if not granted:
            data = {"v": 1, "runId": run_id, "cancel": record.serial}
            await self._line.publish({"name": wire.CANCEL_REFUSED, "data": data})
        return granted
