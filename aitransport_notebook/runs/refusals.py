"""What an agent says that goes on with a Run in spite of a cancel."""

from __future__ import annotations

from dataclasses import dataclass

from aitransport_notebook.wire.claims import USER, claim_in, role_in
from aitransport_notebook.wire.names import CANCEL_REFUSED
from aitransport_notebook.wire.record import Record


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """An agent goes on with a Run in spite of a cancel."""

    run_id: str
    # Who says so.
    client_id: str | None
    # The serial of the cancel.
    cancel: str

    @classmethod
    def read(cls, record: Record) -> CancelRefused | None:
        """Read what an agent says; None where it is not what ours say."""
        data = record.data if record.name == CANCEL_REFUSED else None
        run_id, cancel = (
            (data.get("runId"), data.get("cancel")) if isinstance(data, dict) else (None, None)
        )
        if not isinstance(run_id, str) or not isinstance(cancel, str):
            return None
        if role_in(claim_in(record.extras)) == USER:
            # Users refuse nothing on an agent's behalf.
            return None
        return cls(run_id, record.client_id, cancel)
