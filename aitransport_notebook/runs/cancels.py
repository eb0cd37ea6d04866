"""Who asked for the end of which Run, as the channel has it."""

from __future__ import annotations

from collections.abc import Iterable

from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

_BEGINS = frozenset({wire.RUN_START, wire.RUN_RESUME})


def cancels_in(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the cancels of each Run, in the order of the channel.

    One that came before its Run began names the input that asked for it.
    """
    known = sorted(records, key=lambda record: record.serial)
    run_of = {
        input_id: record.run_id
        for record in known
        if record.name in _BEGINS and (input_id := record.transport.get(wire.INPUT_MESSAGE_ID))
    }
    found: dict[str, list[Record]] = {}
    for record in known:
        if record.name == wire.AI_CANCEL and not record.deleted:
            asked = record.transport.get(wire.INPUT_MESSAGE_ID, "")
            run_id = record.run_id or run_of.get(asked)
            if run_id:
                found.setdefault(run_id, []).append(record)
    return found
