"""What an agent that died in the middle of a Run has left, and where whoever retries goes on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from aitransport_notebook.runs.steers import is_steer, steers_in
from aitransport_notebook.tree.nodes import RunNode
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record


def unfinished_messages(run: RunNode) -> frozenset[str]:
    """Return the ids of what was said in steps that did not complete, which are to be retried.

    It stands until the retry begins, but whoever retries says it anew and does not go on from it.
    """
    complete = _complete(run)
    return frozenset(
        record.message_id
        for record in run.content.records
        if record.name == wire.AI_OUTPUT and record.message_id is not None
        if record.transport.get(wire.STEP_ID) not in complete
    )


def step_name(invocation_id: str, number: int) -> str:
    """Return what a step is called that nobody has named."""
    return f"{invocation_id}-step-{number}"


def next_step(run: RunNode, invocation_id: str) -> int:
    """Return the number of the first such step that did not complete."""
    complete = _complete(run)
    return next(number for number in count() if step_name(invocation_id, number) not in complete)


def is_answered(run: RunNode, asked_at: str) -> bool:
    """Tell whether what was asked at this serial has an answer that stands."""
    return any(record.serial > asked_at for record in _finished(run))


def unanswered_steers(run: RunNode) -> list[Record]:
    """Return the steers that no answer which stands has taken in."""
    answered = {id for record in _finished(run) for id in steers_in(record.transport)}
    records = run.content.records
    return [one for one in records if is_steer(one) and one.message_id not in answered]


def _finished(run: RunNode) -> Iterator[Record]:
    """Yield what was said in steps that completed."""
    complete = _complete(run)
    for record in run.content.records:
        if record.name == wire.AI_OUTPUT and record.transport.get(wire.STEP_ID) in complete:
            yield record


def _complete(run: RunNode) -> set[str]:
    return {info.step_id for info in run.steps.infos() if info.status == "complete"}
