"""The hub, as long as `lab` runs: it is started where none runs, and again where it ends."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.launch.find import ask, find_or_start
from aitransport_notebook.hub.launch.record import HubRecord, home, read_record
from aitransport_notebook.lab.telling import tell

# How often to see whether it is there, and how long it may take to end, in seconds.
EVERY, ENDING = 2.0, 5.0


class LabHub:
    """The user's hub. One that ran before goes on afterwards; one that lab has started ends."""

    def __init__(self) -> None:
        before = read_record(home() / "hub.json")
        self.record = find_or_start()
        self._is_ours = before is None or before.pid != self.record.pid
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End the hub, if it was started here."""
        self._ending.set()
        self._watch.join()
        if not self._is_ours:
            tell(f"The hub at {self.record.url} goes on, as it ran before.")
            return
        if _answers(self.record):
            os.kill(self.record.pid, signal.SIGTERM)
            _wait_for_end_of(self.record.pid)

    def _keep(self) -> None:
        while not self._ending.wait(EVERY):
            try:
                found = find_or_start()
            except AITransportError as error:
                tell(f"The hub is gone, and could not be started again: {error}")
                return
            if found.pid != self.record.pid:
                tell(f"The hub has ended, and was started again at {found.url}.")
                self.record, self._is_ours = found, True


def _answers(hub: HubRecord) -> bool:
    return ask(hub.url, secrets.token_hex(16)) is not None


def _wait_for_end_of(pid: int) -> None:
    """Let it write down what it has: the next hub needs its folder."""
    deadline = time.monotonic() + ENDING
    # Windows ends a process at once, and has no way to ask for it that does not.
    with suppress(OSError):
        while sys.platform != "win32" and time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.05)
