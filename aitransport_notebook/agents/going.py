"""What is being answered here: each Run goes on with one thing at a time, and once for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from aitransport_notebook.runs.waiting import taken_up, takes_up
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.session import AgentSession
from aitransport_notebook.tree.nodes import SUSPENDED, TERMINAL, RunNode
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record


class Begun(NamedTuple):
    """The Run that answers an input, and this process's part in it."""

    run_id: str
    invocation_id: str

    @classmethod
    def by(cls, record: Record) -> Begun:
        """Return what a record on the channel began, or went on with."""
        return cls(record.run_id or "", record.transport.get(wire.INVOCATION_ID, ""))


class Job:
    """One input on its way to the end of its Run."""

    def __init__(self) -> None:
        self.begun: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
        self.run: AgentRun | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def failed(self) -> bool:
        return self.begun.done() and self.begun.exception() is not None

    @property
    def is_open(self) -> bool:
        return self.task is not None and not self.task.done()

    def begin(self, begun: Begun) -> None:
        if not self.begun.done():
            self.begun.set_result(begun)

    def fail(self, error: Exception) -> None:
        if not self.begun.done():
            self.begun.set_exception(error)
            # Nobody may be waiting any more.
            self.begun.exception()


class Going:
    """Who is at which Run.

    Several people may say something to one Run at the same time, and each has the agent woken for
    it. The Run goes on once with all that was said by then; what comes too late for that is looked
    at again when the Run has stopped.
    """

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], Job] = {}

    @contextmanager
    def at(self, session: AgentSession[Any], run_id: str, job: Job) -> Iterator[None]:
        """Be at a Run for as long as the block lasts."""
        place = session.name, run_id
        self._at[place] = job
        try:
            yield
        finally:
            if self._at.get(place) is job:
                del self._at[place]

    async def left(self, session: AgentSession[Any], run_id: str, job: Job) -> None:
        """Wait until nobody here is at a Run; meanwhile a job is done by whoever is."""
        while (other := self._at.get((session.name, run_id))) is not None:
            await _let_finish(other, job)

    async def sees_to(self, session: AgentSession[Any], asked: Record, job: Job) -> bool:
        """Tell whether nothing is to be begun for an input, and by what it was answered."""
        run_id = asked.run_id or ""
        while True:
            record = takes_up(session.tree.records, asked, session.client_id)
            if record is not None:
                # This agent has answered it already, here or in another process or life.
                job.begin(Begun.by(record))
                return True
            other = self._at.get((session.name, run_id))
            if other is None:
                break
            await _let_finish(other, job)
        run, last = session.tree.run(run_id), taken_up(session.tree.records, run_id)
        if run is None or last is None:
            return False
        # What was said to a Run at work was heard there, unless the Run stopped for just that.
        was_heard = job.begun.done() and not _can_go_on(session, run)
        if run.status in TERMINAL or was_heard:
            job.begin(Begun.by(last))
            return True
        return False


async def _let_finish(other: Job, job: Job) -> None:
    """Wait until another's part in a Run is over, and on the channel."""
    await asyncio.wait({other.begun})
    if not other.failed and other.run is not None and other.run.is_open:
        # As long as it is at work, it is what answers this, too.
        job.begin(other.begun.result())
    if other.task is not None:
        await asyncio.wait({other.task})
    if other.run is not None:
        await other.run.heard()


def _can_go_on(session: AgentSession[Any], run: RunNode) -> bool:
    said = [message.message for message in session.tree.messages_of(run)]
    return run.status == SUSPENDED and not session.codec.waits(said)
