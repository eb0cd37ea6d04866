"""What comes of what a client says to a Run while it works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.runs.steers import steers_in
from aitransport_notebook.tree.events import OutputEvent, RunEvent
from aitransport_notebook.tree.nodes import TERMINAL
from aitransport_notebook.tree.tree import Tree


@dataclass(frozen=True, slots=True)
class SteerOutcome:
    """Whether an answer took a steer in, and how the Run ended, if it has."""

    consumed: bool
    run_reason: str | None = None


class Steering(Protocol):
    """What a steer asks of its session."""

    tree: Tree

    async def publish_steer(self, run_id: str, content: Any) -> str: ...


class Steer:
    """Something said to a Run while it works. An answer names it, or the Run ends without."""

    def __init__(self, session: Steering, run_id: str) -> None:
        self._session = session
        self._run_id = run_id
        self._answered: set[str] = set()
        self._outcome: asyncio.Future[SteerOutcome] = asyncio.get_running_loop().create_future()
        tree = session.tree
        self._offs = [tree.on("output", self._heard), tree.on("run", self._turned)]
        self.message_id = ""

    def __repr__(self) -> str:
        known = self._outcome.done() and not self._outcome.cancelled()
        settled = known and self._outcome.exception() is None
        what = self._outcome.result() if settled else "not settled"
        return f"<Steer {self.message_id or '(not said)'} of the run {self._run_id}: {what}>"

    @property
    def outcome(self) -> Awaitable[SteerOutcome]:
        """What comes of it, known once the Run has ended, or waits for something else."""
        return asyncio.shield(self._outcome)

    async def publish(self, content: Any) -> None:
        """Say it."""
        try:
            self.message_id = await self._session.publish_steer(self._run_id, content)
        except BaseException:
            self._forget()
            raise
        self._look(None)

    def give_up(self, error: AITransportError) -> None:
        """Stop waiting, as the session is closed."""
        if not self._outcome.done():
            self._outcome.set_exception(error)
            # Nobody may be waiting.
            self._outcome.exception()
        self._forget()

    def when_settled(self, callback: Callable[[], None]) -> None:
        """Have it told that the outcome is known, or will never be."""
        self._outcome.add_done_callback(lambda _: callback())

    def _forget(self) -> None:
        for off in self._offs:
            off()
        self._offs.clear()

    def _heard(self, event: OutputEvent) -> None:
        if event.run_id == self._run_id:
            self._answered.update(steers_in(event.record.transport))

    def _turned(self, event: RunEvent) -> None:
        if event.run_id != self._run_id:
            return
        if event.type == "resume" and event.input_message_id is not None:
            # A suspended Run goes on with what was said to it.
            self._answered.add(event.input_message_id)
        elif event.type in ("end", "suspend"):
            self._look(event)

    def _look(self, event: RunEvent | None) -> None:
        run = self._session.tree.run(self._run_id)
        status = run.status if run is not None else None
        ended = status in TERMINAL or (event is not None and event.type == "end")
        if self._outcome.done() or not self.message_id or not (event or ended):
            return
        consumed = self.message_id in self._answered
        if consumed or ended:
            self._outcome.set_result(SteerOutcome(consumed, status if ended else None))
            self._forget()
