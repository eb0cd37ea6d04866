"""What becomes of a cancel at an agent: for a Run at hand, one to come, one that waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any
from uuid import uuid4

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.cancels import cancels_in
from aitransport_notebook.runs.headers import Trigger
from aitransport_notebook.session.agent.hooks import Answer, CancelRequest, Hooks
from aitransport_notebook.session.agent.locating import shown
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.channel.line import Line, ai_message
from aitransport_notebook.tree.nodes import SUSPENDED
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

# Cancels that are kept for a Run which is still to come.
MOST_EARLY = 200


class Cancels:
    """The cancels that an agent has heard of, and which of them it has decided on."""

    def __init__(
        self, tree: Tree, line: Line, complain: Callable[[AITransportError], None]
    ) -> None:
        self._tree, self._line, self._complain = tree, line, complain
        # By the message of the input that they name.
        self._early: dict[str, Record] = {}
        self._decided: set[str] = set()

    def run_for(self, record: Record, runs: Iterable[AgentRun]) -> AgentRun | None:
        """Return which of the Runs a cancel is for; else it is kept for the one still to come."""
        run_id, input_id = record.run_id, record.transport.get(wire.INPUT_MESSAGE_ID)
        for run in runs if run_id or input_id else ():
            is_meant = run.run_id == run_id or (not run_id and run.trigger.message_id == input_id)
            if is_meant and not run.is_left:
                return run
        if input_id is not None:
            self._early[input_id] = record
            if len(self._early) > MOST_EARLY:
                del self._early[next(iter(self._early))]
        return None

    def early_for(self, run: AgentRun) -> Record | None:
        """Return the cancel that came before its Run, once."""
        return self._early.pop(run.trigger.message_id or "", None)

    def decide(self, run: AgentRun, record: Record) -> Coroutine[Any, Any, bool]:
        """Have a Run decide on a cancel; others are kept from it as of now."""
        self._decided.add(record.serial)
        return self._grant(record, run.run_id, run.request_cancel(record))

    async def recall(self, run: AgentRun) -> None:
        """Have those decided on that asked for the end of a Run while nobody was at it."""
        early = cancels_in(self._tree.records).get(run.run_id, [])
        for record in [*early, *self._of_trigger(run)]:
            if record.serial not in self._decided:
                await self.decide(run, record)

    async def end_suspended(
        self,
        run_id: str,
        cancel: Record,
        invocation_id: str | None,
        on_cancel: Callable[[CancelRequest], Answer] | None,
    ) -> None:
        """End a Run that is suspended, as a cancel asks, unless that is refused."""
        request = CancelRequest.of(cancel, run_id, self._tree)
        granted = await self._grant(cancel, run_id, Hooks(on_cancel).grant(request))
        run = self._tree.run(run_id)
        if not granted or run is None or run.status != SUSPENDED:
            return
        asked = Trigger(run_client_id=run.client_id, client_id=cancel.client_id)
        told = headers.of_run(run_id, invocation_id or str(uuid4()), asked, reason="cancelled")
        for serial in await self._line.publish(ai_message(wire.RUN_END, told)):
            if serial is not None:
                await shown(self._tree, serial)

    def _of_trigger(self, run: AgentRun) -> list[Record]:
        """Return the cancels that name what a Run answers, which others may have answered too."""
        asked = run.trigger.message_id
        return [
            record
            for record in self._tree.records
            if record.name == wire.AI_CANCEL
            and record.run_id is None
            and record.transport.get(wire.INPUT_MESSAGE_ID) == asked
            and record.serial > run.asked_at
        ]

    async def _grant(self, record: Record, run_id: str, asking: Awaitable[bool]) -> bool:
        """Ask whether a cancel is granted, and tell where it is not."""
        try:
            granted = await asking
        except Exception as error:
            self._complain(error_for(104002, f"on_cancel of the run {run_id} raised: {error}"))
            granted = False
        if not granted:
            data = {"v": 1, "runId": run_id, "cancel": record.serial}
            await self._line.publish({"name": wire.CANCEL_REFUSED, "data": data})
        return granted
