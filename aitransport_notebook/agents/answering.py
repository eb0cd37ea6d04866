"""From an invocation to the end of its Run: what endpoints and workers have in common."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from aitransport_notebook.agents.answer import Answer, check_agent, outputs_of, unreadable
from aitransport_notebook.agents.going import Begun, Going, Job
from aitransport_notebook.agents.sessions import Sessions
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.errors import AITransportError, ErrorCode, SessionError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.session.agent.hooks import Answer as Granted
from aitransport_notebook.session.agent.hooks import CancelRequest
from aitransport_notebook.session.agent.locating import Locating, not_found
from aitransport_notebook.session.agent.run import PATIENCE, AgentRun
from aitransport_notebook.session.agent.session import AgentSession
from aitransport_notebook.session.agent.steps import Piped
from aitransport_notebook.session.closing import Closing
from aitransport_notebook.session.connection import Connection
from aitransport_notebook.tree.nodes import ACTIVE
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

# How many answered inputs are remembered: callers ask twice when a reply gets lost.
REMEMBERED = 1000
# How long open Runs may take to say that they were stopped, in seconds.
LAST_WORDS = 5.0
_LOG = logging.getLogger("aitransport_notebook")


class Answering(Closing):
    """Answers inputs with a function of one's own.

    `answer(run)` yields the codec's outputs. It is called once for the input, and again when more
    is said to the Run while it works. `run.messages` is what the model is to be given.
    """

    def __init__(
        self,
        answer: Answer,
        codec: Codec[Any] | None = None,
        *,
        connection: Connection | None = None,
        on_cancel: Callable[[CancelRequest], Granted] | None = None,
        cancel_when_alone: float | None = None,
        patience: float = PATIENCE,
        describe_error: Callable[[Exception], str] | None = None,
    ) -> None:
        check_agent(answer, codec, connection)
        self.codec: Codec[Any] = codec or UIMessageCodec()
        self._answer = answer
        self._on_cancel = on_cancel
        self._alone = cancel_when_alone
        self._patience = patience
        self._describe = describe_error
        self._sessions = Sessions(self.codec, connection, self._opened)
        self._jobs: OrderedDict[Invocation, Job] = OrderedDict()
        self._going = Going()
        self._closed = False

    async def take(
        self, invocation: Invocation, *, run_id: str | None = None, invocation_id: str | None = None
    ) -> Begun:
        """Begin to answer an input, and return; the Run goes on by itself.

        The same input is answered once, however often it is asked for. With the ids of a Run that
        has begun and not ended, that Run is taken over.
        """
        if self._closed:
            raise _closed()
        job = self._jobs.get(invocation)
        over = run_id is not None and job is not None and not job.is_open
        if job is None or job.failed or over:
            job = self._jobs[invocation] = Job()
            job.task = asyncio.ensure_future(self._do(job, invocation, run_id, invocation_id))
            self._forget()
        return await asyncio.shield(job.begun)

    def is_at(self, invocation: Invocation) -> bool:
        """Whether an input is being answered here."""
        job = self._jobs.get(invocation)
        return job is not None and job.is_open

    async def close(self) -> None:
        """Stop the open Runs, which end as cancelled, and let go of the client."""
        self._closed = True
        speaking = []
        for job in self._open:
            # The others have not found their input, and have nothing to say.
            if job.run is not None and job.task is not None and job.run.is_located:
                job.run.cancelled.set()
                speaking.append(job.task)
        if speaking:
            await asyncio.wait(speaking, timeout=LAST_WORDS)
        await self.leave()

    async def leave(self) -> None:
        """Let go of the client, with the open Runs as they are: other processes take them over."""
        self._closed = True
        for invocation in list(self._jobs):
            await self.abandon(invocation)
        await self._sessions.close()

    async def abandon(self, invocation: Invocation) -> None:
        """Say nothing more to an input, as another process answers it."""
        job = self._jobs.pop(invocation, None)
        if job is not None and job.task is not None:
            job.task.cancel()
            await asyncio.wait([job.task])

    @property
    def _open(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.is_open]

    def _forget(self) -> None:
        if len(self._jobs) > REMEMBERED:
            ended = next((key for key, job in self._jobs.items() if not job.is_open), None)
            if ended is not None:
                del self._jobs[ended]

    def _opened(self, session: AgentSession[Any]) -> None:
        if self._alone is not None:
            session.cancel_when_alone(self._alone)

    async def _do(
        self, job: Job, invocation: Invocation, run_id: str | None, invocation_id: str | None
    ) -> None:
        try:
            async with self._sessions.use(invocation.session_name) as session:
                asked = await self._asked(session, invocation)
                if asked is not None and asked.name == wire.AI_CANCEL:
                    await self._end_suspended(session, asked, job, invocation_id or str(uuid4()))
                    return
                if (
                    asked is not None
                    and run_id is None
                    and await self._going.sees_to(session, asked, job)
                ):
                    return
                run = job.run = self._make(session, invocation, run_id, invocation_id)
                with self._going.at(session, run.run_id, job):
                    try:
                        await run.start(self._patience)
                        job.begin(Begun(run.run_id, run.invocation_id))
                        await session.recall_cancels(run)
                        await self._go_through(run)
                    finally:
                        session.release(run)
        except asyncio.CancelledError:
            job.fail(_closed())
            raise
        except Exception as error:
            if job.begun.done():
                _LOG.exception("a run on %s could not be ended", invocation.session_name)
            job.fail(error)

    async def _end_suspended(
        self, session: AgentSession[Any], cancel: Record, job: Job, invocation_id: str
    ) -> None:
        """End a Run that somebody wants to end, and that nobody is at."""
        run_id = await session.cancelled_by(cancel)
        if run_id is None:
            raise error_for(
                40003, "no Run has begun that this could end", hint="Wake the agent for an input."
            )
        await self._going.left(session, run_id, job)
        with self._going.at(session, run_id, job):
            job.begin(Begun(run_id, invocation_id))
            await session.end_suspended(
                run_id, cancel, invocation_id=invocation_id, on_cancel=self._on_cancel
            )

    async def _asked(self, session: AgentSession[Any], invocation: Invocation) -> Record | None:
        sought = Locating(session.tree, invocation.input_event_id, lambda: None)
        try:
            async with asyncio.timeout(self._patience):
                return await sought.seek(session)
        except TimeoutError:
            raise not_found(invocation.input_event_id, self._patience) from None
        finally:
            sought.forget()

    def _make(
        self,
        session: AgentSession[Any],
        invocation: Invocation,
        run_id: str | None,
        invocation_id: str | None,
    ) -> AgentRun:
        node = session.tree.run(run_id) if run_id is not None else None
        begun = node is not None and node.started and node.status == ACTIVE
        hook = self._on_cancel
        if begun and run_id and invocation_id:
            return session.adopt_run(
                invocation, run_id=run_id, invocation_id=invocation_id, on_cancel=hook
            )
        return session.create_run(
            invocation, run_id=run_id, invocation_id=invocation_id, on_cancel=hook
        )

    async def _go_through(self, run: AgentRun) -> None:
        """Answer all that is said to a Run; then it ends, or waits for a person."""
        piped, waits = Piped("complete"), self.codec.waits(run.said)
        if not run.messages:
            piped = Piped("error", unreadable(run))
        while not waits and piped.reason == "complete" and run.has_input():
            piped = await run.pipe(outputs_of(self._answer, run))
            await run.heard()
            waits = self.codec.waits(run.said)
        reason = "cancelled" if run.cancelled.is_set() else piped.reason
        if waits and reason == "complete":
            await run.suspend()
        else:
            await run.end(reason, self._told(run, piped.error))

    def _told(self, run: AgentRun, error: Exception | None) -> AITransportError | None:
        """Return what users are told of an error: not its text, which may hold anything."""
        if error is None:
            return None
        _LOG.error("the answer of run %s failed", run.run_id, exc_info=error)
        if self._describe is not None:
            return error_for(ErrorCode.STREAM_ERROR, self._describe(error))
        if isinstance(error, AITransportError):
            return error
        return error_for(ErrorCode.STREAM_ERROR, "the agent could not answer; its log says why")


def _closed() -> SessionError:
    return SessionError(
        "unable to answer: the agent is closed", code=104004, hint="Make a new one."
    )
