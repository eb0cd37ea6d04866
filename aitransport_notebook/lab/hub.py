"""The hub, as long as `lab` runs: it is started where none runs, and again where it ends."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.launch.ending import end_hub
from aitransport_notebook.hub.launch.find import Process, SilentHubError, find_or_start
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
        # Those that were begun here: the latest, and whichever may live.
        self._begun: list[Process] = []

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
        """End the hub, if it was started here, and be it that it is not ready yet, or silent."""
        with self._lock:
            self._ending.set()
            begun, found = self._begun, self._found
        for process in begun:
            _end(process)
        if begun:
            # Where it died, one of lab's children may have been the first to start it again.
            end_hub(ENDING)
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
        trouble: str | None = None
        while not self._ending.wait(EVERY):
            before, last = found, trouble
            try:
                found, trouble = self._find(), None
            except Ended:
                return
            except SilentHubError:
                trouble = f"The hub at {found.url} does not answer; waiting for it."
            except (AITransportError, OSError) as error:
                trouble = f"The hub is gone, and cannot be started again so far: {error}"
            news = trouble or _good_news(before, found, last)
            if news and news != last and not self._ending.is_set():
                tell(news)

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
            process, self._found = begin(), None
            living = [before for before in self._begun if before.poll() is None]
            self._begun = [*living, process]
            return process


def _good_news(before: HubRecord, found: HubRecord, trouble: str | None) -> str | None:
    if found.pid != before.pid:
        return f"The hub has ended, and was started again at {found.url}."
    return f"The hub at {found.url} answers again." if trouble else None


def _end(process: Process) -> None:
    """Let it write down what it has: the next hub needs its folder."""
    process.terminate()
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
