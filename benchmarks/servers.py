"""Servers as processes of their own, each on the servers' core."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from benchmarks.machine import SERVER_CORES, cpu_seconds, on_cores, resident_bytes

ROOT = Path(__file__).parent.parent
KEY = "app.key:secret"


class Server:
    """A process that prints a line of JSON with its port when it is ready."""

    def __init__(self, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, *arguments, "--port", "0"]
        with on_cores(SERVER_CORES):
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            raise RuntimeError(f"{module} ended with {self._process.wait()} before it was ready")
        self.port: int = json.loads(ready)["port"]

    @property
    def cpu_seconds(self) -> float:
        return cpu_seconds(self._process.pid)

    @property
    def resident_bytes(self) -> int:
        return resident_bytes(self._process.pid)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._process.terminate()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def hub(data: Path | None = None) -> Server:
    """Start the hub as users do."""
    kept = () if data is None else ("--data", str(data))
    return Server("aitransport_notebook.cli", "hub", "--key", KEY, *kept)


def forgetful_hub() -> Server:
    """Start the hub with a log that keeps nothing."""
    return Server("benchmarks.forgetful", "--key", KEY)


def bare_server() -> Server:
    """Start a server of nothing but aiohttp and uvloop."""
    return Server("benchmarks.bare")
