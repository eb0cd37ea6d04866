"""Ending the user's hub, whoever has started it."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

from aitransport_notebook.hub.launch.find import DATA, RECORD, STEP
from aitransport_notebook.hub.launch.record import home, read_record
from aitransport_notebook.hub.lock import is_held_by

# What a process is told, one after the other. Windows ends it at once, by whatever signal.
if sys.platform == "win32":
    _SIGNALS = (signal.SIGTERM,)
else:
    _SIGNALS = (signal.SIGTERM, signal.SIGKILL)


def end_hub(patience: float) -> None:
    """End the hub of the record, if it lives; kill it if it has not ended after `patience`."""
    record = read_record(home() / RECORD)
    if record is None:
        return
    data = home() / DATA
    for number in _SIGNALS:
        if not is_held_by(record.pid, data):
            return
        with suppress(ProcessLookupError):
            os.kill(record.pid, number)
        deadline = time.monotonic() + patience
        while is_held_by(record.pid, data) and time.monotonic() < deadline:
            time.sleep(STEP)
