"""Whether the agents of the active Runs are still at them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.channel.line import Line
from aitransport_notebook.session.presence import Member, Presence
from aitransport_notebook.tree.emitter import Emitter
from aitransport_notebook.tree.nodes import ACTIVE, RunNode
from aitransport_notebook.tree.timing import Estimate, estimate, spans_of
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.names import AI_OUTPUT, RUN_ID, RUN_LIFECYCLE, STEP_LIFECYCLE

Verdict = Literal["working", "stalled", "crashed"]
# Silence of so many seconds is said to be a stall: models think, and tools take their time.
STALL = 10.0
# An agent whose connection changes is away for a moment. A server waits for 15 s before it says
# that someone is gone whose connection broke, and both together stay below 20 s.
GRACE = 3.0
# A server that has just come back knows nobody yet, and its clients take their time to return.
RETURN = 15.0
# How often to look, in seconds.
EVERY = 0.5
# How long somebody may be kept waiting for a verdict, in seconds.
JUDGING = 2.0
# Of presence history it reads so many pages.
PAGES = 3
# What an agent publishes. What people say into a Run is no sign that its agent lives.
SIGNS_OF_LIFE = frozenset({AI_OUTPUT, *RUN_LIFECYCLE, *STEP_LIFECYCLE})


@dataclass(frozen=True, slots=True)
class RunHealth:
    """How an active Run is."""

    run_id: str
    verdict: Verdict
    # The seconds since its agent was last heard.
    silent: float
    # A guess from past Runs; None where there is nothing to guess from.
    estimate: Estimate | None = None


def verdict_of(silent: float, lost: float | None) -> Verdict:
    """Judge a Run by how long it has been silent and its agent gone; None: it never was here.

    >>> verdict_of(1.0, 0.0), verdict_of(60.0, 0.0), verdict_of(60.0, 5.0), verdict_of(60.0, None)
    ('working', 'stalled', 'crashed', 'stalled')
    """
    if lost is not None and min(lost, silent) >= GRACE:
        return "crashed"
    return "stalled" if silent >= STALL else "working"


class Health:
    """Watches the active Runs of a session; "change" tells when a verdict is another.

    An agent of this package says in its presence which Runs it is at, so that its death shows. Any
    other is known by its client id, if it is in presence at all: without, its Runs only stall.
    """

    def __init__(
        self,
        tree: Tree,
        presence: Presence,
        line: Line,
        spawn: Callable[[Coroutine[Any, Any, Any]], None],
    ) -> None:
        self._tree = tree
        self._presence = presence
        self._line = line
        self._spawn = spawn
        self._emitter = Emitter("change")
        self._heard_at: dict[str, float] = {}
        self._held_at: dict[str, float] = {}
        self._sought: set[str] = set()
        # Those of them that are being sought, and what tells that one is so no more.
        self._seeking: set[str] = set()
        self._found = asyncio.Event()
        self._runs: dict[str, RunHealth] = {}
        tree.on("message", self._heard)
        spawn(self._watch())

    @property
    def runs(self) -> list[RunHealth]:
        """The active Runs, and how each is."""
        spans = spans_of(self._tree.records)
        past = [span.seconds for span in spans.values() if span.seconds is not None]
        wall = time.time() * 1000
        found = []
        for known in self._now().values():
            span = spans.get(known.run_id)
            began = span.began if span is not None and span.began is not None else wall
            guess = estimate(past, (wall - began) / 1000)
            found.append(replace(known, estimate=guess))
        return found

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on each of the active Runs, by its id."""
        return {run_id: run.verdict for run_id, run in self._now().items()}

    async def judge(self) -> None:
        """Judge the active Runs, and wait until it is known of each whether its agent was here."""
        self._now()
        # Who asks is not kept for long by a server that does not answer.
        with suppress(TimeoutError):
            async with asyncio.timeout(JUDGING):
                while self._seeking:
                    self._found.clear()
                    await self._found.wait()

    def of(self, run_id: str) -> RunHealth | None:
        """Return how a Run is; None if it is not active."""
        return next((run for run in self.runs if run.run_id == run_id), None)

    def on(self, event: str, handler: Callable[[RunHealth], None]) -> Callable[[], None]:
        """Hear of each "change" of a verdict; returns what ends it."""
        return self._emitter.on(event, handler)

    async def _watch(self) -> None:
        while True:
            before, self._runs = self._runs, self._now()
            for run_id, now in self._runs.items():
                known = before.get(run_id)
                if known is None or known.verdict != now.verdict:
                    self._emitter.emit("change", now)
            await asyncio.sleep(EVERY)

    def _now(self) -> dict[str, RunHealth]:
        # What is not heard by who is not connected says nothing of anyone else.
        return self._look(time.monotonic()) if self._line.is_live else self._runs

    def _look(self, now: float) -> dict[str, RunHealth]:
        members = self._presence.members
        active = [
            node for node in self._tree.nodes if isinstance(node, RunNode) and node.status == ACTIVE
        ]
        held = {id for member in members for id in member.runs}
        quiet = {member.client_id for member in members if not member.tells_runs}
        held.update(node.key for node in active if _agent_of(node) in quiet)
        self._held_at.update(dict.fromkeys(held, now))
        return {node.key: self._judge(node, now) for node in active}

    def _judge(self, node: RunNode, now: float) -> RunHealth:
        silent = now - self._last_heard(node, now)
        held_at = self._held_at.get(node.key)
        if held_at is None and silent >= GRACE and node.key not in self._sought:
            self._sought.add(node.key)
            self._seeking.add(node.key)
            self._spawn(self._seek(node.key))
        lost = None if held_at is None else now - held_at
        steady = self._line.steady_for
        if lost is not None and steady is not None:
            lost = min(lost, steady - RETURN)
        return RunHealth(node.key, verdict_of(silent, lost), round(silent, 1))

    def _last_heard(self, node: RunNode, now: float) -> float:
        heard_at = self._heard_at.get(node.key)
        if heard_at is None:
            # It is known from history only, where the clock is the server's.
            stamps = [
                record.version_timestamp or record.timestamp
                for record in self._tree.records
                if record.run_id == node.key and record.name in SIGNS_OF_LIFE
            ]
            newest = max((stamp for stamp in stamps if stamp), default=None)
            ago = 0.0 if newest is None else max(0.0, time.time() - newest / 1000)
            heard_at = self._heard_at[node.key] = now - ago
        return heard_at

    async def _seek(self, run_id: str) -> None:
        """See whether an agent that has been here and gone was at the Run."""
        try:
            async for events in self._line.presence_history(PAGES):
                if any(run_id in Member.of(event).runs for event in events):
                    self._held_at.setdefault(run_id, time.monotonic() - GRACE)
                    return
        except AITransportError:
            # Without the history nothing is known of it, as of any agent that does not say.
            self._sought.discard(run_id)
        finally:
            self._seeking.discard(run_id)
            self._found.set()

    def _heard(self, message: Inbound) -> None:
        run_id = message.transport.get(RUN_ID)
        if run_id and message.name in SIGNS_OF_LIFE:
            self._heard_at[run_id] = time.monotonic()


def _agent_of(node: RunNode) -> str | None:
    """Return the client id of the agent that was heard last in a Run."""
    said = (one for one in reversed(node.content.records) if one.name == AI_OUTPUT)
    return next((one.client_id for one in said if one.client_id), None)
