"""A user of one's own for a test, and what runs of theirs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


def new_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be a user who has nothing yet; whatever of theirs is left afterwards is killed."""
    home = folder / "home"
    monkeypatch.setenv("AITRANSPORT_HOME", str(home))
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(folder / name.lower()))
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    yield home
    for pid in processes_of(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def processes_of(home: Path) -> dict[int, str]:
    """Return the command of each process that was started with this home, but for this one."""
    mark, found = f"AITRANSPORT_HOME={home}".encode(), {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(process.name)] = command.decode()
    return found


def pid_of(home: Path, *words: str) -> int:
    """Return the process that was called with these words."""
    [pid] = [
        pid
        for pid, command in processes_of(home).items()
        if all(word in command.split() for word in words)
    ]
    return pid
