"""Processes that play participants: the official SDK in one, this project in the other."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Protocol

from tests.official.scenarios import PACKAGES

Side = Literal["javascript", "python"]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# A driver gives up on its own before.
TIMEOUT = 30.0


class Refused(Exception):
    """A command failed; `code` is that of the error, if it had one."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(message)
        self.code = code


class Where(Protocol):
    """Where the hub is: itself, or what stands before it."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def key(self) -> str: ...


class Driver:
    """Commands to one process, each answered before the next."""

    def __init__(self, side: Side, hub: Where, log: IO[str] | None = None) -> None:
        assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
        self.side: Side = side
        where = json.dumps({"host": hub.host, "port": hub.port, "key": hub.key})
        commands = {
            "javascript": ["node", str(HERE / "javascript" / "driver.mjs"), where],
            "python": [sys.executable, "-m", "tests.interop.python", where],
        }
        self._process = subprocess.Popen(
            commands[side],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        )
        self._ids = itertools.count()
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def call(self, to: str, do: str, **given: Any) -> Any:
        """Have a participant do something; returns what it tells of it."""
        command = {"id": next(self._ids), "to": to, "do": do, "with": given}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._lines.get(timeout=TIMEOUT)
        assert line, f"the {self.side} driver ended with {self._process.wait()}"
        told = json.loads(line)
        assert told["id"] == command["id"]
        if "error" in told:
            raise Refused(told["error"]["code"], told["error"]["message"])
        return told["value"]

    def kill(self) -> None:
        """End it in the middle of what it does."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def __enter__(self) -> Driver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
