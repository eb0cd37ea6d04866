"""A hub as a process of its own, which tests may kill."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from aitransport_notebook import testing

KEY = "app.key:secret"


class HubProcess(testing.HubProcess):
    """Starts `aitransport-notebook hub`, and starts it again on the same port and data."""

    def __init__(
        self,
        *options: str,
        data: Path | None = None,
        port: int = 0,
        python: str = sys.executable,
        prefix: Sequence[str] = (),
    ) -> None:
        key = () if "--key" in options else ("--key", KEY)
        kept = () if data is None else ("--data", str(data))
        super().__init__(*options, *key, *kept)
        self._python = python
        # A command to run the hub under, such as one that limits what it may use.
        self._prefix = tuple(prefix)
        self.port, self.key = port, KEY

    @property
    def pid(self) -> int:
        assert self.process is not None, "the hub is not running"
        return self.process.pid

    def command(self) -> list[str]:
        return [*self._prefix, self._python, *super().command()[1:]]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.end(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    def restart(self) -> Self:
        self.kill()
        return self.start()
