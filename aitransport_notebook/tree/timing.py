"""How long Runs have taken, and how long one may still take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

# Of fewer Runs nothing is guessed.
FEWEST = 3


@dataclass(slots=True)
class Span:
    """When a Run began and ended, in ms since 1970, as the server says."""

    began: int | None = None
    ended: int | None = None
    # Whether it ran through: a pause waits for a person, and a cancelled Run says nothing.
    through: bool = True

    @property
    def seconds(self) -> float | None:
        if self.began is None or self.ended is None or not self.through:
            return None
        return (self.ended - self.began) / 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A guess, and no promise: the seconds still to go, from so many past Runs."""

    seconds: float
    from_runs: int


def spans_of(records: Iterable[Record]) -> dict[str, Span]:
    """Return when each Run began and ended."""
    spans: dict[str, Span] = {}
    for record in records:
        if record.name not in wire.RUN_LIFECYCLE or not record.run_id:
            continue
        span = spans.setdefault(record.run_id, Span())
        if record.name == wire.RUN_START:
            span.began = record.timestamp
        elif record.name == wire.RUN_END:
            span.ended = record.timestamp
            span.through = span.through and record.transport.get(wire.RUN_REASON) == "complete"
        else:
            span.through = False
    return spans


def estimate(past: Sequence[float], elapsed: float) -> Estimate | None:
    """Guess the seconds still to go from those that past Runs took.

    Half of the Runs that took longer than this one has so far were over by then. One that has
    taken longer than all others could take any time, and nothing is said.

    >>> estimate([2.0, 4.0, 9.0], elapsed=1.0)
    Estimate(seconds=3.0, from_runs=3)
    """
    longer = [seconds for seconds in past if seconds > elapsed]
    if len(past) < FEWEST or not longer:
        return None
    return Estimate(round(median(longer) - elapsed, 1), len(past))
