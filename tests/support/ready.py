"""Waiting for a process to say that it is ready."""

from __future__ import annotations

import select
import subprocess


def read_line(process: subprocess.Popen[str], limit: float = 30.0) -> str:
    """Return the first line that a process prints; raise if it prints none in time."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], limit)
    line = process.stdout.readline() if ready else ""
    assert line, f"it is not ready after {limit:g} s: {process.args!r}, {process.poll()}"
    return line
