"""Which inputs an agent is to be woken for. No I/O: it is told what is on the channel."""

from __future__ import annotations

from collections.abc import Callable

from aitransport_notebook.runs.waiting import Waiting
from aitransport_notebook.tree.nodes import SUSPENDED
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record


class Waking:
    """What this console said that nobody has taken up.

    A new input wakes the agent. What is said to a Run at work is a steer, and does not; said to one
    that waits it does, and so does the answer to the last of the calls that it waits for.
    """

    def __init__(self, tree: Tree, is_own: Callable[[Record], bool]) -> None:
        self._tree = tree
        self._is_own = is_own
        self._waiting = Waiting()
        self._words: list[Record] = []
        self._settled: set[str] = set()

    def add(self, record: Record) -> None:
        """Take in a message of the channel, which the tree has by now."""
        if record.name in wire.RUN_LIFECYCLE:
            self._waiting.add(record)
        elif record.name == wire.AI_INPUT and self._is_own(record):
            self._waiting.add(record)
            if record.run_id is not None and record.codec.get(wire.KIND) == "user-message":
                self._add_word(record)

    def due(self) -> list[Record]:
        """Return the inputs to wake the agent for now, each of them once."""
        answers = [record for record in self._waiting.answers if self._can_go_on(record)]
        found = [*self._waiting.new, *answers, *self._words]
        self._words.clear()
        due = {record.transport[wire.EVENT_ID]: record for record in found}
        new = [record for id, record in due.items() if id not in self._settled]
        self._settled.update(due)
        return new

    def _add_word(self, record: Record) -> None:
        run = self._tree.run(record.run_id or "")
        if run is not None and run.status == SUSPENDED and record.transport.get(wire.EVENT_ID):
            self._words.append(record)

    def _can_go_on(self, record: Record) -> bool:
        """Whether the Run that an answer is for waits, and for nothing more than this."""
        run = self._tree.run(record.run_id or "")
        if run is None or run.status != SUSPENDED:
            return False
        messages = [message.message for message in self._tree.messages_of(run)]
        return not self._tree.codec.waits(messages)
