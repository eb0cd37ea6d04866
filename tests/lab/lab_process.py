"""A `lab` as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

PATIENCE = 60


class LabProcess:
    """Runs `lab`, and knows what it has said so far."""

    def __init__(self, *options: str, errors: int = subprocess.DEVNULL) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aitransport_notebook.cli", "lab", "--no-browser", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def said(self, words: str) -> str | None:
        """Return the first line with these words."""
        return next((line for line in self.lines if words in line), None)

    def hears(self, words: str) -> str:
        """Wait for a line with these words."""
        deadline = time.monotonic() + PATIENCE
        while (line := self.said(words)) is None:
            assert self.process.poll() is None and time.monotonic() < deadline, self.lines
            time.sleep(0.05)
        return line

    def address(self) -> str:
        """Wait for JupyterLab's address."""
        return self.hears("JupyterLab is at ").removeprefix("JupyterLab is at ")

    def end(self, how: int) -> int:
        """End it by a signal; returns its exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _read(self) -> None:
        if self.process.stdout is not None:
            for line in self.process.stdout:
                self.lines.append(line.rstrip("\n"))
