"""Which inputs an agent is to be woken for. No I/O: it is told what is on the channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aitransport_notebook.runs.waiting import TOLD, Waiting
from aitransport_notebook.tree.nodes import SUSPENDED
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

# So long an agent that was woken may take to begin, in milliseconds.
IN_TIME = 5000


class Waking:
    """What this console said that nobody has taken up.

    A new input wakes the agent. What is said to a Run at work is a steer, and does not; said to one
    that is suspended it does, once none of its calls waits for a person, and so does the answer to
    the last of them; and so does the wish that it end. What others have said is theirs to tell:
    where that has come to nothing for a while, another word has the Run go on.
    """

    def __init__(self, tree: Tree, is_own: Callable[[Record], bool]) -> None:
        self._tree = tree
        self._is_own = is_own
        self._waiting = Waiting()
        self._settled: set[str] = set()

    def add(self, record: Record) -> None:
        """Take in a message of the channel, which the tree has by now."""
        if record.name in TOLD:
            self._waiting.add(record)

    def due(self) -> list[Record]:
        """Return what to wake the agent for now, each of it once."""
        wishes = [wish for wishes in self._waiting.stops for wish in wishes]
        found = [*self._waiting.new, *self._going_on(), *wishes]
        due = {one.transport[wire.EVENT_ID]: one for one in found if self._is_own(one)}
        new = [record for id, record in due.items() if id not in self._settled]
        self._settled.update(due)
        return new

    def _going_on(self) -> Iterator[Record]:
        """Return what has a Run go on: the first of it, and what was said when that had failed."""
        for first in self._waiting.answers:
            if self._can_go_on(first):
                yield first
                said = self._waiting.said_to(first.run_id or "")
                yield from (later for later in said if _has_waited(first, later))

    def _can_go_on(self, record: Record) -> bool:
        """Whether the Run that this is for waits, and for nothing more."""
        run = self._tree.run(record.run_id or "")
        if run is None or run.status != SUSPENDED:
            return False
        messages = [message.message for message in self._tree.messages_of(run)]
        return not self._tree.codec.waits(messages)


def _has_waited(first: Record, later: Record) -> bool:
    return (later.timestamp or 0) - (first.timestamp or 0) >= IN_TIME
