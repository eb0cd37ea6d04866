"""Who asked for the end of which Run, as the channel has it."""

from __future__ import annotations

from collections.abc import Iterable

from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

_TAKES_UP = frozenset({wire.RUN_START, wire.RUN_RESUME})


class RunsAskedFor:
    """Which Run was begun, or went on, for an input: a cancel may name that, and not the Run.

    Records come in any order, each as often as it likes.
    """

    def __init__(self) -> None:
        # By the input's message: where it was taken up last, and by which Run.
        self._latest: dict[str, tuple[str, str]] = {}

    def add(self, record: Record) -> None:
        """Take a record in."""
        asked, run_id = record.transport.get(wire.INPUT_MESSAGE_ID), record.run_id
        if record.name in _TAKES_UP and asked and run_id:
            now = record.serial, run_id
            self._latest[asked] = max(self._latest.get(asked, now), now)

    def meant_by(self, record: Record) -> str | None:
        """Return the Run that a record names; None where it names none that has begun."""
        _, run_id = self._latest.get(record.transport.get(wire.INPUT_MESSAGE_ID, ""), ("", None))
        return record.run_id or run_id


def cancels_in(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the cancels of each Run, in the order of the channel.

    One that came before its Run began names the input that asked for it.
    """
    known = sorted(records, key=lambda record: record.serial)
    runs = RunsAskedFor()
    for record in known:
        runs.add(record)
    found: dict[str, list[Record]] = {}
    for record in known:
        if record.name == wire.AI_CANCEL and not record.deleted and (id := runs.meant_by(record)):
            found.setdefault(id, []).append(record)
    return found


def cancelled_by(records: Iterable[Record], cancel: Record) -> str | None:
    """Return the Run whose end a cancel asks for; None where none has begun."""
    runs = RunsAskedFor()
    for record in records:
        runs.add(record)
    return runs.meant_by(cancel)
