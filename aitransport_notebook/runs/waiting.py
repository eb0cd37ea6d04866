"""What waits for an agent: inputs, and the wish that a suspended Run end."""

from __future__ import annotations

from collections.abc import Iterable

from aitransport_notebook.runs.cancels import RunsAskedFor
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.runs.steers import is_steer
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.claims import USER, claim_in, role_in
from aitransport_notebook.wire.record import Record

_TAKES_UP = frozenset({wire.RUN_START, wire.RUN_RESUME})
_GOES_ON = frozenset({wire.RUN_RESUME, wire.RUN_END})
# What there is to be told of.
TOLD = wire.RUN_LIFECYCLE | {wire.AI_INPUT, wire.AI_CANCEL, wire.CANCEL_REFUSED}


def takes_up(records: Iterable[Record], asked: Record, client_id: str | None) -> Record | None:
    """Return where an agent of this client id began to answer an input, if it has.

    A Run that is resumed goes on with all that was said to it before, whatever the resume names.
    """
    for record in records:
        if record.name not in _TAKES_UP or record.serial < asked.serial:
            continue
        named = record.transport.get(wire.INPUT_MESSAGE_ID) == asked.message_id
        meant = named if asked.run_id is None else record.run_id == asked.run_id
        if meant and record.client_id == client_id:
            return record
    return None


def taken_up(records: Iterable[Record], run_id: str) -> Record | None:
    """Return where a Run was begun or resumed last; None if that is not known."""
    found = (one for one in records if one.name in _TAKES_UP and one.run_id == run_id)
    return max(found, key=lambda record: record.serial, default=None)


class Waiting:
    """Inputs that no Run has taken up. A cancel settles nothing: it is for an agent to grant.

    Records come in any order, each as often as it likes. An input that goes on with a Run waits
    until that Run is resumed after it: an answer to one of its calls, or words said while the Run
    was suspended. Whether all that the Run asked for is answered by then is for its reader to see.

    Nobody is at a suspended Run to hear that it is to end: that waits, too, until an agent has
    ended the Run, gone on with it, or refused.
    """

    def __init__(self) -> None:
        self._new: dict[str, Record] = {}
        self._settled: set[str] = set()
        # What was said to each Run since it went on last, by serial: answers, and words.
        self._said: dict[str, dict[str, Record]] = {}
        # Where each Run was begun or resumed last, and by which invocation.
        self._taken_up: dict[str, tuple[str, str]] = {}
        # The newest resumption of each Run, or its end; and its newest suspension.
        self._went_on: dict[str, str] = {}
        self._suspended: dict[str, str] = {}
        # Who wants a Run to end, and what of that was refused, by serial.
        self._cancels: dict[str, Record] = {}
        self._refused: set[str] = set()
        self._runs = RunsAskedFor()

    def add(self, record: Record) -> None:
        """Take a record in."""
        told, name = record.transport, record.name
        input_id = told.get(wire.INPUT_MESSAGE_ID)
        if name == wire.AI_INPUT and told.get(wire.EVENT_ID):
            self._add_input(record)
            return
        if name == wire.AI_CANCEL and told.get(wire.EVENT_ID):
            self._cancels[record.serial] = record
            return
        if refusal := CancelRefused.read(record):
            self._refused.add(refusal.cancel)
            return
        if role_in(claim_in(record.extras)) == USER:
            # Whatever a user says of Runs, agents begin and end them.
            return
        self._runs.add(record)
        if input_id and name in _TAKES_UP:
            self._settle(input_id)
        if name in _TAKES_UP and record.run_id:
            now = record.serial, told.get(wire.INVOCATION_ID, "")
            self._taken_up[record.run_id] = max(self._taken_up.get(record.run_id, now), now)
        if name in _GOES_ON and record.run_id:
            self._go_on(record.run_id, record.serial)
        elif name == wire.RUN_SUSPEND and record.run_id:
            before = self._suspended.get(record.run_id, "")
            self._suspended[record.run_id] = max(before, record.serial)

    @property
    def new(self) -> list[Record]:
        """What asks for a Run of its own, oldest first."""
        return sorted(self._new.values(), key=lambda record: record.serial)

    @property
    def answers(self) -> list[Record]:
        """The input for each Run that may go on with it: the newest answer, or else the first word.

        It stays the same while more is said, which the Run takes up once it goes on.
        """
        found = [self._newest_answer(run_id) or self._first_word(run_id) for run_id in self._said]
        return [record for record in found if record is not None]

    @property
    def stops(self) -> list[list[Record]]:
        """For each suspended Run that somebody wants to end, the wishes not refused so far."""
        found: dict[str, list[Record]] = {}
        for serial in sorted(self._cancels.keys() - self._refused):
            run_id = self.meant_by(self._cancels[serial]) or ""
            if self._is_suspended(run_id) and serial > self._went_on.get(run_id, ""):
                found.setdefault(run_id, []).append(self._cancels[serial])
        return list(found.values())

    def meant_by(self, record: Record) -> str | None:
        """Return the Run that an input goes on with, or that a cancel is to end."""
        return self._runs.meant_by(record)

    def said_to(self, run_id: str) -> list[Record]:
        """Return all that was said to a Run since it went on last; its next resume settles it."""
        return list(self._said.get(run_id, {}).values())

    def at(self, run_id: str) -> str | None:
        """Return the invocation that is at a Run, or was last; None if that is not known."""
        taken_up = self._taken_up.get(run_id)
        return taken_up[1] if taken_up is not None else None

    def _add_input(self, record: Record) -> None:
        message_id, run_id = record.message_id or "", record.run_id
        if run_id is None:
            if message_id not in self._settled:
                self._new.setdefault(message_id, record)
        elif record.serial > self._went_on.get(run_id, ""):
            self._said.setdefault(run_id, {})[record.serial] = record

    def _newest_answer(self, run_id: str) -> Record | None:
        said = self._said[run_id]
        newest = max((at for at, one in said.items() if not is_steer(one)), default=None)
        return said[newest] if newest is not None else None

    def _first_word(self, run_id: str) -> Record | None:
        """Return what was said first since a Run was suspended.

        What was said to it before is a steer, which the agent that was at it heard.
        """
        if not self._is_suspended(run_id):
            return None
        said, suspended = self._said[run_id], self._suspended[run_id]
        first = min((serial for serial in said if serial > suspended), default=None)
        return said[first] if first is not None else None

    def _is_suspended(self, run_id: str) -> bool:
        suspended = self._suspended.get(run_id)
        return suspended is not None and suspended > self._went_on.get(run_id, "")

    def _settle(self, message_id: str) -> None:
        self._settled.add(message_id)
        self._new.pop(message_id, None)

    def _go_on(self, run_id: str, serial: str) -> None:
        if serial > self._went_on.get(run_id, ""):
            self._went_on[run_id] = serial
        said = self._said.pop(run_id, {})
        left = {at: one for at, one in said.items() if at > serial}
        if left:
            self._said[run_id] = left
