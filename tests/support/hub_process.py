"""A hub as a process of its own, which tests may kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

KEY = "app.key:secret"


class HubProcess:
    """Starts `aitransport-notebook hub`, and starts it again on the same port and data."""

    def __init__(
        self,
        *arguments: str,
        data: Path | None = None,
        port: int = 0,
        python: str = sys.executable,
        prefix: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        self._arguments = arguments
        self._data = data
        self._python = python
        # A command to run the hub under, such as one that limits what it may use.
        self._prefix = tuple(prefix)
        # The current folder of a process is where Python looks for packages first.
        self._folder = folder
        self.port = port
        self.host = "127.0.0.1"
        self.key = KEY
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "the hub is not running"
        return self.process.pid

    def start(self) -> HubProcess:
        command = [
            *self._prefix,
            *(self._python, "-m", "aitransport_notebook.cli", "hub"),
            *("--port", str(self.port)),
            *self._arguments,
        ]
        if "--key" not in self._arguments:
            command += ["--key", KEY]
        if self._data is not None:
            command += ["--data", str(self._data)]
        self.process = subprocess.Popen(
            command, cwd=self._folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready, f"the hub ended with {self.process.wait()} before it was ready"
        announced = json.loads(ready)
        self.port, self.host, self.key = announced["port"], announced["host"], announced["key"]
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        return self._end(signal.SIGTERM)

    def restart(self) -> HubProcess:
        self.kill()
        return self.start()

    def _end(self, how: int) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(10)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def __enter__(self) -> HubProcess:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
