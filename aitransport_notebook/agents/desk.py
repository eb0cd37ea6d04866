"""One session as a worker has it: what waits there, who has claimed it, and who is gone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, Protocol
from uuid import uuid4

from aitransport_notebook.errors import AITransportError, AuthError
from aitransport_notebook.runs.claims import Claim, Claims, rank
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.waiting import TOLD, Waiting
from aitransport_notebook.session.agent.session import AgentSession
from aitransport_notebook.tree.nodes import ACTIVE, SUSPENDED
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.claims import AGENT
from aitransport_notebook.wire.inbound import Action, Inbound
from aitransport_notebook.wire.record import Record

# How long a worker that claimed an input may be away before another takes over, in seconds.
GRACE = 5.0
# How much longer each next worker waits, so that one of them is first.
STEP = 0.5
# How often to look, in seconds.
EVERY = 0.5
# How soon to try again what failed, in seconds.
AGAIN = 3.0
# So many pages of history are read for what waits.
PAGES = 5
_TOLD = TOLD | {wire.CLAIM}
_LOG = logging.getLogger("aitransport_notebook")


class Hand(Protocol):
    """What a desk asks of its worker."""

    id: str

    @property
    def has_room(self) -> bool: ...
    async def take(
        self, invocation: Invocation, *, run_id: str | None, invocation_id: str | None
    ) -> object: ...
    async def abandon(self, invocation: Invocation) -> None: ...
    def is_at(self, invocation: Invocation) -> bool: ...
    def fail(self, error: Exception) -> None: ...


class _Case:
    """An input that somebody is to answer, or the wish that a suspended Run end."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.event_id: str = record.transport[wire.EVENT_ID]
        # Since when there has been something to claim that nobody sees to.
        self.since: float | None = None
        # The claim that ours would follow; None is none yet, and "" that we have not tried.
        self.tried: str | None = ""
        self.claiming = False
        self.taken = False
        self.taken_at = 0.0


class Desk:
    """Claims what waits in a session, has it answered, and takes over from who is gone.

    All is decided by what the channel echoes: an input is ours once our claim of it is the first.
    """

    def __init__(self, session: AgentSession[Any], worker: Hand) -> None:
        self._session = session
        self._worker = worker
        self._waiting = Waiting()
        self._claims = Claims()
        # The inputs that somebody has claimed, and whose Runs are not known to be over.
        self._claimed: set[str] = set()
        self._cases: dict[str, _Case] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard_at = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits, and nobody is at anything."""
        return not self._cases

    @property
    def load(self) -> int:
        """How many inputs are ours, or may become so any moment."""
        return sum(case.claiming or case.taken for case in self._cases.values())

    async def open(self) -> None:
        """Read what the newest pages of the session's history say."""
        for _ in range(PAGES):
            if not await self._session.load_page():
                break
        for record in self._session.tree.records:
            self._add(record)

    async def watch(self) -> None:
        """Look after the session until it is cancelled."""
        off = self._session.tree.on("message", self._heard)
        try:
            while True:
                self._look()
                await asyncio.sleep(EVERY)
        finally:
            off()
            for task in self._tasks:
                task.cancel()

    def _heard(self, message: Inbound) -> None:
        self.heard_at = time.monotonic()
        if message.action == Action.CREATE and message.name in _TOLD:
            self._add(Record(message))
            self._look()

    def _add(self, record: Record) -> None:
        self._waiting.add(record)
        claim = Claim.read(record)
        if claim is not None:
            self._claims.add(claim)
            self._claimed.add(claim.event_id)
        elif record.name == wire.CLAIM and _is_of(record, self._worker.id):
            self._worker.fail(
                AuthError(
                    "this worker's claims do not count: its token does not say that it is an agent",
                    code=40160,
                    hint=f'Connect with connect(client_id=..., role="{AGENT}").',
                )
            )

    def _look(self) -> None:
        """Do what is to be done now."""
        waiting = {record.transport[wire.EVENT_ID]: record for record in self._inputs()}
        for event_id, record in [*waiting.items(), *self._under_way()]:
            if event_id not in self._cases:
                self._cases[event_id] = _Case(record)
        held = {id for member in self._session.presence.members for id in member.runs}
        for event_id, case in list(self._cases.items()):
            claim = self._claims.holder(event_id)
            if claim is not None and claim.serial != case.tried:
                # Whatever we claimed, it is decided.
                case.claiming = False
            is_ours = claim is not None and claim.worker == self._worker.id
            if case.taken and not is_ours:
                case.taken = False
                self._spawn(self._worker.abandon(self._invocation(case)))
            if event_id not in waiting and not self._is_active(claim):
                del self._cases[event_id]
                self._claimed.discard(event_id)
            elif claim is not None and is_ours:
                self._keep(case, claim)
            else:
                self._wait(case, claim, held)

    def _inputs(self) -> list[Record]:
        """Return what can be done now: not what still waits for a person's word."""
        tree, codec = self._session.tree, self._session.codec
        found = [*self._waiting.new, *(wishes[0] for wishes in self._waiting.stops)]
        for record in self._waiting.answers:
            run = tree.run(record.run_id or "")
            if run is None or not run.started or run.status != SUSPENDED:
                continue
            if not codec.waits([message.message for message in tree.messages_of(run)]):
                found.append(self._chosen(record))
        return found

    def _chosen(self, record: Record) -> Record:
        """Return what a Run goes on with: what somebody has claimed already, whatever came later.

        Two people may answer at once. The Run is resumed once, and that settles all they said.
        """
        all_said = self._waiting.said_to(record.run_id or "")
        said = {one.transport[wire.EVENT_ID]: one for one in all_said}
        ours = (id for id in said if id in self._cases and self._cases[id].claiming)
        chosen = self._claims.first_of(said) or next(ours, None)
        return said[chosen] if chosen is not None else record

    def _under_way(self) -> list[tuple[str, Record]]:
        """Return the claimed inputs whose Runs have begun: whoever is at them may be gone."""
        tree, found = self._session.tree, []
        for event_id in self._claimed - self._cases.keys():
            claim, record = self._claims.holder(event_id), tree.find_event(event_id)
            run = tree.run(claim.run_id) if claim is not None else None
            if run is not None and run.status != ACTIVE:
                self._claimed.discard(event_id)
            elif self._is_active(claim) and record is not None:
                found.append((event_id, record))
        return found

    def _is_active(self, claim: Claim | None) -> bool:
        """Whether a Run is at work on what was claimed, and not on something that came later."""
        run = self._session.tree.run(claim.run_id) if claim is not None else None
        if claim is None or run is None or run.status != ACTIVE:
            return False
        return self._waiting.at(claim.run_id) in (None, claim.invocation_id)

    def _keep(self, case: _Case, claim: Claim) -> None:
        """Answer what is ours; again, where that was cut short by a fault."""
        now = time.monotonic()
        if case.taken and not self._worker.is_at(self._invocation(case)):
            case.taken = now - case.taken_at < AGAIN or not self._session.line.is_live
        if not case.taken:
            case.taken, case.taken_at = True, now
            self._spawn(self._take(case, claim))

    def _wait(self, case: _Case, claim: Claim | None, held: set[str]) -> None:
        """Claim what nobody has claimed, or whose holder has been gone for a while, in turn."""
        now, before = time.monotonic(), claim.serial if claim is not None else None
        if claim is not None and claim.run_id in held:
            case.since = None
            return
        if case.tried == before or not self._worker.has_room:
            return
        if not self._session.line.is_live:
            # Who is not here sees nobody else either.
            case.since = None
            return
        if case.since is None:
            case.since = now
        grace = GRACE if claim is not None else 0.0
        if now - case.since >= grace + STEP * self._rank(case.event_id):
            case.since, case.tried, case.claiming = None, before, True
            self._spawn(self._claim(case, before))

    def _invocation(self, case: _Case) -> Invocation:
        return Invocation(case.event_id, self._session.name)

    def _rank(self, event_id: str) -> int:
        members = self._session.presence.others
        others = {member.connection_id for member in members if member.is_agent}
        return rank(event_id, self._session.line.connection_id or "", others)

    async def _claim(self, case: _Case, before: str | None) -> None:
        run_id = self._waiting.meant_by(case.record) or str(uuid4())
        claim = Claim(case.event_id, run_id, str(uuid4()), self._worker.id, before)
        try:
            await self._session.line.publish({"name": wire.CLAIM, "data": claim.to_data()})
        except AITransportError as error:
            _LOG.warning("could not claim an input of %s: %s", self._session.name, error)
            case.tried, case.claiming = "", False

    async def _take(self, case: _Case, claim: Claim) -> None:
        invocation = self._invocation(case)
        try:
            await self._worker.take(
                invocation, run_id=claim.run_id, invocation_id=claim.invocation_id
            )
        except AITransportError as error:
            # It is tried again: here, or by another worker, as this one is not seen to be at it.
            _LOG.error("could not answer an input of %s: %s", self._session.name, error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_of(record: Record, worker: str) -> bool:
    return isinstance(record.data, dict) and record.data.get("worker") == worker
