"""The hub, as long as `lab` runs: it is started where none runs, and again where it ends."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.launch.find import Process, find_or_start
from aitransport_notebook.hub.launch.record import HubRecord
from aitransport_notebook.lab.children import Ended
from aitransport_notebook.lab.telling import tell

# How often to see whether it is there, and how long it may take to end, in seconds.
EVERY, ENDING = 2.0, 5.0


class LabHub:
    """The user's hub. One that ran before goes on afterwards; one that lab has started ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._first: Future[HubRecord] = Future()
        self._found: HubRecord | None = None
        self._process: Process | None = None

    def wait(self) -> HubRecord:
        """Wait until it is there; raise if it cannot be."""
        return self._first.result()

    def __enter__(self) -> Self:
        threading.Thread(target=self._keep, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End the hub, if it was started here, and be it that it is not ready yet."""
        with self._lock:
            self._ending.set()
            process, found = self._process, self._found
        if process is not None and (found is None or process.pid == found.pid):
            _end(process)
        elif found is not None:
            tell(f"The hub at {found.url} goes on, as it ran before.")

    def _keep(self) -> None:
        try:
            found = self._find()
        except Exception as error:
            # It is raised where it is waited for.
            self._first.set_exception(error)
            return
        self._first.set_result(found)
        while not self._ending.wait(EVERY):
            before = found
            try:
                found = self._find()
            except Ended:
                return
            except AITransportError as error:
                if not self._ending.is_set():
                    tell(f"The hub is gone, and could not be started again: {error}")
                return
            if found.pid != before.pid and not self._ending.is_set():
                tell(f"The hub has ended, and was started again at {found.url}.")

    def _find(self) -> HubRecord:
        found = find_or_start(start=self._start)
        with self._lock:
            self._found = found
        return found

    def _start(self, begin: Callable[[], Process]) -> Process:
        """Begin a hub's process, and know it from then on; none begins once this one ends."""
        with self._lock:
            if self._ending.is_set():
                raise Ended
            self._process, self._found = begin(), None
            return self._process


def _end(process: Process) -> None:
    """Let it write down what it has: the next hub needs its folder."""
    process.terminate()
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
